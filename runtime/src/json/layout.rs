//! What stands around values: brackets, commas, keys and lines.

use crate::pool::table::Field;

use super::print::Printer;

/// How far the members of an object have come.
///
/// Every member and element is written with a comma in front of it. The first comma stands where the bracket belongs, and becomes
/// one in the end.
pub(super) struct Members {
    pub(super) start: usize,
    /// For default values: how many fields, by number, are done.
    pub(super) done: usize,
}

impl Printer<'_> {
    /// Opens an object or an array.
    #[inline]
    pub(super) fn open(&mut self) -> Members {
        self.level += 1;
        Members {
            start: self.out.len(),
            done: 0,
        }
    }

    /// Closes an object or an array.
    #[inline]
    pub(super) fn close(&mut self, [open, close]: [u8; 2], members: &Members) {
        self.level -= 1;
        if self.is_empty(members) {
            return self.out.chunk(&[open, close]);
        }
        self.out.replace(members.start, open);
        if self.options.indent > 0 {
            self.line();
        }
        self.out.push(close);
    }

    #[inline]
    pub(super) fn is_empty(&self, members: &Members) -> bool {
        self.out.len() == members.start
    }

    /// The levels that are open, to come back to after an error.
    pub(super) fn level(&self) -> usize {
        self.level
    }

    /// Comes back to a level.
    pub(super) fn set_level(&mut self, level: usize) {
        self.level = level;
    }

    fn line(&mut self) {
        self.out.push(b'\n');
        let spaces = self.level.saturating_mul(self.options.indent).min(1 << 16);
        for _ in 0..spaces {
            self.out.push(b' ');
        }
    }

    /// Writes what stands before a member or an element: a comma and, if there are lines, a new one.
    #[inline]
    pub(super) fn separate(&mut self) {
        self.out.push(b',');
        if self.options.indent > 0 {
            self.line();
        }
    }

    /// Writes a colon, and a space if there are lines.
    #[inline]
    pub(super) fn colon(&mut self) {
        self.out.push(b':');
        if self.options.indent > 0 {
            self.out.push(b' ');
        }
    }

    /// Writes the key of a field with what stands around it.
    #[inline(always)]
    pub(super) fn key(&mut self, field: &Field) {
        if !self.plain {
            return self.styled_key(field);
        }
        let key = &field.json_key;
        if key.text.len() <= key.short.len() {
            self.out.part(&key.short, key.text.len());
        } else {
            self.out.extend_from_slice(&key.text);
        }
    }

    #[inline(never)]
    fn styled_key(&mut self, field: &Field) {
        let key = match self.options.preserve_proto_field_names {
            false => &field.json_key,
            true => &field.proto_key,
        };
        self.separate();
        self.out.extend_from_slice(&key.text[1..]);
        if self.options.indent > 0 {
            self.out.push(b' ');
        }
    }
}
