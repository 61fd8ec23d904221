use std::fmt;
use std::ops::Range;

use super::table::{self, NONE, Scalar, Symbol};
use super::{EnumRef, FileRef, Pool};

/// The index of a message in its pool; see [`MessageRef::id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub(super) u32);

/// A message type of a pool.
#[derive(Clone, Copy)]
pub struct MessageRef<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) index: u32,
    pub(crate) table: &'a table::Message,
}

impl<'a> MessageRef<'a> {
    /// The pool that it is from.
    pub fn pool(self) -> &'a Pool {
        self.pool
    }

    /// A small number by which [`Pool::message_by_id`] finds the message again, for holders that cannot borrow the
    /// pool.
    pub fn id(self) -> MessageId {
        MessageId(self.index)
    }

    /// The name with its package, such as `shop.Item`, without a leading dot.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// The name without its scope.
    pub fn name(self) -> &'a str {
        last_part(self.full_name())
    }

    /// The file that declares it.
    pub fn file(self) -> FileRef<'a> {
        FileRef::new(self.pool, self.table.file)
    }

    /// Its fields in the order of the file, without extensions.
    pub fn fields(self) -> impl ExactSizeIterator<Item = FieldRef<'a>> + DoubleEndedIterator {
        let pool = self.pool;
        let range = as_range(&self.table.fields);
        let first = self.table.fields.start;
        let fields = pool.tables.fields.get(range).unwrap_or_default();
        fields.iter().enumerate().map(move |(i, table)| FieldRef {
            pool,
            index: first + i as u32,
            table,
        })
    }

    /// The field with that name in the `.proto` file.
    pub fn field_by_name(self, name: &str) -> Option<FieldRef<'a>> {
        let found = self.field_by_any_name(name.as_bytes());
        match found {
            Some(field) if field.name() == name => found,
            // Another field has this one's name as its JSON name.
            Some(_) => self.fields().find(|field| field.name() == name),
            None => None,
        }
    }

    /// The field with that name in JSON, such as `unitPrice` for `unit_price`; names in the `.proto` file do not count.
    pub fn field_by_json_name(self, name: &str) -> Option<FieldRef<'a>> {
        self.field_by_any_name(name.as_bytes())
            .filter(|field| field.json_name() == name)
    }

    /// The field that JSON calls so: by its JSON name or, where no field has that one, by its proto name.
    #[inline]
    pub(crate) fn field_by_any_name(self, name: &[u8]) -> Option<FieldRef<'a>> {
        let fields = self.pool.tables.fields.get(as_range(&self.table.fields))?;
        let found = self.table.names.find(name, |i| {
            fields.get(i as usize).is_some_and(|field| {
                field.json_name.as_bytes() == name || field.name.as_bytes() == name
            })
        })?;
        Some(FieldRef {
            pool: self.pool,
            index: self.table.fields.start + found,
            table: fields.get(found as usize)?,
        })
    }

    /// The field with that number, without extensions.
    #[inline]
    pub fn field_by_number(self, number: u32) -> Option<FieldRef<'a>> {
        let local = self.table.numbers.find(number)?;
        self.pool.field(self.table.fields.start + local)
    }

    /// The extensions of this message that the pool knows, by number.
    pub fn extensions(self) -> impl ExactSizeIterator<Item = FieldRef<'a>> {
        let pool = self.pool;
        self.table.extensions.iter().map(move |index| FieldRef {
            pool,
            index: *index,
            table: &pool.tables.fields[*index as usize],
        })
    }

    /// The extension of this message with that number.
    pub fn extension_by_number(self, number: u32) -> Option<FieldRef<'a>> {
        let fields = &self.pool.tables.fields;
        let place = self
            .table
            .extensions
            .binary_search_by_key(&number, |i| fields.get(*i as usize).map_or(0, |f| f.number))
            .ok()?;
        self.pool.field(*self.table.extensions.get(place)?)
    }

    /// The extension of this message with that full name, which JSON puts in brackets.
    pub fn extension_by_name(self, full_name: &str) -> Option<FieldRef<'a>> {
        match self.pool.tables.symbols.get(full_name)? {
            Symbol::Extension(index) => self
                .pool
                .field(*index)
                .filter(|f| f.table.parent == self.index),
            // A MessageSet's extension goes by the name of the message that declares it.
            Symbol::Message(_) if self.table.message_set => self.extensions().find(|f| {
                f.table.json_name.get(1..).and_then(|n| n.strip_suffix(']')) == Some(full_name)
            }),
            _ => None,
        }
    }

    /// Whether the message leaves room for extensions at that number.
    pub fn is_extension_number(self, number: u32) -> bool {
        self.table
            .extension_ranges
            .iter()
            .any(|range| range.contains(&number))
    }

    /// Its oneofs in the order of the file, without those that a compiler makes for `optional` of proto3.
    pub fn oneofs(self) -> impl ExactSizeIterator<Item = OneofRef<'a>> {
        (0..self.table.oneofs.len() as u32).map(move |index| OneofRef {
            message: self,
            index,
        })
    }

    /// Whether a compiler made it for a `map` field. Its field 1 is the key and its field 2 the value.
    pub fn is_map_entry(self) -> bool {
        self.table.map_entry
    }

    /// Whether it has the old wire form of a MessageSet.
    pub fn is_message_set(self) -> bool {
        self.table.message_set
    }

    /// Which of the types with a JSON form of their own it is, if any.
    pub fn well_known(self) -> Option<WellKnown> {
        self.table.known
    }
}

