//! From JSON text to the wire: messages.

use crate::pool::table::{Field, NONE};
use crate::pool::{Cardinality, FieldRef, MessageRef, Pool, WellKnown};
use crate::wire::{self, WireType};

use super::error::{Error, Fault, Outcome};
use super::keys::KeySet;
use super::options::{MAX_DEPTH, ParseOptions};
use super::text::Text;

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
    pub(super) spare: Vec<KeySet>,
    /// What was seen of messages with more than 64 fields.
    wide: Vec<u64>,
    /// How many bytes the length of the last string with escapes took.
    pub(super) length_room: usize,
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
    pub(super) fn is_unset(&mut self, field: &Field) -> Outcome<bool> {
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
