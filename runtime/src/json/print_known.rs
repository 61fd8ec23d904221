//! From the wire to JSON text: the types of `google.protobuf` that have a form of their own.

use crate::pool::table::{Field, Scalar};
use crate::pool::{MessageRef, WellKnown};

use super::merge::{Merged, merged};
use super::options::UnknownAny;
use super::print::{Printed, Printer, Stop, accepts};
use super::records::{All, Records as _};
use super::sink::Sink;
use super::wire_reader::{FIXED64, LENGTH, Payload, VARINT, Wire};
use super::{base64, digits, mask, time};

impl<'p> Printer<'p> {
    /// Prints a well-known type.
    pub(super) fn well_known(
        &mut self,
        known: WellKnown,
        message: MessageRef<'p>,
        bytes: &[u8],
    ) -> Printed<()> {
        match known {
            WellKnown::Any => self.any(bytes),
            WellKnown::Timestamp => self.time(bytes, time::print_timestamp),
            WellKnown::Duration => self.time(bytes, time::print_duration),
            WellKnown::FieldMask => self.mask(bytes),
            WellKnown::Struct => self.structure(message, bytes),
            WellKnown::ListValue => self.list(message, bytes),
            WellKnown::Value => self.any_json(message, bytes),
            WellKnown::Wrapper | WellKnown::Empty => self.wrapper(message, bytes),
        }
    }

