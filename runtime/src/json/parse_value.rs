//! From JSON text to the wire: single values.

use crate::pool::EnumRef;
use crate::pool::table::{Field, Scalar};
use crate::wire::{self, WireType};

use super::error::{Fault, Outcome};
use super::parse::Parser;
use super::{base64, number};

impl<'p> Parser<'p, '_, '_> {
    /// Reads one value and appends it without its tag.
    pub(super) fn bare(&mut self, field: &'p Field) -> Outcome<bool> {
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
    pub(super) fn int32(&mut self) -> Outcome<i64> {
        self.integer(1 << 31, i32::MAX as u64)
            .map(|value| value as i64)
    }

    #[inline]
    pub(super) fn integer(&mut self, negatives: u64, positives: u64) -> Outcome<u64> {
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

    pub(super) fn bytes(&mut self) -> Outcome<()> {
        let at = self.text.at;
        let text = self.text.string("a string", &mut self.scratch)?;
        let place = wire::open(self.out);
        base64::decode(text, at, self.out)?;
        wire::close(self.out, place);
        Ok(())
    }

    pub(super) fn enumeration(&mut self, field: &Field) -> Outcome<Option<i32>> {
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
}
