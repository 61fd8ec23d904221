//! The records of one field, one after the other.

use crate::pool::table::Field;

use super::print::{Printed, accepts};
use super::wire_reader::{Payload, Wire};

/// The records of one field.
pub(super) trait Records<'w> {
    fn next(&mut self) -> Printed<Option<Payload<'w>>>;

    /// How many bytes there are at most in further records.
    fn rest(&self) -> usize;
}

/// Records that follow one another.
pub(super) struct Consecutive<'a, 'w, 'f> {
    pub(super) first: Option<Payload<'w>>,
    pub(super) wire: &'a mut Wire<'w>,
    pub(super) field: &'f Field,
    pub(super) depth: u32,
}

impl<'w> Records<'w> for Consecutive<'_, 'w, '_> {
    fn rest(&self) -> usize {
        self.wire.rest.len()
    }

    #[inline]
    fn next(&mut self) -> Printed<Option<Payload<'w>>> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        if self.wire.rest.is_empty() {
            return Ok(None);
        }
        let start = self.wire.rest;
        if self.wire.varint()? == u64::from(self.field.tag_value) {
            let value = self
                .wire
                .payload(self.field.number, self.field.wire_type, self.depth)?;
            return Ok(Some(value));
        }
        self.wire.rest = start;
        let (number, wire_type) = self.wire.tag()?;
        if number != self.field.number || !accepts(self.field, wire_type) {
            self.wire.rest = start;
            return Ok(None);
        }
        Ok(Some(self.wire.payload(number, wire_type, self.depth)?))
    }
}

/// All records of one field, wherever they are.
pub(super) struct All<'w, 'f> {
    pub(super) wire: Wire<'w>,
    pub(super) field: &'f Field,
    pub(super) depth: u32,
}

impl<'w> Records<'w> for All<'w, '_> {
    fn rest(&self) -> usize {
        self.wire.rest.len()
    }

    fn next(&mut self) -> Printed<Option<Payload<'w>>> {
        while !self.wire.rest.is_empty() {
            let (number, wire_type) = self.wire.tag()?;
            let payload = self.wire.payload(number, wire_type, self.depth)?;
            if number == self.field.number && accepts(self.field, wire_type) {
                return Ok(Some(payload));
            }
        }
        Ok(None)
    }
}
