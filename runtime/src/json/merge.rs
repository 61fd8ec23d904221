//! Printing messages of which the records are out of order.
//!
//! What a reader of protobuf would have at the end is found first: of a scalar the last record, of a message all of them put
//! together, of a oneof the field that came last, of a map the last entry with each key.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::pool::table::{Field, NONE, Scalar};
use crate::pool::{Cardinality, MessageRef};

use super::layout::Members;
use super::print::{Printed, Printer, accepts, is_unknown};
use super::records::Records;
use super::wire_reader::{GROUP, LENGTH, Payload, VARINT, Wire};

/// A record of a field that the pool knows.
struct Record<'p, 'w> {
    field: &'p Field,
    value: Payload<'w>,
}

/// Some records of one field.
struct Listed<'w, I: Iterator<Item = Payload<'w>>>(I);

impl<'w, I: Iterator<Item = Payload<'w>>> Records<'w> for Listed<'w, I> {
    fn rest(&self) -> usize {
        0
    }

    fn next(&mut self) -> Printed<Option<Payload<'w>>> {
        Ok(self.0.next())
    }
}

impl<'p> Printer<'p> {
    /// Prints the members of an object, whatever the order of its records.
    pub(super) fn merged_fields(
        &mut self,
        message: MessageRef<'p>,
        bytes: &[u8],
        members: &mut Members,
    ) -> Printed<()> {
        let mut records = self.collect(message, bytes)?;
        keep_last_of_oneofs(message, &mut records);
        // Stable: records of one field stay in order.
        records.sort_by_key(|record| record.field.number);
        for of_field in records.chunk_by(|a, b| a.field.number == b.field.number) {
            let field = of_field[0].field;
            let values = || of_field.iter().map(|record| record.value);
            if self.options.always_print_fields_with_no_presence {
                self.defaults(message, field.number, members)?;
            }
            let printed = match field.cardinality {
                Cardinality::Singular => match merged(field.scalar, values()) {
                    Merged::Whole(value) => self.singular(field, value),
                    Merged::Parts(bytes) => self.singular(field, Payload::Bytes(&bytes)),
                },
                Cardinality::Repeated => self.repeated(field, &mut Listed(values())),
                Cardinality::Map => self.map(field, &mut Listed(values())),
            };
            printed.map_err(|stop| stop.in_field(message, field))?;
        }
        if self.options.always_print_fields_with_no_presence {
            self.defaults(message, u32::MAX, members)?;
        }
        Ok(())
    }

    /// The records of the fields and extensions that the pool knows.
    fn collect<'w>(
        &self,
        message: MessageRef<'p>,
        bytes: &'w [u8],
    ) -> Printed<Vec<Record<'p, 'w>>> {
        let mut wire = Wire::new(bytes);
        let mut records = Vec::new();
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            let value = wire.payload(number, wire_type, self.depth)?;
            let (number, wire_type, value) = match value {
                Payload::Bytes(item)
                    if message.is_message_set() && (number, wire_type) == (1, GROUP) =>
                {
                    match self.message_set_item(item)? {
                        Some((id, message)) => (id, LENGTH, Payload::Bytes(message)),
                        None => continue,
                    }
                }
                value => (number, wire_type, value),
            };
            let field = message
                .field_by_number(number)
                .or_else(|| message.extension_by_number(number));
            if let Some(field) = field
                && accepts(field.table, wire_type)
                && !(field.table.cardinality == Cardinality::Singular
                    && is_unknown(self.pool, field.table, value))
            {
                records.push(Record {
                    field: field.table,
                    value,
                });
            }
        }
        Ok(records)
    }

    /// The number and the message of an item of a MessageSet, which may stand in either order.
    fn message_set_item<'w>(&self, item: &'w [u8]) -> Printed<Option<(u32, &'w [u8])>> {
        let mut wire = Wire::new(item);
        let (mut id, mut message) = (None, None);
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            match (
                number,
                wire_type,
                wire.payload(number, wire_type, self.depth)?,
            ) {
                (2, VARINT, Payload::Number(number)) => id = u32::try_from(number).ok(),
                (3, LENGTH, Payload::Bytes(bytes)) => message = Some(bytes),
                _ => {}
            }
        }
        Ok(id.zip(message))
    }

    /// Prints a map of which some keys may come more than once.
    pub(super) fn merged_entries<'w>(
        &mut self,
        field: &'p Field,
        records: &mut impl Records<'w>,
    ) -> Printed<bool> {
        let (key_field, value_field) = self.entry_fields(field)?;
        let mut places = HashMap::new();
        let mut found: Vec<(Option<Payload<'w>>, Option<Merged<'w>>, &'w [u8])> = Vec::new();
        while let Some(record) = records.next()? {
            let Payload::Bytes(entry) = record else {
                continue;
            };
            let (key, value) = self.merged_entry(key_field, value_field, entry)?;
            if let Some(Merged::Whole(value)) = value
                && is_unknown(self.pool, value_field, value)
            {
                continue;
            }
            let place = *places
                .entry(plain_key(key_field, key))
                .or_insert(found.len());
            match found.get_mut(place) {
                Some(earlier) => *earlier = (key, value, entry),
                None => found.push((key, value, entry)),
            }
        }
        let entries = self.open();
        let empty = found.is_empty();
        for (key, value, entry) in found {
            self.separate();
            self.check_size(entry)?;
            self.map_key(key_field, key, entry)?;
            self.colon();
            match value {
                Some(Merged::Whole(value)) => self.value(value_field, value)?,
                Some(Merged::Parts(bytes)) => self.value(value_field, Payload::Bytes(&bytes))?,
                None => self.default_value(value_field)?,
            }
        }
        self.close(*b"{}", &entries);
        Ok(empty)
    }

    fn merged_entry<'w>(
        &self,
        key_field: &Field,
        value_field: &Field,
        entry: &'w [u8],
    ) -> Printed<(Option<Payload<'w>>, Option<Merged<'w>>)> {
        let mut wire = Wire::new(entry);
        let (mut key, mut values) = (None, Vec::new());
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            let payload = wire.payload(number, wire_type, self.depth)?;
            match number {
                1 if accepts(key_field, wire_type) => key = Some(payload),
                2 if accepts(value_field, wire_type) => values.push(payload),
                _ => {}
            }
        }
        let value = (!values.is_empty()).then(|| merged(value_field.scalar, values.into_iter()));
        Ok((key, value))
    }
}

