//! From JSON text to the wire: the types of `google.protobuf` that have a form of their own.

use crate::pool::{MessageRef, WellKnown};
use crate::wire::{self, WireType};

use super::error::{Fault, Outcome};
use super::parse::Parser;
use super::{mask, number, time};

impl<'p> Parser<'p, '_, '_> {
    /// Reads a well-known type and appends its fields.
    pub(super) fn well_known(&mut self, message: MessageRef<'p>) -> Outcome<()> {
        match message.well_known() {
            Some(WellKnown::Any) => self.any(),
            Some(WellKnown::Timestamp) => self.time(time::parse_timestamp),
            Some(WellKnown::Duration) => self.time(time::parse_duration),
            Some(WellKnown::FieldMask) => self.mask(),
            Some(WellKnown::Struct) => self.structure(),
            Some(WellKnown::Value) => self.value(),
            Some(WellKnown::ListValue) => self.list(),
            Some(WellKnown::Wrapper) => match message.pool.fields_of(message.table) {
                [field] => self.singular(field, false).map(|_| ()),
                _ => Err(Fault::new(
                    self.text.at,
                    "a wrapper must have one field in its descriptor",
                )),
            },
            Some(WellKnown::Empty) | None => {
                if self.text.peek() != Some(b'{') {
                    return Err(self.text.expected("an object"));
                }
                self.members(message, false)
            }
        }
    }

    fn time(&mut self, parse: fn(&[u8]) -> Result<time::Time, &'static str>) -> Outcome<()> {
        let at = self.text.at;
        let text = self.text.string("a string", &mut self.scratch)?;
        let time = parse(text).map_err(|reason| Fault::new(at, reason))?;
        if time.seconds != 0 {
            wire::tag(self.out, 1, WireType::Varint);
            wire::varint(self.out, time.seconds as u64);
        }
        if time.nanos != 0 {
            wire::tag(self.out, 2, WireType::Varint);
            wire::varint(self.out, i64::from(time.nanos) as u64);
        }
        Ok(())
    }

    fn mask(&mut self) -> Outcome<()> {
        let at = self.text.at;
        let text = self.text.string("a string", &mut self.scratch)?;
        if text.is_empty() {
            return Ok(());
        }
        for path in text.split(|byte| *byte == b',') {
            wire::tag(self.out, 1, WireType::Length);
            let place = wire::open(self.out);
            if !mask::to_snake_case(path, self.out) {
                return Err(Fault::new(
                    at,
                    "expected paths in lowerCamelCase with commas between them",
                ));
            }
            wire::close(self.out, place);
        }
        Ok(())
    }

    /// Reads any object.
    fn structure(&mut self) -> Outcome<()> {
        if self.text.peek() != Some(b'{') {
            return Err(self.text.expected("an object"));
        }
        self.nested(|this| {
            this.text.at += 1;
            if this.text.take(b'}') {
                return Ok(());
            }
            let mut keys = this.take_keys();
            loop {
                if this.text.peek() != Some(b'"') {
                    return Err(this.text.expected("a key"));
                }
                let at = this.text.at;
                wire::tag(this.out, 1, WireType::Length);
                let place = wire::open(this.out);
                let contents = this.out.len();
                wire::tag(this.out, 1, WireType::Length);
                this.string()?;
                let key_length = this.out.len() - contents;
                this.text.colon()?;
                wire::tag(this.out, 2, WireType::Length);
                let inner = wire::open(this.out);
                this.value()?;
                wire::close(this.out, inner);
                let length = this.out.len() - contents;
                wire::close(this.out, place);
                let start = this.out.len() - length;
                if !keys.insert(this.out, start..start + key_length) {
                    return Err(Fault::new(at, "the object has the key twice"));
                }
                if !this.text.more(b'}')? {
                    break;
                }
            }
            this.give_keys(keys);
            Ok(())
        })
    }

    /// Reads any array.
    fn list(&mut self) -> Outcome<()> {
        self.nested(|this| {
            this.array(|this| {
                wire::tag(this.out, 1, WireType::Length);
                let place = wire::open(this.out);
                this.value()?;
                wire::close(this.out, place);
                Ok(())
            })
        })
    }

