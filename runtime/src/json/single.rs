//! One field of a message alone, as `body` and `response_body` of `google.api.http` name them.

use crate::pool::{Cardinality, FieldRef};

use super::error::Error;
use super::merge::{Merged, merged};
use super::print::{Printed, Printer, is_unknown};
use super::records::{All, Records as _};
use super::wire_reader::{Payload, Wire};
use super::{ParseOptions, PrintOptions, parse, print};

/// Turns the JSON form of one field's value into records of its message, and appends them to `out`, which an error leaves as it
/// was. A repeated field takes an array, a map an object, and `null` leaves the field unset.
///
/// # Errors
/// As [`to_wire`](super::to_wire).
pub fn field_to_wire_into(
    field: FieldRef<'_>,
    json: &[u8],
    options: &ParseOptions,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    parse::parse(field.pool, json, options, out, |parser| {
        let done = parser.value_or_null(field.table);
        done.map_err(|fault| fault.in_field(field.message().full_name(), field.json_name()))
    })
}

/// Appends the JSON form of one field's value to `out`, which an error leaves as it was. `wire` is the message that has the
/// field.
///
/// A field that is not set is printed as `null` if it has presence, and otherwise as its default value, which is `[]` for an
/// array and `{}` for a map.
///
/// # Errors
/// As [`from_wire`](super::from_wire).
pub fn field_from_wire(
    field: FieldRef<'_>,
    wire: &[u8],
    options: &PrintOptions,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    print::print(field.pool, wire, options, out, |printer| {
        printer.only(field, wire)
    })
}

impl<'p> Printer<'p> {
    fn only(&mut self, field: FieldRef<'p>, wire: &[u8]) -> Printed<()> {
        let table = field.table;
        let mut records = All {
            wire: Wire::new(wire),
            field: table,
            depth: self.depth,
        };
        match table.cardinality {
            Cardinality::Repeated => return self.elements(table, &mut records).map(|_| ()),
            Cardinality::Map => return self.entries(table, &mut records).map(|_| ()),
            Cardinality::Singular => {}
        }
        let mut values = Vec::new();
        while let Some(value) = records.next()? {
            if !is_unknown(self.pool, table, value) {
                values.push(value);
            }
        }
        if values.is_empty() {
            if table.presence {
                self.out.extend_from_slice(b"null");
                return Ok(());
            }
            return self.default_value(table);
        }
        match merged(table.scalar, values.into_iter()) {
            Merged::Whole(value) => self.value(table, value),
            Merged::Parts(bytes) => self.value(table, Payload::Bytes(&bytes)),
        }
    }
}