    fn time(
        &mut self,
        bytes: &[u8],
        print: fn(time::Time, &mut Sink) -> Result<(), &'static str>,
    ) -> Printed<()> {
        let mut time = time::Time {
            seconds: 0,
            nanos: 0,
        };
        let mut wire = Wire::new(bytes);
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            match (
                number,
                wire_type,
                wire.payload(number, wire_type, self.depth)?,
            ) {
                (1, VARINT, Payload::Number(value)) => time.seconds = value as i64,
                (2, VARINT, Payload::Number(value)) => time.nanos = value as i32,
                _ => {}
            }
        }
        print(time, &mut self.out).map_err(|reason| Stop::at(bytes, reason))
    }

    fn mask(&mut self, bytes: &[u8]) -> Printed<()> {
        self.out.push(b'"');
        let mut first = true;
        let mut wire = Wire::new(bytes);
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            if let (1, LENGTH, Payload::Bytes(path)) = (
                number,
                wire_type,
                wire.payload(number, wire_type, self.depth)?,
            ) {
                if !first {
                    self.out.push(b',');
                }
                first = false;
                if !mask::to_camel_case(path, &mut self.out) {
                    return Err(Stop::at(
                        path,
                        "a path of the field mask has no form in lowerCamelCase",
                    ));
                }
            }
        }
        self.out.push(b'"');
        Ok(())
    }

    fn wrapper(&mut self, message: MessageRef<'p>, bytes: &[u8]) -> Printed<()> {
        let [field] = self.pool.fields_of(message.table) else {
            return Err(Stop::at(
                bytes,
                "a wrapper must have one field in its descriptor",
            ));
        };
        let mut records = self.all(field, bytes);
        let mut last = None;
        while let Some(value) = records.next()? {
            last = Some(value);
        }
        match last {
            Some(value) => self.value(field, value),
            None => self.default_value(field),
        }
    }

    fn all<'w, 'f>(&self, field: &'f Field, bytes: &'w [u8]) -> All<'w, 'f> {
        All {
            wire: Wire::new(bytes),
            field,
            depth: self.depth,
        }
    }

    fn structure(&mut self, message: MessageRef<'p>, bytes: &[u8]) -> Printed<()> {
        let field = only_field(message, bytes)?;
        self.nested(bytes, |this| {
            let mut records = this.all(field, bytes);
            this.entries(field, &mut records).map(|_| ())
        })
    }

    fn list(&mut self, message: MessageRef<'p>, bytes: &[u8]) -> Printed<()> {
        let field = only_field(message, bytes)?;
        self.nested(bytes, |this| {
            let mut records = this.all(field, bytes);
            this.elements(field, &mut records).map(|_| ())
        })
    }

    /// Prints a `Value`: of its oneof the field that came last.
    fn any_json(&mut self, message: MessageRef<'p>, bytes: &[u8]) -> Printed<()> {
        let mut wire = Wire::new(bytes);
        let mut last: Option<(u32, Payload<'_>)> = None;
        let mut parts = Vec::new();
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            let value = wire.payload(number, wire_type, self.depth)?;
            if !matches!(
                (number, wire_type),
                (1 | 4, VARINT) | (2, FIXED64) | (3 | 5 | 6, LENGTH)
            ) {
                continue;
            }
            if last.is_none_or(|(earlier, _)| earlier != number) {
                parts.clear();
            }
            parts.extend(matches!(number, 5 | 6).then_some(value));
            last = Some((number, value));
        }
        let Some((number, value)) = last else {
            return Err(Stop::at(
                bytes,
                "a google.protobuf.Value must hold something",
            ));
        };
        match (number, value) {
            (1, _) => self.out.extend_from_slice(b"null"),
            (2, Payload::Number(bits)) => {
                let value = f64::from_bits(bits);
                if !value.is_finite() {
                    return Err(Stop::at(
                        bytes,
                        "a google.protobuf.Value must not hold NaN or an infinity",
                    ));
                }
                digits::double(value, &mut self.out);
            }
            (3, Payload::Bytes(text)) => return self.string(text),
            (4, Payload::Number(value)) => {
                self.out
                    .extend_from_slice(if value == 0 { b"false" } else { b"true" });
            }
            _ => {
                let Some(field) = message.field_by_number(number) else {
                    return Err(Stop::at(
                        bytes,
                        "google.protobuf.Value lacks a field in its descriptor",
                    ));
                };
                return match merged(Scalar::Message, parts.into_iter()) {
                    Merged::Whole(value) => self.value(field.table, value),
                    Merged::Parts(bytes) => self.value(field.table, Payload::Bytes(&bytes)),
                };
            }
        }
        Ok(())
    }

    fn any(&mut self, bytes: &[u8]) -> Printed<()> {
        let mut wire = Wire::new(bytes);
        let (mut url, mut value): (&[u8], &[u8]) = (&[], &[]);
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            match (
                number,
                wire_type,
                wire.payload(number, wire_type, self.depth)?,
            ) {
                (1, LENGTH, Payload::Bytes(bytes)) => url = bytes,
                (2, LENGTH, Payload::Bytes(bytes)) => value = bytes,
                _ => {}
            }
        }
        if url.is_empty() && value.is_empty() {
            self.out.extend_from_slice(b"{}");
            return Ok(());
        }
        let start = self.out.len();
        let (depth, level) = (self.depth, self.level());
        match self.any_of_type(bytes, url, value) {
            Err(Stop::Fault(_)) if self.options.unknown_any == UnknownAny::Raw => {
                self.out.truncate(start);
                self.depth = depth;
                self.set_level(level);
                self.raw_any(bytes, url, value)
            }
            done => done,
        }
    }

    fn any_of_type(&mut self, bytes: &[u8], url: &[u8], value: &[u8]) -> Printed<()> {
        let name = url.rsplit(|byte| *byte == b'/').next().unwrap_or(url);
        let name = std::str::from_utf8(name).unwrap_or("");
        let Some(message) = self.pool.message(name) else {
            let name: String = name.chars().take(100).collect();
            return Err(Stop::at(
                bytes,
                format!("the type `{name}` of an Any is not known"),
            ));
        };
        self.nested(bytes, |this| {
            let mut members = this.open();
            this.member(b"@type")?;
            this.string(url)?;
            match message.well_known() {
                None | Some(WellKnown::Empty) => this.fields(message, value, &mut members)?,
                Some(known) => {
                    this.member(b"value")?;
                    this.well_known(known, message, value)?;
                }
            }
            this.close(*b"{}", &members);
            Ok(())
        })
    }

    fn raw_any(&mut self, bytes: &[u8], url: &[u8], value: &[u8]) -> Printed<()> {
        let members = self.open();
        self.member(b"@type")?;
        self.string(url)
            .map_err(|_| Stop::at(bytes, "the type URL of an Any is not UTF-8"))?;
        self.member(b"value")?;
        self.out.push(b'"');
        base64::encode(value, &mut self.out);
        self.out.push(b'"');
        self.close(*b"{}", &members);
        Ok(())
    }

    fn member(&mut self, name: &[u8]) -> Printed<()> {
        self.separate();
        self.string(name)?;
        self.colon();
        Ok(())
    }
}

/// The field of a message that has one, which must be what its name promises.
fn only_field<'p>(message: MessageRef<'p>, bytes: &[u8]) -> Printed<&'p Field> {
    match message.pool.fields_of(message.table) {
        [field] if accepts(field, LENGTH) && field.number == 1 => Ok(field),
        _ => Err(Stop::at(
            bytes,
            "a well-known type has another form in its descriptor",
        )),
    }
}