    /// Reads any value.
    fn value(&mut self) -> Outcome<()> {
        match self.text.peek() {
            Some(b'n') => {
                self.text.word("null")?;
                self.out.extend_from_slice(&[1 << 3, 0]);
            }
            Some(b'-' | b'0'..=b'9') => {
                let value: f64 = number::float(&mut self.text, &mut self.scratch)?;
                wire::tag(self.out, 2, WireType::Fixed64);
                wire::fixed64(self.out, value.to_bits());
            }
            Some(b'"') => {
                wire::tag(self.out, 3, WireType::Length);
                self.string()?;
            }
            Some(b't' | b'f') => {
                let value = self.boolean()?;
                self.out.extend_from_slice(&[4 << 3, u8::from(value)]);
            }
            Some(b'{') => {
                wire::tag(self.out, 5, WireType::Length);
                let place = wire::open(self.out);
                self.structure()?;
                wire::close(self.out, place);
            }
            Some(b'[') => {
                wire::tag(self.out, 6, WireType::Length);
                let place = wire::open(self.out);
                self.list()?;
                wire::close(self.out, place);
            }
            _ => return Err(self.text.expected("a value")),
        }
        Ok(())
    }

    /// Reads an `Any`: an object of which one member, not always the first, says how to read the others.
    fn any(&mut self) -> Outcome<()> {
        if self.text.peek() != Some(b'{') {
            return Err(self.text.expected("an object"));
        }
        let start = self.text.at;
        self.nested(|this| {
            let Some((at, url)) = this.type_url()? else {
                return Ok(());
            };
            wire::tag(this.out, 1, WireType::Length);
            wire::length_delimited(this.out, url.as_bytes());
            let name = url.rsplit_once('/').map_or(url.as_str(), |(_, name)| name);
            let Some(message) = this.pool.message(name) else {
                let name: String = name.chars().take(100).collect();
                return Err(Fault::new(
                    at,
                    format!("the type `{name}` of an Any is not known"),
                ));
            };
            this.text.at = start;
            wire::tag(this.out, 2, WireType::Length);
            let place = wire::open(this.out);
            let contents = this.out.len();
            if message.well_known().is_some() {
                this.any_value(message, start)?;
            } else {
                // The object is the Any's own level.
                this.depth += 1;
                this.members(message, true)?;
                this.depth -= 1;
            }
            if this.out.len() == contents {
                this.out.truncate(contents - 2);
            } else {
                wire::close(this.out, place);
            }
            Ok(())
        })
    }

    /// Finds the member `@type` of the object that starts here, and passes over the object or as much of it as is needed. An
    /// object without members has none, and need not.
    fn type_url(&mut self) -> Outcome<Option<(usize, String)>> {
        let start = self.text.at;
        self.text.at += 1;
        if self.text.take(b'}') {
            return Ok(None);
        }
        loop {
            let key = self.text.string("a key", &mut self.scratch)?;
            let found = key == b"@type";
            self.text.colon()?;
            if found {
                self.text.peek();
                let at = self.text.at;
                let url = self.text.string("a type URL", &mut self.scratch)?;
                let url = String::from_utf8_lossy(url).into_owned();
                if url.is_empty() || url.ends_with('/') {
                    return Err(Fault::new(
                        at,
                        "expected a type URL with the name of a message",
                    ));
                }
                return Ok(Some((at, url)));
            }
            self.skip()?;
            if !self.text.more(b'}')? {
                return Err(Fault::new(start, "an Any must have the member \"@type\""));
            }
        }
    }

    /// Reads the object of an `Any` whose message has a JSON form of its own, which is in the member `value`.
    fn any_value(&mut self, message: MessageRef<'p>, start: usize) -> Outcome<()> {
        self.text.at += 1;
        let (mut value, mut types) = (false, 0);
        loop {
            let at = self.text.at;
            match self.text.string("a key", &mut self.scratch)? {
                b"@type" => {
                    types += 1;
                    self.text.colon()?;
                    self.skip()?;
                }
                b"value" if !value => {
                    value = true;
                    self.text.colon()?;
                    self.message(message)?;
                }
                b"value" => return Err(Fault::new(at, "the member \"value\" is given twice")),
                _ if self.options.ignore_unknown_fields => {
                    self.text.colon()?;
                    self.skip()?;
                }
                _ => {
                    let text = format!(
                        "an Any of type {} has no members but \"@type\" and \"value\"",
                        message.full_name()
                    );
                    return Err(Fault::new(at, text));
                }
            }
            if types > 1 {
                return Err(Fault::new(at, "the member \"@type\" is given twice"));
            }
            if !self.text.more(b'}')? {
                break;
            }
        }
        // Some libraries write an Empty without it.
        if !value && message.well_known() != Some(WellKnown::Empty) {
            let text = format!(
                "an Any of type {} must have the member \"value\"",
                message.full_name()
            );
            return Err(Fault::new(start, text));
        }
        Ok(())
    }
}
