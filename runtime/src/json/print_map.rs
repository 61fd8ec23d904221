//! From the wire to JSON text: maps.

use crate::pool::table::{Field, Plan};

use super::merge::plain_key;
use super::print::{Printed, Printer, Stop, accepts, is_unknown};
use super::records::Records;
use super::wire_reader::{LENGTH, Payload, VARINT, Wire};

impl<'p> Printer<'p> {
    /// Prints a map, unless it has no entries.
    pub(super) fn map<'w>(
        &mut self,
        field: &'p Field,
        records: &mut impl Records<'w>,
    ) -> Printed<()> {
        let start = self.out.len();
        self.key(field);
        if self.entries(field, records)? && !self.options.always_print_fields_with_no_presence {
            self.out.truncate(start);
        }
        Ok(())
    }

    /// Prints a map with its brackets, and says whether it is empty.
    pub(super) fn entries<'w>(
        &mut self,
        field: &'p Field,
        records: &mut impl Records<'w>,
    ) -> Printed<bool> {
        if self.merging {
            return self.merged_entries(field, records);
        }
        let entries = self.open();
        let (key_field, value_field) = self.entry_fields(field)?;
        let mut keys = self.spare.pop().unwrap_or_default();
        let mut first = true;
        while let Some(record) = records.next()? {
            let Payload::Bytes(entry) = record else {
                continue;
            };
            if first {
                // Entries are mostly of one size.
                keys.clear(records.rest() / (entry.len() + 2) + 1);
                first = false;
            }
            let (key, value) = match usual_entry(key_field, value_field, entry) {
                Some((key, value)) => (Some(key), Some(value)),
                None => self.entry(key_field, value_field, entry)?,
            };
            if value_field.plan == Plan::Other
                && value.is_some_and(|value| is_unknown(self.pool, value_field, value))
            {
                continue;
            }
            self.separate();
            self.check_size(entry)?;
            self.map_key(key_field, key, entry)?;
            // Not what was just written: to read that back in other pieces takes long.
            let (number, text) = plain_key(key_field, key);
            if !keys.insert(number, text) {
                return Err(Stop::Merge);
            }
            self.colon();
            match value {
                Some(value) => self.value(value_field, value)?,
                None => self.default_value(value_field)?,
            }
        }
        self.spare.push(keys);
        let empty = self.is_empty(&entries);
        self.close(*b"{}", &entries);
        Ok(empty)
    }

    pub(super) fn entry_fields(&self, field: &Field) -> Printed<(&'p Field, &'p Field)> {
        let entry = self
            .pool
            .fields_of(self.pool.message_at(field.target).table);
        let find = |number| entry.iter().find(|field: &&Field| field.number == number);
        match (find(1), find(2)) {
            (Some(key), Some(value)) => Ok((key, value)),
            _ => Err(Stop::at(
                &[],
                "the map has no key or no value in its descriptor",
            )),
        }
    }

    /// Finds key and value of an entry.
    #[inline(never)]
    fn entry<'w>(
        &self,
        key_field: &Field,
        value_field: &Field,
        entry: &'w [u8],
    ) -> Printed<(Option<Payload<'w>>, Option<Payload<'w>>)> {
        let mut wire = Wire::new(entry);
        let (mut key, mut value) = (None, None);
        while !wire.rest.is_empty() {
            let (number, wire_type) = wire.tag()?;
            let payload = wire.payload(number, wire_type, self.depth)?;
            match number {
                1 if accepts(key_field, wire_type) => key = Some(payload),
                2 if accepts(value_field, wire_type) => {
                    // Parts of a message are to be merged.
                    if value.is_some() {
                        return Err(Stop::Merge);
                    }
                    value = Some(payload);
                }
                _ => {}
            }
        }
        Ok((key, value))
    }
}

/// Key and value of an entry that is as nearly all entries are: a key, a value, and nothing else.
#[inline(always)]
fn usual_entry<'w>(
    key_field: &Field,
    value_field: &Field,
    entry: &'w [u8],
) -> Option<(Payload<'w>, Payload<'w>)> {
    let part = |field: &Field, rest: &'w [u8]| {
        let [tag, rest @ ..] = rest else { return None };
        let mut wire = Wire::new(rest);
        let payload = match field.wire_type {
            _ if *tag != field.tag[0] => return None,
            LENGTH => Payload::Bytes(wire.bytes().ok()?),
            VARINT => Payload::Number(wire.varint().ok()?),
            _ => return None,
        };
        Some((payload, wire.rest))
    };
    let (key, rest) = part(key_field, entry)?;
    let (value, rest) = part(value_field, rest)?;
    rest.is_empty().then_some((key, value))
}
