//! From the wire to JSON text: single values.

use crate::pool::table::{Field, Scalar};

use super::print::{Printed, Printer, Stop, is_unknown};
use super::wire_reader::{Payload, Wire};
use super::{base64, digits, escape};

impl<'p> Printer<'p> {
    /// Prints the value of a record that the field accepts.
    #[inline]
    pub(super) fn value(&mut self, field: &'p Field, value: Payload<'_>) -> Printed<()> {
        match value {
            Payload::Number(number) => {
                self.number(field, number);
                Ok(())
            }
            Payload::Bytes(bytes) => self.bytes(field, bytes),
        }
    }

    /// Prints what a field without a record stands for.
    pub(super) fn default_value(&mut self, field: &'p Field) -> Printed<()> {
        match field.scalar {
            Scalar::String | Scalar::Bytes | Scalar::Message | Scalar::Group => {
                self.bytes(field, &[])
            }
            Scalar::Enum => {
                // The first value; only in an open enum it has to be zero.
                let number = self
                    .pool
                    .enum_at(field.target)
                    .table
                    .values
                    .first()
                    .map_or(0, |v| v.number);
                self.number(field, i64::from(number) as u64);
                Ok(())
            }
            _ => {
                self.number(field, 0);
                Ok(())
            }
        }
    }

    fn bytes(&mut self, field: &'p Field, bytes: &[u8]) -> Printed<()> {
        match field.scalar {
            Scalar::String => self.string(bytes),
            Scalar::Bytes => {
                self.out.push(b'"');
                base64::encode(bytes, &mut self.out);
                self.out.push(b'"');
                Ok(())
            }
            _ => self.message(self.pool.message_at(field.target), bytes),
        }
    }

    #[inline]
    pub(super) fn string(&mut self, bytes: &[u8]) -> Printed<()> {
        if !escape::string(bytes, &mut self.out) {
            return Err(Stop::at(bytes, "the string is not UTF-8"));
        }
        Ok(())
    }

    /// Prints a number, given as a varint or as the bits of a fixed one.
    #[inline]
    pub(super) fn number(&mut self, field: &Field, number: u64) {
        match field.scalar {
            Scalar::Int32 | Scalar::Sfixed32 => {
                digits::signed(i64::from(number as i32), &mut self.out)
            }
            Scalar::Uint32 | Scalar::Fixed32 => {
                digits::unsigned(number & 0xffff_ffff, &mut self.out)
            }
            Scalar::Sint32 => digits::signed(
                i64::from(unzigzag(number & 0xffff_ffff) as i32),
                &mut self.out,
            ),
            Scalar::Int64 | Scalar::Sfixed64 => self.int64(number as i64),
            Scalar::Uint64 | Scalar::Fixed64 => {
                self.quote();
                digits::unsigned(number, &mut self.out);
                self.quote();
            }
            Scalar::Sint64 => self.int64(unzigzag(number)),
            Scalar::Bool => {
                self.out
                    .extend_from_slice(if number == 0 { b"false" } else { b"true" })
            }
            Scalar::Double => digits::double(f64::from_bits(number), &mut self.out),
            Scalar::Float => digits::float(f32::from_bits(number as u32), &mut self.out),
            Scalar::Enum => self.enumeration(field, number as i32),
            // These are not numbers, and are never read as such.
            Scalar::String | Scalar::Bytes | Scalar::Message | Scalar::Group => {}
        }
    }

    #[inline]
    fn int64(&mut self, value: i64) {
        self.quote();
        digits::signed(value, &mut self.out);
        self.quote();
    }

    /// Writes a quotation mark around 64-bit integers, unless they are to be numbers.
    #[inline]
    fn quote(&mut self) {
        if !self.options.int64_as_numbers {
            self.out.push(b'"');
        }
    }

    fn enumeration(&mut self, field: &Field, number: i32) {
        // Another number would come back as zero.
        if field.null_value && number == 0 {
            self.out.extend_from_slice(b"null");
            return;
        }
        match self.pool.enum_at(field.target).table.value(number) {
            Some(value) if !self.options.enums_as_numbers => {
                self.out.extend_from_slice(&value.json)
            }
            _ => digits::signed(i64::from(number), &mut self.out),
        }
    }

    /// Prints the elements of a packed array.
    pub(super) fn packed(&mut self, field: &'p Field, bytes: &[u8]) -> Printed<()> {
        let mut wire = Wire::new(bytes);
        match field.scalar {
            // The types that come in large arrays have loops of their own.
            Scalar::Int32 if self.options.indent == 0 => {
                while !wire.rest.is_empty() {
                    let value = wire.varint()?;
                    digits::int32_element(value as i32, &mut self.out);
                }
            }
            Scalar::Int64 if self.options.indent == 0 && !self.options.int64_as_numbers => {
                while !wire.rest.is_empty() {
                    let value = wire.varint()?;
                    digits::int64_element(value as i64, &mut self.out);
                }
            }
            Scalar::Int64 => {
                while !wire.rest.is_empty() {
                    let value = wire.varint()?;
                    self.separate();
                    self.int64(value as i64);
                }
            }
            Scalar::Double => {
                while !wire.rest.is_empty() {
                    let value = wire.fixed64()?;
                    self.separate();
                    digits::double(f64::from_bits(value), &mut self.out);
                }
            }
            _ => {
                let wire_type = field.scalar.wire_type() as u8;
                while !wire.rest.is_empty() {
                    let value = wire.payload(field.number, wire_type, 0)?;
                    if !is_unknown(self.pool, field, value) {
                        self.separate();
                        self.value(field, value)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Prints a key, which is a string whatever its type.
    #[inline]
    pub(super) fn map_key(
        &mut self,
        field: &'p Field,
        key: Option<Payload<'_>>,
        entry: &[u8],
    ) -> Printed<()> {
        match (field.scalar, key) {
            (Scalar::String, Some(Payload::Bytes(bytes))) => self.string(bytes),
            (Scalar::String, _) => self.string(&entry[..0]),
            (_, key) => {
                let number = match key {
                    Some(Payload::Number(number)) => number,
                    _ => 0,
                };
                let quoted = !self.options.int64_as_numbers
                    && matches!(
                        field.scalar,
                        Scalar::Int64
                            | Scalar::Sint64
                            | Scalar::Sfixed64
                            | Scalar::Uint64
                            | Scalar::Fixed64
                    );
                if quoted {
                    self.number(field, number);
                } else {
                    self.out.push(b'"');
                    self.number(field, number);
                    self.out.push(b'"');
                }
                Ok(())
            }
        }
    }
}

#[inline(always)]
const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}