impl PartialEq for MessageRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.pool, other.pool) && self.index == other.index
    }
}

impl Eq for MessageRef<'_> {}

impl fmt::Debug for MessageRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageRef({})", self.full_name())
    }
}

/// The types of `google.protobuf` that JSON writes in a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WellKnown {
    /// `google.protobuf.Any`: an object with `@type`.
    Any,
    /// `google.protobuf.Timestamp`: a string as in RFC 3339.
    Timestamp,
    /// `google.protobuf.Duration`: a string such as `1.5s`.
    Duration,
    /// `google.protobuf.FieldMask`: a string with commas.
    FieldMask,
    /// `google.protobuf.Struct`: any object.
    Struct,
    /// `google.protobuf.Value`: any value.
    Value,
    /// `google.protobuf.ListValue`: any array.
    ListValue,
    /// `google.protobuf.Empty`: an object without members; special only in an `Any`.
    Empty,
    /// `google.protobuf.BoolValue` and the other wrappers: the bare value.
    Wrapper,
}

impl WellKnown {
    pub(super) fn of(full_name: &str) -> Option<WellKnown> {
        Some(match full_name.strip_prefix("google.protobuf.")? {
            "Any" => WellKnown::Any,
            "Timestamp" => WellKnown::Timestamp,
            "Duration" => WellKnown::Duration,
            "FieldMask" => WellKnown::FieldMask,
            "Struct" => WellKnown::Struct,
            "Value" => WellKnown::Value,
            "ListValue" => WellKnown::ListValue,
            "Empty" => WellKnown::Empty,
            "DoubleValue" | "FloatValue" | "Int64Value" | "UInt64Value" | "Int32Value"
            | "UInt32Value" | "BoolValue" | "StringValue" | "BytesValue" => WellKnown::Wrapper,
            _ => return None,
        })
    }
}

/// A field or an extension of a pool.
#[derive(Clone, Copy)]
pub struct FieldRef<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) index: u32,
    pub(crate) table: &'a table::Field,
}

