use std::borrow::Cow;
use std::fmt;

/// Why JSON text or wire bytes are not the message that they should be.
///
/// It reads like `line 1, column 17: field "price" of shop.Item: expected a number, found a string`. Lines and columns count
/// from one; a column is a character. Positions in wire bytes read like `byte 17`, counted from zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    place: Place,
    field: Option<String>,
    text: Cow<'static, str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Text {
        offset: usize,
        line: usize,
        column: usize,
    },
    Wire(usize),
    Unknown,
}

impl Error {
    /// The line of the JSON text, from one.
    pub fn line(&self) -> Option<usize> {
        match self.place {
            Place::Text { line, .. } => Some(line),
            _ => None,
        }
    }

    /// The column of the JSON text in characters, from one.
    pub fn column(&self) -> Option<usize> {
        match self.place {
            Place::Text { column, .. } => Some(column),
            _ => None,
        }
    }

    /// The byte in the JSON text or in the wire bytes, from zero, if the error has a place there.
    pub fn offset(&self) -> Option<usize> {
        match self.place {
            Place::Text { offset, .. } | Place::Wire(offset) => Some(offset),
            Place::Unknown => None,
        }
    }

    pub(super) fn unplaced(text: impl Into<Cow<'static, str>>) -> Error {
        Error {
            place: Place::Unknown,
            field: None,
            text: text.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Text { line, column, .. } => write!(f, "line {line}, column {column}: ")?,
            Place::Wire(offset) => write!(f, "byte {offset}: ")?,
            Place::Unknown => {}
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

/// An error on its way up: one word, so that results stay small.
#[derive(Debug)]
pub(super) struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    /// An offset into the text, or the address of a byte on the wire.
    at: usize,
    field: Option<String>,
    text: Cow<'static, str>,
}

pub(super) type Outcome<T> = Result<T, Fault>;

impl Fault {
    #[cold]
    pub(super) fn new(at: usize, text: impl Into<Cow<'static, str>>) -> Fault {
        Fault(Box::new(Inner {
            at,
            field: None,
            text: text.into(),
        }))
    }

    /// Names the field, unless one further inside is named already.
    #[cold]
    pub(super) fn in_field(mut self, message: &str, field: &str) -> Fault {
        if self.0.field.is_none() {
            self.0.field = Some(format!("field \"{field}\" of {message}"));
        }
        self
    }

    #[cold]
    pub(super) fn in_text(self, text: &[u8]) -> Error {
        let offset = self.0.at.min(text.len());
        let before = &text[..offset];
        let line_start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |i| i + 1);
        let starts_character = |b: &&u8| !matches!(**b, 0x80..=0xbf);
        Error {
            place: Place::Text {
                offset,
                line: before.iter().filter(|b| **b == b'\n').count() + 1,
                column: before[line_start..].iter().filter(starts_character).count() + 1,
            },
            field: self.0.field,
            text: self.0.text,
        }
    }

    /// Addresses outside of `wire` are in messages that were put together from several records, and have no place.
    #[cold]
    pub(super) fn in_wire(self, wire: &[u8]) -> Error {
        let offset = self.0.at.wrapping_sub(wire.as_ptr() as usize);
        Error {
            place: if offset <= wire.len() {
                Place::Wire(offset)
            } else {
                Place::Unknown
            },
            field: self.0.field,
            text: self.0.text,
        }
    }
}
