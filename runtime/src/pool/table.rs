//! What a pool keeps: plain tables that refer to each other by index.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::descriptor::HttpRule;
use crate::wire::WireType;

use super::names::NameIndex;
use super::numbers::NumberIndex;

/// No message, enum or oneof.
pub(crate) const NONE: u32 = u32::MAX;

/// One `.proto` file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: Box<str>,
    pub(crate) package: Box<str>,
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) dependencies: Box<[Box<str>]>,
}

/// A message type. Its fields stand one after the other in the pool's table of fields.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) full_name: Box<str>,
    pub(crate) file: u32,
    pub(crate) fields: Range<u32>,
    pub(crate) known: Option<super::WellKnown>,
    pub(crate) map_entry: bool,
    pub(crate) message_set: bool,
    /// `google.rpc.Status`, which is printed whatever its details are.
    pub(crate) status: bool,
    pub(crate) oneofs: Box<[Box<str>]>,
    /// JSON names, and proto names where they differ; numbers count from the first field.
    pub(crate) names: NameIndex,
    /// Counted from the first field.
    pub(crate) numbers: NumberIndex,
    /// The fields in ascending order of their numbers, counted from the first field.
    pub(crate) by_number: Box<[u32]>,
    /// Extensions in the order of their numbers, as indices of fields.
    pub(crate) extensions: Vec<u32>,
    pub(crate) extension_ranges: Box<[Range<u32>]>,
}

/// The type of a field as one byte; the message or the enum is `Field::target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Group,
    Message,
    Bytes,
    Uint32,
    Enum,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
}

impl Scalar {
    /// The wire type of one value that is not packed.
    #[inline]
    pub(crate) const fn wire_type(self) -> WireType {
        match self {
            Scalar::Double | Scalar::Fixed64 | Scalar::Sfixed64 => WireType::Fixed64,
            Scalar::Float | Scalar::Fixed32 | Scalar::Sfixed32 => WireType::Fixed32,
            Scalar::String | Scalar::Message | Scalar::Bytes => WireType::Length,
            Scalar::Group => WireType::GroupStart,
            Scalar::Int64
            | Scalar::Uint64
            | Scalar::Int32
            | Scalar::Bool
            | Scalar::Uint32
            | Scalar::Enum
            | Scalar::Sint32
            | Scalar::Sint64 => WireType::Varint,
        }
    }

    pub(crate) const fn packable(self) -> bool {
        !matches!(
            self.wire_type(),
            WireType::Length | WireType::GroupStart | WireType::GroupEnd
        )
    }
}

/// A key of JSON text, ready to be written.
#[derive(Debug)]
pub(crate) struct Key {
    /// The text if it is short, and after it zeros, so that it can be copied in one piece of a known size.
    pub(crate) short: [u8; 32],
    pub(crate) text: Box<[u8]>,
}

impl Key {
    pub(crate) fn new(text: &[u8]) -> Key {
        let mut short = [0; 32];
        if let Some(start) = short.get_mut(..text.len()) {
            start.copy_from_slice(text);
        }
        Key {
            short,
            text: text.into(),
        }
    }
}

/// Which loop of the printer a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// One string.
    Text,
    /// One number, of which every value can be printed.
    Number,
    /// One message that is an object of its fields and stands behind its length.
    Object,
    /// Whatever needs a closer look.
    Other,
}

/// A field or an extension. What the transcoder reads for every value comes first.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) number: u32,
    /// The message or the enum that is the type.
    pub(crate) target: u32,
    pub(crate) scalar: Scalar,
    pub(crate) cardinality: super::Cardinality,
    pub(crate) plan: Plan,
    pub(crate) presence: bool,
    pub(crate) packed: bool,
    pub(crate) required: bool,
    pub(crate) check_utf8: bool,
    /// The well-known type that is the type, for a field that holds a message.
    pub(crate) known: Option<super::WellKnown>,
    /// The type is `google.protobuf.NullValue`.
    pub(crate) null_value: bool,
    pub(crate) tag_length: u8,
    pub(crate) tag: [u8; 5],
    /// The tag of a record with one value as the number that it is; zero if there is none.
    pub(crate) tag_value: u32,
    /// The wire type of one value.
    pub(crate) wire_type: u8,
    /// The index of the oneof in its message.
    pub(crate) oneof: u32,
    /// The message that has the field, or that the extension extends.
    pub(crate) parent: u32,
    /// `,"jsonName":`, ready to be written.
    pub(crate) json_key: Key,
    /// `,"proto_name":`, ready to be written.
    pub(crate) proto_key: Key,
    pub(crate) name: Box<str>,
    /// For an extension, the full name in brackets.
    pub(crate) json_name: Box<str>,
    pub(crate) extension: bool,
}

impl Field {
    /// The tag of a record as it is to be written: packed arrays and maps have a length, other values their own type.
    #[inline]
    pub(crate) fn tag(&self) -> &[u8] {
        &self.tag[..usize::from(self.tag_length)]
    }

    /// The name for errors: as in the `.proto` file, and an extension's full name.
    pub(crate) fn shown_name(&self) -> &str {
        if self.extension {
            &self.json_name
        } else {
            &self.name
        }
    }
}

/// An enum type.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) full_name: Box<str>,
    pub(crate) file: u32,
    pub(crate) closed: bool,
    /// In the order of the file.
    pub(crate) values: Box<[EnumValue]>,
    pub(crate) names: NameIndex,
    /// Numbers in ascending order, with the index of the first value that has each.
    pub(crate) by_number: Box<[(i32, u32)]>,
}

impl Enum {
    /// The first value with that number.
    #[inline]
    pub(crate) fn value(&self, number: i32) -> Option<&EnumValue> {
        // Most enums count up from zero without a gap.
        let index = match self.by_number.get(number as usize) {
            Some((found, index)) if *found == number => *index,
            _ => {
                let place = self
                    .by_number
                    .binary_search_by_key(&number, |(n, _)| *n)
                    .ok()?;
                self.by_number.get(place)?.1
            }
        };
        self.values.get(index as usize)
    }
}

/// A value of an enum.
#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) number: i32,
    pub(crate) name: Box<str>,
    /// The name in quotation marks, ready to be written.
    pub(crate) json: Box<[u8]>,
}

/// A service. Its methods stand one after the other in the pool's table of methods.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) full_name: Box<str>,
    pub(crate) file: u32,
    pub(crate) methods: Range<u32>,
}

/// A method.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) service: u32,
    pub(crate) name: Box<str>,
    /// `/package.Service/Method`
    pub(crate) path: Box<str>,
    pub(crate) input: u32,
    pub(crate) output: u32,
    pub(crate) client_streaming: bool,
    pub(crate) server_streaming: bool,
    pub(crate) http: Option<HttpRule>,
}

/// What a full name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Message(u32),
    Enum(u32),
    EnumValue(u32),
    Service(u32),
    Method(u32),
    Extension(u32),
}

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) files: Vec<File>,
    pub(crate) messages: Vec<Message>,
    pub(crate) fields: Vec<Field>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) services: Vec<Service>,
    pub(crate) methods: Vec<Method>,
    pub(crate) symbols: HashMap<Box<str>, Symbol>,
    /// The file that declares each extension.
    pub(crate) extension_files: HashMap<u32, u32>,
}
