//! From JSON text to the wire: messages, arrays and maps.

use crate::pool::table::{Field, NONE, Scalar};
use crate::pool::{Cardinality, EnumRef, FieldRef, MessageRef, Pool, WellKnown};
use crate::wire::{self, WireType};

use super::error::{Error, Fault, Outcome};
use super::keys::KeySet;
use super::options::{MAX_DEPTH, ParseOptions};
use super::text::Text;
use super::{base64, number};

/// Reads one text and appends to `out` what it stands for.
pub(super) struct Parser<'p, 'j, 'o> {
    pub(super) pool: &'p Pool,
    pub(super) text: Text<'j>,
    pub(super) options: ParseOptions,
    /// How many levels may still be opened.
    pub(super) depth: u32,
    /// Strings with escapes are put together here.
    pub(super) scratch: Vec<u8>,
    pub(super) out: &'o mut Vec<u8>,
    /// Sets of keys that are not in use at present.
    spare: Vec<KeySet>,
    /// What was seen of messages with more than 64 fields.
    wide: Vec<u64>,
    /// How many bytes the length of the last string with escapes took.
    length_room: usize,
}

/// Parses a whole text with `value`. What was appended before an error is taken back.
pub(super) fn parse<'p, 'j>(
    pool: &'p Pool,
    json: &'j [u8],
    options: &ParseOptions,
    out: &mut Vec<u8>,
    value: impl FnOnce(&mut Parser<'p, 'j, '_>) -> Outcome<()>,
) -> Result<(), Error> {
    if json.len() > options.max_size {
        return Err(Error::unplaced(format!(
            "the text has {} bytes; the limit is {}",
            json.len(),
            options.max_size
        )));
    }
    if simdutf8::basic::from_utf8(json).is_err() {
        let end = std::str::from_utf8(json).map_or_else(|error| error.valid_up_to(), str::len);
        return Err(Fault::new(end, "the text is not UTF-8").in_text(json));
    }
    let start = out.len();
    out.reserve(json.len());
    let mut parser = Parser {
        pool,
        text: Text::new(json),
        options: *options,
        depth: options.max_depth.min(MAX_DEPTH),
        scratch: Vec::new(),
        out,
        spare: Vec::new(),
        wide: Vec::new(),
        length_room: 1,
    };
    let mut done = value(&mut parser);
    if done.is_ok() && parser.text.peek().is_some() {
        done = Err(parser.text.expected("nothing after the value"));
    }
    done.map_err(|fault| {
        out.truncate(start);
        fault.in_text(json)
    })
}

/// Which fields and oneofs of a message were there already, as one bit each.
struct Seen {
    bits: u64,
    /// Where the bits of a large message start in `Parser::wide`.
    wide: Option<usize>,
}

impl<'p> Parser<'p, '_, '_> {
    /// Reads a message in its JSON form and appends its fields.
    pub(super) fn message(&mut self, message: MessageRef<'p>) -> Outcome<()> {
        if message
            .well_known()
            .is_some_and(|known| known != WellKnown::Empty)
        {
            return self.well_known(message);
        }
        if self.text.peek() != Some(b'{') {
            return Err(self.text.expected("an object"));
        }
        self.members(message, false)
    }

    /// Runs `read` one level deeper.
    #[inline]
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.depth = self.text.deeper(self.depth)?;
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }

    /// Reads an object, which starts here, as the fields of a message. In an `Any` the member `@type` is passed over.
    pub(super) fn members(&mut self, message: MessageRef<'p>, in_any: bool) -> Outcome<()> {
        self.nested(|this| {
            this.text.at += 1;
            if this.text.take(b'}') {
                return Ok(());
            }
            let fields = message.pool.fields_of(message.table);
            let bits = fields.len() + message.table.oneofs.len();
            let mut seen = Seen {
                bits: 0,
                wide: (bits > 64).then_some(this.wide.len()),
            };
            if bits > 64 {
                this.wide.resize(this.wide.len() + bits.div_ceil(64), 0);
            }
            let mut extensions = Vec::new();
            let mut next = 0;
            loop {
                let start = this.text.at;
                // A writer that knows the message puts its fields in order.
                let expected = fields
                    .get(next)
                    .map_or(&[][..], |field| &field.json_key.text[1..]);
                if this.text.peek() == Some(b'"')
                    && !expected.is_empty()
                    && this.text.bytes[this.text.at..].starts_with(expected)
                {
                    let at = this.text.at;
                    this.text.at += expected.len();
                    let field = &fields[next];
                    this.mark(&mut seen, next, at)
                        .and_then(|()| this.member(field, fields.len(), &mut seen, at))
                        .map_err(|fault| fault.in_field(message.full_name(), &field.json_name))?;
                    next += 1;
                } else if let Some(index) = this.key(message, in_any, &mut extensions)? {
                    let field = &fields[index];
                    this.mark(&mut seen, index, start)
                        .and_then(|()| this.member(field, fields.len(), &mut seen, start))
                        .map_err(|fault| fault.in_field(message.full_name(), &field.json_name))?;
                    next = index + 1;
                }
                if !this.text.more(b'}')? {
                    break;
                }
            }
            if let Some(wide) = seen.wide {
                this.wide.truncate(wide);
            }
            Ok(())
        })
    }

    /// Reads a key and its colon. An ordinary field is returned by its index; an extension or an unknown member is read to
    /// its end.
    fn key(
        &mut self,
        message: MessageRef<'p>,
        in_any: bool,
        extensions: &mut Vec<u32>,
    ) -> Outcome<Option<usize>> {
        if self.text.peek() != Some(b'"') {
            return Err(self.text.expected("a key"));
        }
        let at = self.text.at;
        let name = self.text.string("a key", &mut self.scratch)?;
        if in_any && name == b"@type" {
            if extensions.contains(&NONE) {
                return Err(Fault::new(at, "the member \"@type\" is given twice"));
            }
            extensions.push(NONE);
            self.text.colon()?;
            self.skip()?;
            return Ok(None);
        }
        if let Some(field) = message.field_by_any_name(name) {
            self.text.colon()?;
            return Ok(Some((field.index - message.table.fields.start) as usize));
        }
        let known = match name {
            [b'[', inner @ .., b']'] => std::str::from_utf8(inner)
                .ok()
                .and_then(|name| message.extension_by_name(name)),
            _ => None,
        };
        let Some(extension) = known else {
            if !self.options.ignore_unknown_fields {
                let name = String::from_utf8_lossy(name.get(..100).unwrap_or(name));
                let text = format!("{} has no field \"{name}\"", message.full_name());
                return Err(Fault::new(at, text));
            }
            self.text.colon()?;
            self.skip()?;
            return Ok(None);
        };
        self.text.colon()?;
        let twice = extensions.contains(&extension.index);
        extensions.push(extension.index);
        let done = match twice {
            true => Err(Fault::new(at, "the field is given twice")),
            false if message.is_message_set() => self.message_set_item(extension),
            false => self.value_of(extension.table),
        };
        done.map_err(|fault| fault.in_field(message.full_name(), extension.json_name()))?;
        Ok(None)
    }

    #[inline]
    fn mark(&mut self, seen: &mut Seen, bit: usize, at: usize) -> Outcome<()> {
        let (word, mask) = match seen.wide {
            None => (&mut seen.bits, 1u64 << (bit & 63)),
            Some(start) => (&mut self.wide[start + bit / 64], 1u64 << (bit % 64)),
        };
        if *word & mask != 0 {
            return Err(Fault::new(at, "the field is given twice"));
        }
        *word |= mask;
        Ok(())
    }

    /// Reads the value of a member that has not been there before.
    #[inline]
    fn member(
        &mut self,
        field: &'p Field,
        fields: usize,
        seen: &mut Seen,
        at: usize,
    ) -> Outcome<()> {
        if self.is_unset(field)? {
            return Ok(());
        }
        if field.oneof != NONE && self.mark(seen, fields + field.oneof as usize, at).is_err() {
            return Err(Fault::new(
                at,
                "another field of the same oneof is given too",
            ));
        }
        self.value_of(field)
    }

    /// Takes `null` where it stands for an unset field.
    #[inline]
    fn is_unset(&mut self, field: &Field) -> Outcome<bool> {
        if self.text.peek() != Some(b'n') {
            return Ok(false);
        }
        let is_value = field.cardinality == Cardinality::Singular
            && (field.null_value || field.known == Some(WellKnown::Value));
        if is_value {
            return Ok(false);
        }
        self.text.word("null")?;
        Ok(true)
    }

    /// Reads what a field holds: a value, an array or a map.
    pub(super) fn value_of(&mut self, field: &'p Field) -> Outcome<()> {
        match field.cardinality {
            Cardinality::Singular => self.singular(field, field.presence).map(|_| ()),
            Cardinality::Repeated if field.packed => self.packed(field),
            Cardinality::Repeated => self.array(|this| this.singular(field, true).map(|_| ())),
            Cardinality::Map => self.map(field),
        }
    }

    /// As [`Parser::value_of`], with `null` for no value at all.
    pub(super) fn value_or_null(&mut self, field: &'p Field) -> Outcome<()> {
        if self.is_unset(field)? {
            Ok(())
        } else {
            self.value_of(field)
        }
    }

    /// Reads an array.
    #[inline]
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Outcome<()>,
    ) -> Outcome<()> {
        if !self.text.take(b'[') {
            return Err(self.text.expected("an array"));
        }
        if self.text.take(b']') {
            return Ok(());
        }
        loop {
            element(self)?;
            if !self.text.more(b']')? {
                return Ok(());
            }
        }
    }

    fn packed(&mut self, field: &'p Field) -> Outcome<()> {
        let start = self.out.len();
        self.tag(field);
        let place = wire::open(self.out);
        let contents = self.out.len();
        match field.scalar {
            // The types that come in large arrays have loops of their own.
            Scalar::Int32 => self.array(|this| {
                let value = this.int32()?;
                wire::varint(this.out, value as u64);
                Ok(())
            })?,
            Scalar::Int64 => self.array(|this| {
                let value = this.integer(1 << 63, i64::MAX as u64)?;
                wire::varint(this.out, value);
                Ok(())
            })?,
            Scalar::Double => self.array(|this| {
                let value: f64 = number::float(&mut this.text, &mut this.scratch)?;
                this.out.extend_from_slice(&value.to_le_bytes());
                Ok(())
            })?,
            _ => self.array(|this| this.bare(field).map(|_| ()))?,
        }
        if self.out.len() == contents {
            self.out.truncate(start);
        } else {
            wire::close(self.out, place);
        }
        Ok(())
    }

    fn map(&mut self, field: &'p Field) -> Outcome<()> {
        let entry = self
            .pool
            .fields_of(self.pool.message_at(field.target).table);
        let find = |number| entry.iter().find(|field: &&Field| field.number == number);
        let (Some(key), Some(value)) = (find(1), find(2)) else {
            return Err(Fault::new(
                self.text.at,
                "the map has no key or no value in its descriptor",
            ));
        };
        if self.text.peek() != Some(b'{') {
            return Err(self.text.expected("an object"));
        }
        self.text.at += 1;
        if self.text.take(b'}') {
            return Ok(());
        }
        let mut keys = self.take_keys();
        loop {
            self.entry(field, key, value, &mut keys)?;
            if !self.text.more(b'}')? {
                break;
            }
        }
        self.spare.push(keys);
        Ok(())
    }

    pub(super) fn take_keys(&mut self) -> KeySet {
        let mut keys = self.spare.pop().unwrap_or_default();
        keys.clear();
        keys
    }

    pub(super) fn give_keys(&mut self, keys: KeySet) {
        self.spare.push(keys);
    }

    fn entry(
        &mut self,
        field: &'p Field,
        key: &'p Field,
        value: &'p Field,
        keys: &mut KeySet,
    ) -> Outcome<()> {
        if self.text.peek() != Some(b'"') {
            return Err(self.text.expected("a key"));
        }
        let at = self.text.at;
        let start = self.out.len();
        self.tag(field);
        let place = wire::open(self.out);
        let contents = self.out.len();
        self.map_key(key)?;
        let key_length = self.out.len() - contents;
        self.text.colon()?;
        if self.text.peek() == Some(b'n')
            && !value.null_value
            && value.known != Some(WellKnown::Value)
        {
            return Err(self.text.expected("a value of the map"));
        }
        if !self.singular(value, true)? {
            self.out.truncate(start);
            return Ok(());
        }
        let length = self.out.len() - contents;
        wire::close(self.out, place);
        let key_start = self.out.len() - length;
        if !keys.insert(self.out, key_start..key_start + key_length) {
            return Err(Fault::new(at, "the map has the key twice"));
        }
        Ok(())
    }

    /// Reads a key, which is a string here whatever its type.
    fn map_key(&mut self, key: &'p Field) -> Outcome<()> {
        if key.scalar != Scalar::Bool {
            return self.singular(key, true).map(|_| ());
        }
        let at = self.text.at;
        let value = match self.text.string("a key", &mut self.scratch)? {
            b"true" => 1,
            b"false" => 0,
            _ => return Err(Fault::new(at, "expected \"true\" or \"false\" as a key")),
        };
        self.tag(key);
        self.out.push(value);
        Ok(())
    }

    /// Reads one value and appends it with its tag. A default value is left out unless it is to be kept. Says `false` for the
    /// unknown name of an enum that is to be ignored.
    #[inline]
    pub(super) fn singular(&mut self, field: &'p Field, keep_default: bool) -> Outcome<bool> {
        let start = self.out.len();
        self.tag(field);
        let contents = self.out.len();
        if !self.bare(field)? {
            self.out.truncate(start);
            return Ok(false);
        }
        if !keep_default && self.out[contents..].iter().all(|byte| *byte == 0) {
            self.out.truncate(start);
        }
        Ok(true)
    }

    #[inline]
    pub(super) fn tag(&mut self, field: &Field) {
        match field.tag_length {
            1 => self.out.push(field.tag[0]),
            2 => self.out.extend_from_slice(&[field.tag[0], field.tag[1]]),
            _ => self.out.extend_from_slice(field.tag()),
        }
    }

    /// Reads one value and appends it without its tag.
    fn bare(&mut self, field: &'p Field) -> Outcome<bool> {
        match field.scalar {
            Scalar::String => self.string()?,
            Scalar::Message => {
                let place = wire::open(self.out);
                self.message(self.pool.message_at(field.target))?;
                wire::close(self.out, place);
            }
            Scalar::Int32 => {
                let value = self.int32()?;
                wire::varint(self.out, value as u64);
            }
            Scalar::Int64 => {
                let value = self.integer(1 << 63, i64::MAX as u64)?;
                wire::varint(self.out, value);
            }
            Scalar::Uint32 => {
                let value = self.integer(0, u64::from(u32::MAX))?;
                wire::varint(self.out, value);
            }
            Scalar::Uint64 => {
                let value = self.integer(0, u64::MAX)?;
                wire::varint(self.out, value);
            }
            Scalar::Sint32 => {
                let value = self.int32()?;
                wire::varint(self.out, u64::from(wire::zigzag32(value as i32)));
            }
            Scalar::Sint64 => {
                let value = self.integer(1 << 63, i64::MAX as u64)?;
                wire::varint(self.out, wire::zigzag64(value as i64));
            }
            Scalar::Fixed32 => {
                let value = self.integer(0, u64::from(u32::MAX))?;
                wire::fixed32(self.out, value as u32);
            }
            Scalar::Fixed64 => {
                let value = self.integer(0, u64::MAX)?;
                wire::fixed64(self.out, value);
            }
            Scalar::Sfixed32 => {
                let value = self.int32()?;
                wire::fixed32(self.out, value as u32);
            }
            Scalar::Sfixed64 => {
                let value = self.integer(1 << 63, i64::MAX as u64)?;
                wire::fixed64(self.out, value);
            }
            Scalar::Double => {
                let value: f64 = number::float(&mut self.text, &mut self.scratch)?;
                wire::fixed64(self.out, value.to_bits());
            }
            Scalar::Float => {
                let value: f32 = number::float(&mut self.text, &mut self.scratch)?;
                wire::fixed32(self.out, value.to_bits());
            }
            Scalar::Bool => {
                let value = self.boolean()?;
                self.out.push(u8::from(value));
            }
            Scalar::Enum => match self.enumeration(field)? {
                Some(number) => wire::varint(self.out, i64::from(number) as u64),
                None => return Ok(false),
            },
            Scalar::Bytes => self.bytes()?,
            Scalar::Group => {
                self.message(self.pool.message_at(field.target))?;
                wire::tag(self.out, field.number, WireType::GroupEnd);
            }
        }
        Ok(true)
    }

    /// The value in two's complement of 64 bits.
    #[inline]
    fn int32(&mut self) -> Outcome<i64> {
        self.integer(1 << 31, i32::MAX as u64)
            .map(|value| value as i64)
    }

    #[inline]
    fn integer(&mut self, negatives: u64, positives: u64) -> Outcome<u64> {
        let found = number::integer(&mut self.text, &mut self.scratch)?;
        found
            .within(negatives, positives)
            .ok_or_else(|| number::out_of_range(self.text.at))
    }

    pub(super) fn boolean(&mut self) -> Outcome<bool> {
        match self.text.peek() {
            Some(b't') => self.text.word("true").map(|()| true),
            Some(b'f') => self.text.word("false").map(|()| false),
            _ => Err(self.text.expected("`true` or `false`")),
        }
    }

    /// Reads a string and appends it with its length.
    #[inline]
    pub(super) fn string(&mut self) -> Outcome<()> {
        if self.text.peek() != Some(b'"') {
            return Err(self.text.expected("a string"));
        }
        let start = self.text.at + 1;
        let end = super::text::plain_end(self.text.bytes, start);
        if self.text.bytes.get(end) == Some(&b'"') {
            wire::length_delimited(self.out, &self.text.bytes[start..end]);
            self.text.at = end + 1;
            return Ok(());
        }
        // With escapes the length is known at the end. Room is left for as many bytes as the one before took.
        let place = self.out.len();
        let room = self.length_room;
        self.out.extend_from_slice(&[0; 10][..room]);
        self.out.extend_from_slice(&self.text.bytes[start..end]);
        self.text.at = end;
        self.text.rest_of_string(self.out)?;
        let contents = place + room;
        let length = self.out.len() - contents;
        let mut prefix = [0; 10];
        let mut size = 0;
        let mut rest = length;
        while rest >= 0x80 {
            prefix[size] = rest as u8 | 0x80;
            rest >>= 7;
            size += 1;
        }
        prefix[size] = rest as u8;
        size += 1;
        if size != room {
            self.out
                .resize(contents + length + size.saturating_sub(room), 0);
            self.out
                .copy_within(contents..contents + length, place + size);
            self.out.truncate(place + size + length);
            self.length_room = size;
        }
        self.out[place..place + size].copy_from_slice(&prefix[..size]);
        Ok(())
    }

    fn bytes(&mut self) -> Outcome<()> {
        let at = self.text.at;
        let text = self.text.string("a string", &mut self.scratch)?;
        let place = wire::open(self.out);
        base64::decode(text, at, self.out)?;
        wire::close(self.out, place);
        Ok(())
    }

    fn enumeration(&mut self, field: &Field) -> Outcome<Option<i32>> {
        let declared: EnumRef<'p> = self.pool.enum_at(field.target);
        match self.text.peek() {
            Some(b'"') => {
                let at = self.text.at;
                let name = self.text.string("a name", &mut self.scratch)?;
                if let Some(number) = declared.number_of_bytes(name) {
                    return Ok(Some(number));
                }
                if self.options.ignore_unknown_enum_names {
                    return Ok(None);
                }
                let name = String::from_utf8_lossy(name.get(..100).unwrap_or(name));
                let text = format!("{} has no value \"{name}\"", declared.full_name());
                Err(Fault::new(at, text))
            }
            Some(b'-' | b'0'..=b'9') => {
                let at = self.text.at;
                let number = self.int32()? as i32;
                if declared.is_closed() && declared.value_name(number).is_none() {
                    let text = format!("{} has no value {number}", declared.full_name());
                    return Err(Fault::new(at, text));
                }
                Ok(Some(number))
            }
            Some(b'n') if field.null_value => self.text.word("null").map(|()| Some(0)),
            _ => Err(self
                .text
                .expected("the name or the number of an enum's value")),
        }
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self) -> Outcome<()> {
        self.text.skip(self.depth, &mut self.scratch)
    }

    /// Reads the message of a MessageSet's extension.
    fn message_set_item(&mut self, extension: FieldRef<'p>) -> Outcome<()> {
        if self.is_unset(extension.table)? {
            return Ok(());
        }
        wire::tag(self.out, 1, WireType::GroupStart);
        wire::tag(self.out, 2, WireType::Varint);
        wire::varint(self.out, u64::from(extension.number()));
        wire::tag(self.out, 3, WireType::Length);
        let place = wire::open(self.out);
        self.message(extension.target())?;
        wire::close(self.out, place);
        wire::tag(self.out, 1, WireType::GroupEnd);
        Ok(())
    }
}