/// What several records of one singular field come to.
pub(super) enum Merged<'w> {
    Whole(Payload<'w>),
    Parts(Vec<u8>),
}

/// The last scalar, or all parts of a message; an empty message if there is no record.
pub(super) fn merged<'w>(scalar: Scalar, values: impl Iterator<Item = Payload<'w>>) -> Merged<'w> {
    let mut whole = None;
    let mut parts: Cow<'w, [u8]> = Cow::Borrowed(&[]);
    for value in values {
        match (value, scalar) {
            (Payload::Bytes(bytes), Scalar::Message | Scalar::Group) if !parts.is_empty() => {
                parts.to_mut().extend_from_slice(bytes);
            }
            (Payload::Bytes(bytes), Scalar::Message | Scalar::Group) => {
                parts = Cow::Borrowed(bytes)
            }
            (value, _) => whole = Some(value),
        }
    }
    match (whole, parts) {
        (Some(value), _) => Merged::Whole(value),
        (None, Cow::Borrowed(bytes)) => Merged::Whole(Payload::Bytes(bytes)),
        (None, Cow::Owned(bytes)) => Merged::Parts(bytes),
    }
}

/// Drops the records of a oneof that a later record of another field of it has set aside.
fn keep_last_of_oneofs(message: MessageRef<'_>, records: &mut Vec<Record<'_, '_>>) {
    if message.oneofs().len() == 0 {
        return;
    }
    let mut winners = vec![0; message.oneofs().len()];
    // From the end: the first field that is met is the one that is set, up to where another one was set before.
    let mut keep: Vec<bool> = Vec::with_capacity(records.len());
    const OVER: u32 = u32::MAX;
    for record in records.iter().rev() {
        let oneof = record.field.oneof;
        let Some(winner) = winners.get_mut(oneof as usize).filter(|_| oneof != NONE) else {
            keep.push(true);
            continue;
        };
        let number = record.field.number;
        if *winner == 0 {
            *winner = number;
        } else if *winner != number {
            *winner = OVER;
        }
        keep.push(*winner == number);
    }
    let mut keep = keep.into_iter().rev();
    records.retain(|_| keep.next().unwrap_or(true));
}

/// A key in a form in which equal keys are equal.
#[inline]
pub(super) fn plain_key<'w>(field: &Field, key: Option<Payload<'w>>) -> (u64, &'w [u8]) {
    match key {
        None => (0, &[]),
        Some(Payload::Bytes(bytes)) => (0, bytes),
        Some(Payload::Number(number)) => match field.scalar {
            Scalar::Int32 | Scalar::Uint32 | Scalar::Sint32 => (number & 0xffff_ffff, &[]),
            Scalar::Bool => (u64::from(number != 0), &[]),
            _ => (number, &[]),
        },
    }
}