impl<'a> FieldRef<'a> {
    /// The name as the `.proto` file has it.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// The name in JSON: by default the lowerCamelCase of the name, and for an extension its full name in brackets.
    pub fn json_name(self) -> &'a str {
        &self.table.json_name
    }

    /// The number on the wire.
    pub fn number(self) -> u32 {
        self.table.number
    }

    /// The message that has the field, or that the extension extends.
    pub fn message(self) -> MessageRef<'a> {
        self.pool.message_at(self.table.parent)
    }

    /// The type of the field, or of its elements if it is repeated. For a map, the type of its entries.
    pub fn kind(self) -> Kind<'a> {
        let message = || self.pool.message_at(self.table.target);
        match self.table.scalar {
            Scalar::Double => Kind::Double,
            Scalar::Float => Kind::Float,
            Scalar::Int64 => Kind::Int64,
            Scalar::Uint64 => Kind::Uint64,
            Scalar::Int32 => Kind::Int32,
            Scalar::Fixed64 => Kind::Fixed64,
            Scalar::Fixed32 => Kind::Fixed32,
            Scalar::Bool => Kind::Bool,
            Scalar::String => Kind::String,
            Scalar::Group => Kind::Group(message()),
            Scalar::Message => Kind::Message(message()),
            Scalar::Bytes => Kind::Bytes,
            Scalar::Uint32 => Kind::Uint32,
            Scalar::Enum => Kind::Enum(self.pool.enum_at(self.table.target)),
            Scalar::Sfixed32 => Kind::Sfixed32,
            Scalar::Sfixed64 => Kind::Sfixed64,
            Scalar::Sint32 => Kind::Sint32,
            Scalar::Sint64 => Kind::Sint64,
        }
    }

    /// How often the field may stand.
    pub fn cardinality(self) -> Cardinality {
        self.table.cardinality
    }

    /// Whether the field is repeated, and not a map.
    pub fn is_repeated(self) -> bool {
        self.table.cardinality == Cardinality::Repeated
    }

    /// Whether the field is a map.
    pub fn is_map(self) -> bool {
        self.table.cardinality == Cardinality::Map
    }

    /// For a map, the fields of its entries: key and value.
    pub fn map_entry(self) -> Option<(FieldRef<'a>, FieldRef<'a>)> {
        if !self.is_map() {
            return None;
        }
        let entry = self.pool.message_at(self.table.target);
        Some((entry.field_by_number(1)?, entry.field_by_number(2)?))
    }

    /// Whether set and unset differ for a singular field; if they do not, the default value is the unset one.
    pub fn has_presence(self) -> bool {
        self.table.presence
    }

    /// `required` of proto2.
    pub fn is_required(self) -> bool {
        self.table.required
    }

    /// Whether a repeated field is written as one record. Both forms are read in any case.
    pub fn is_packed(self) -> bool {
        self.table.packed
    }

    /// Whether the bytes of a string on the wire have to be UTF-8.
    pub fn checks_utf8(self) -> bool {
        self.table.check_utf8
    }

    /// The oneof that the field is in, if any; those that a compiler makes for `optional` of proto3 do not count.
    pub fn oneof(self) -> Option<OneofRef<'a>> {
        (self.table.oneof != NONE).then(|| OneofRef {
            message: self.message(),
            index: self.table.oneof,
        })
    }

    /// Whether it is an extension.
    pub fn is_extension(self) -> bool {
        self.table.extension
    }

    pub(crate) fn target(self) -> MessageRef<'a> {
        self.pool.message_at(self.table.target)
    }
}

impl PartialEq for FieldRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.pool, other.pool) && self.index == other.index
    }
}

impl Eq for FieldRef<'_> {}

impl fmt::Debug for FieldRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "FieldRef({}.{})",
            self.message().full_name(),
            self.name()
        )
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `double`
    Double,
    /// `float`
    Float,
    /// `int64`
    Int64,
    /// `uint64`
    Uint64,
    /// `int32`
    Int32,
    /// `fixed64`
    Fixed64,
    /// `fixed32`
    Fixed32,
    /// `bool`
    Bool,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `uint32`
    Uint32,
    /// `sfixed32`
    Sfixed32,
    /// `sfixed64`
    Sfixed64,
    /// `sint32`
    Sint32,
    /// `sint64`
    Sint64,
    /// An enum.
    Enum(EnumRef<'a>),
    /// A message with its length in front.
    Message(MessageRef<'a>),
    /// A message between a start and an end tag: a group of proto2, or delimited encoding.
    Group(MessageRef<'a>),
}

/// How often a field may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// At most once.
    Singular,
    /// Any number of times.
    Repeated,
    /// Any number of times, as entries of a map.
    Map,
}

/// A oneof of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneofRef<'a> {
    message: MessageRef<'a>,
    index: u32,
}

impl<'a> OneofRef<'a> {
    /// The name as the `.proto` file has it.
    pub fn name(self) -> &'a str {
        self.message
            .table
            .oneofs
            .get(self.index as usize)
            .map_or("", |name| name)
    }

    /// Where it stands among the oneofs of its message.
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// Its fields in the order of the file.
    pub fn fields(self) -> impl Iterator<Item = FieldRef<'a>> {
        self.message
            .fields()
            .filter(move |field| field.table.oneof == self.index)
    }
}

pub(super) fn as_range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

pub(super) fn last_part(full_name: &str) -> &str {
    full_name
        .rsplit_once('.')
        .map_or(full_name, |(_, last)| last)
}
