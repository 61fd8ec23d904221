//! From the wire to JSON text: messages, arrays and maps.
//!
//! Writers put the records of a message in the order of their field numbers, with all elements of an array together. Such
//! a message is printed in one pass, record by record. The first record that is out of order stops that, and the
//! whole is printed again by way of `merge`, which collects the records of each message first. Both print fields in
//! the order of their numbers, so the text does not depend on which of them did it.

use crate::pool::table::{Field, NONE, Plan, Scalar};
use crate::pool::{Cardinality, MessageRef, Pool, WellKnown};

use super::error::{Error, Fault};
use super::keys::Hashes;
use super::merge::plain_key;
use super::options::{MAX_DEPTH, PrintOptions, UnknownAny};
use super::sink::Sink;
use super::wire_reader::{FIXED64, LENGTH, Payload, VARINT, Wire};

/// Why printing stopped.
#[derive(Debug)]
pub(super) enum Stop {
    Fault(Fault),
    /// Records are out of order.
    Merge,
}

pub(super) type Printed<T> = Result<T, Stop>;

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

impl Stop {
    #[cold]
    pub(super) fn at(bytes: &[u8], text: impl Into<std::borrow::Cow<'static, str>>) -> Stop {
        Stop::Fault(Fault::new(bytes.as_ptr() as usize, text))
    }

    #[cold]
    pub(super) fn in_field(self, message: MessageRef<'_>, field: &Field) -> Stop {
        match self {
            Stop::Fault(fault) => {
                Stop::Fault(fault.in_field(message.full_name(), field.shown_name()))
            }
            Stop::Merge => Stop::Merge,
        }
    }
}

/// Writes one text.
pub(super) struct Printer<'p> {
    pub(super) pool: &'p Pool,
    pub(super) options: PrintOptions,
    pub(super) out: Sink,
    /// How many levels may still be opened.
    pub(super) depth: u32,
    /// The length that `out` must not exceed.
    limit: usize,
    /// Keys are written as the tables have them.
    plain: bool,
    /// Levels that are open, for indentation.
    level: usize,
    /// Records are collected before they are printed.
    pub(super) merging: bool,
    /// Hashes of keys that are not in use at present.
    spare: Vec<Hashes>,
}

/// Prints with `value`, a second time if records are out of order. What was appended before an error is taken back.
pub(super) fn print<'p>(
    pool: &'p Pool,
    wire: &[u8],
    options: &PrintOptions,
    out: &mut Vec<u8>,
    mut value: impl FnMut(&mut Printer<'p>) -> Printed<()>,
) -> Result<(), Error> {
    let start = out.len();
    // Three times the size on the wire is more than most texts come to.
    let room = wire
        .len()
        .saturating_mul(3)
        .min(options.max_size)
        .saturating_add(64);
    let mut printer = Printer {
        pool,
        options: *options,
        out: Sink::new(std::mem::take(out), room),
        depth: options.max_depth.min(MAX_DEPTH),
        limit: start.saturating_add(options.max_size),
        plain: options.indent == 0 && !options.preserve_proto_field_names,
        level: 0,
        merging: false,
        spare: Vec::new(),
    };
    let mut done = value(&mut printer);
    if matches!(done, Err(Stop::Merge)) {
        printer.out.truncate(start);
        printer.options = *options;
        printer.depth = options.max_depth.min(MAX_DEPTH);
        printer.level = 0;
        printer.merging = true;
        done = value(&mut printer);
    }
    done = done.and_then(|()| printer.check_size(wire));
    if done.is_err() {
        printer.out.truncate(start);
    }
    *out = printer.out.finish();
    done.map_err(|stop| match stop {
        Stop::Fault(fault) => fault.in_wire(wire),
        // Merging does not ask for itself.
        Stop::Merge => Error::unplaced("the records of the message are out of order"),
    })
}

/// How far the members of an object have come.
///
/// Every member and element is written with a comma in front of it. The first comma stands where the bracket belongs, and becomes
/// one in the end.
pub(super) struct Members {
    start: usize,
    /// For default values: how many fields, by number, are done.
    done: usize,
}

/// How far the records of a message have come.
struct Order {
    /// The index of the field that is expected.
    next: usize,
    /// The number of the last field.
    last: u32,
    /// The oneofs that are set, one a bit; if there are more than 64, some share one.
    oneofs: u64,
}

impl Order {
    /// Whether a field can be printed now: its number is the highest so far, and its oneof is not set.
    #[inline(always)]
    fn allows(&mut self, field: &Field) -> bool {
        let in_order = field.number > self.last;
        self.last = field.number;
        if field.oneof == NONE {
            return in_order;
        }
        let bit = 1u64 << (field.oneof & 63);
        let free = self.oneofs & bit == 0;
        self.oneofs |= bit;
        in_order && free
    }
}

impl<'p> Printer<'p> {
    /// Prints a message in its JSON form.
    pub(super) fn message(&mut self, message: MessageRef<'p>, bytes: &[u8]) -> Printed<()> {
        match message.well_known() {
            None | Some(WellKnown::Empty) => self.object(message, bytes),
            Some(known) => self.well_known(known, message, bytes),
        }
    }

    fn object(&mut self, message: MessageRef<'p>, bytes: &[u8]) -> Printed<()> {
        self.check_size(bytes)?;
        self.nested(bytes, |this| {
            let mut members = this.open();
            if message.table.status && this.options.unknown_any == UnknownAny::Fail {
                // An error must reach the caller whatever its details are.
                this.options.unknown_any = UnknownAny::Raw;
                this.fields(message, bytes, &mut members)?;
                this.options.unknown_any = UnknownAny::Fail;
            } else {
                this.fields(message, bytes, &mut members)?;
            }
            this.close(*b"{}", &members);
            Ok(())
        })
    }

    /// Runs `print` one level deeper.
    #[inline]
    pub(super) fn nested<T>(
        &mut self,
        bytes: &[u8],
        print: impl FnOnce(&mut Self) -> Printed<T>,
    ) -> Printed<T> {
        match self.depth.checked_sub(1) {
            Some(depth) => self.depth = depth,
            None => {
                return Err(Stop::at(
                    bytes,
                    "the message is nested deeper than the limit allows",
                ));
            }
        }
        let value = print(self)?;
        self.depth += 1;
        Ok(value)
    }

    /// Opens an object or an array.
    #[inline]
    pub(super) fn open(&mut self) -> Members {
        self.level += 1;
        Members {
            start: self.out.len(),
            done: 0,
        }
    }

    /// Closes an object or an array.
    #[inline]
    pub(super) fn close(&mut self, [open, close]: [u8; 2], members: &Members) {
        self.level -= 1;
        if self.is_empty(members) {
            return self.out.chunk(&[open, close]);
        }
        self.out.replace(members.start, open);
        if self.options.indent > 0 {
            self.line();
        }
        self.out.push(close);
    }

    #[inline]
    fn is_empty(&self, members: &Members) -> bool {
        self.out.len() == members.start
    }

    /// The levels that are open, to come back to after an error.
    pub(super) fn level(&self) -> usize {
        self.level
    }

    /// Comes back to a level.
    pub(super) fn set_level(&mut self, level: usize) {
        self.level = level;
    }

    fn line(&mut self) {
        self.out.push(b'\n');
        let spaces = self.level.saturating_mul(self.options.indent).min(1 << 16);
        for _ in 0..spaces {
            self.out.push(b' ');
        }
    }

    /// Writes what stands before a member or an element: a comma and, if there are lines, a new one.
    #[inline]
    pub(super) fn separate(&mut self) {
        self.out.push(b',');
        if self.options.indent > 0 {
            self.line();
        }
    }

    /// Writes a colon, and a space if there are lines.
    #[inline]
    pub(super) fn colon(&mut self) {
        self.out.push(b':');
        if self.options.indent > 0 {
            self.out.push(b' ');
        }
    }

    /// Writes the key of a field with what stands around it.
    #[inline(always)]
    fn key(&mut self, field: &Field) {
        if !self.plain {
            return self.styled_key(field);
        }
        let key = &field.json_key;
        if key.text.len() <= key.short.len() {
            self.out.part(&key.short, key.text.len());
        } else {
            self.out.extend_from_slice(&key.text);
        }
    }

    #[inline(never)]
    fn styled_key(&mut self, field: &Field) {
        let key = match self.options.preserve_proto_field_names {
            false => &field.json_key,
            true => &field.proto_key,
        };
        self.separate();
        self.out.extend_from_slice(&key.text[1..]);
        if self.options.indent > 0 {
            self.out.push(b' ');
        }
    }

    #[inline]
    pub(super) fn check_size(&self, bytes: &[u8]) -> Printed<()> {
        if self.out.len() > self.limit {
            return Err(Stop::at(bytes, "the text is longer than the limit allows"));
        }
        Ok(())
    }

    /// Prints the members of an object.
    pub(super) fn fields(
        &mut self,
        message: MessageRef<'p>,
        bytes: &[u8],
        members: &mut Members,
    ) -> Printed<()> {
        if self.merging || message.is_message_set() {
            return self.merged_fields(message, bytes, members);
        }
        let fields = self.pool.fields_of(message.table);
        let mut wire = Wire::new(bytes);
        let mut order = Order {
            next: 0,
            last: 0,
            oneofs: 0,
        };
        while let [byte, rest @ ..] = wire.rest {
            let (field, wire_type) = match fields.get(order.next) {
                // The next field, in the form in which it is expected.
                Some(field) if *byte < 0x80 && u32::from(*byte) == field.tag_value => {
                    wire.rest = rest;
                    order.next += 1;
                    (field, field.wire_type)
                }
                _ => match self.find(message, fields, &mut wire, &mut order)? {
                    Some(found) => found,
                    None => continue,
                },
            };
            if !order.allows(field) {
                return Err(Stop::Merge);
            }
            if self.options.always_print_fields_with_no_presence {
                self.defaults(message, field.number, members)?;
            }
            self.record(field, wire_type, &mut wire)
                .map_err(|stop| stop.in_field(message, field))?;
        }
        if self.options.always_print_fields_with_no_presence {
            self.defaults(message, u32::MAX, members)?;
        }
        Ok(())
    }

    /// Reads a tag and finds its field. The record of an unknown field is passed over.
    #[inline(never)]
    fn find(
        &self,
        message: MessageRef<'p>,
        fields: &'p [Field],
        wire: &mut Wire<'_>,
        order: &mut Order,
    ) -> Printed<Option<(&'p Field, u8)>> {
        let (number, wire_type) = wire.tag()?;
        let field = match message.table.numbers.find(number) {
            Some(index) => {
                order.next = index as usize + 1;
                fields.get(index as usize)
            }
            None => message
                .extension_by_number(number)
                .map(|extension| extension.table),
        };
        match field.filter(|field| accepts(field, wire_type)) {
            Some(field) => Ok(Some((field, wire_type))),
            None => {
                wire.payload(number, wire_type, self.depth)?;
                Ok(None)
            }
        }
    }

    /// Prints one field from behind the tag of its first record on.
    #[inline(always)]
    fn record(&mut self, field: &'p Field, wire_type: u8, wire: &mut Wire<'_>) -> Printed<()> {
        let shown = field.presence || self.options.always_print_fields_with_no_presence;
        match field.plan {
            Plan::Text => {
                let bytes = wire.bytes()?;
                if shown || !bytes.is_empty() {
                    self.key(field);
                    self.string(bytes)?;
                }
                Ok(())
            }
            Plan::Number => {
                let number = match wire_type {
                    VARINT => wire.varint()?,
                    FIXED64 => wire.fixed64()?,
                    _ => wire.fixed32()?,
                };
                if shown || !is_zero(field.scalar, number) {
                    self.key(field);
                    self.number(field, number);
                }
                Ok(())
            }
            Plan::Object => {
                let bytes = wire.bytes()?;
                self.key(field);
                self.object(self.pool.message_at(field.target), bytes)
            }
            Plan::Other => self.field(field, wire_type, wire),
        }
    }

    /// As `record`, for every field. Takes the further records of an array or a map.
    #[inline(never)]
    fn field(&mut self, field: &'p Field, wire_type: u8, wire: &mut Wire<'_>) -> Printed<()> {
        let first = wire.payload(field.number, wire_type, self.depth)?;
        match field.cardinality {
            Cardinality::Singular => self.singular(field, first),
            Cardinality::Repeated => {
                let mut records = Consecutive {
                    first: Some(first),
                    wire,
                    field,
                    depth: self.depth,
                };
                self.repeated(field, &mut records)
            }
            Cardinality::Map => {
                let mut records = Consecutive {
                    first: Some(first),
                    wire,
                    field,
                    depth: self.depth,
                };
                self.map(field, &mut records)
            }
        }
    }

    /// Prints a singular field, unless it has the default value and no presence, or the number of a closed enum that is none.
    #[inline]
    pub(super) fn singular(&mut self, field: &'p Field, value: Payload<'_>) -> Printed<()> {
        if is_unknown(self.pool, field, value) {
            return Ok(());
        }
        if !field.presence
            && !self.options.always_print_fields_with_no_presence
            && is_default(field.scalar, value)
        {
            return Ok(());
        }
        self.key(field);
        self.value(field, value)
    }

    /// Prints an array, unless it has no elements.
    pub(super) fn repeated<'w>(
        &mut self,
        field: &'p Field,
        records: &mut impl Records<'w>,
    ) -> Printed<()> {
        let start = self.out.len();
        self.key(field);
        if self.elements(field, records)? && !self.options.always_print_fields_with_no_presence {
            self.out.truncate(start);
        }
        Ok(())
    }

    /// Prints an array with its brackets, and says whether it is empty.
    pub(super) fn elements<'w>(
        &mut self,
        field: &'p Field,
        records: &mut impl Records<'w>,
    ) -> Printed<bool> {
        let elements = self.open();
        while let Some(record) = records.next()? {
            self.check_size(&[])?;
            match record {
                Payload::Bytes(bytes) if field.scalar.packable() => {
                    self.packed(field, bytes)?;
                }
                value if is_unknown(self.pool, field, value) => {}
                value => {
                    self.separate();
                    self.value(field, value)?;
                }
            }
        }
        let empty = self.is_empty(&elements);
        self.close(*b"[]", &elements);
        Ok(empty)
    }

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

    /// Prints the default values of fields without presence that have a smaller number and were not printed.
    pub(super) fn defaults(
        &mut self,
        message: MessageRef<'p>,
        number: u32,
        members: &mut Members,
    ) -> Printed<()> {
        let fields = self.pool.fields_of(message.table);
        while let Some(index) = message.table.by_number.get(members.done) {
            let field = &fields[*index as usize];
            if field.number > number {
                break;
            }
            members.done += 1;
            if field.number == number {
                break;
            }
            match field.cardinality {
                Cardinality::Singular if field.presence => continue,
                _ => self.key(field),
            }
            match field.cardinality {
                Cardinality::Singular => self.default_value(field)?,
                Cardinality::Repeated => self.out.extend_from_slice(b"[]"),
                Cardinality::Map => self.out.extend_from_slice(b"{}"),
            }
            self.check_size(&[])?;
        }
        Ok(())
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

/// Whether a record of that wire type can be of the field; if not, it is an unknown one.
#[inline(always)]
pub(super) fn accepts(field: &Field, wire_type: u8) -> bool {
    wire_type == field.wire_type
        || (wire_type == LENGTH
            && field.cardinality == Cardinality::Repeated
            && field.scalar.packable())
}

/// Whether it is a number that a closed enum does not declare, which makes the record an unknown field.
#[inline(always)]
pub(super) fn is_unknown(pool: &Pool, field: &Field, value: Payload<'_>) -> bool {
    match (field.scalar, value) {
        (Scalar::Enum, Payload::Number(number)) => {
            let declared = pool.enum_at(field.target);
            declared.is_closed() && declared.table.value(number as i32).is_none()
        }
        _ => false,
    }
}

#[inline(always)]
fn is_default(scalar: Scalar, value: Payload<'_>) -> bool {
    match value {
        Payload::Bytes(bytes) => bytes.is_empty(),
        Payload::Number(number) => is_zero(scalar, number),
    }
}

#[inline(always)]
fn is_zero(scalar: Scalar, number: u64) -> bool {
    match scalar {
        Scalar::Int32 | Scalar::Uint32 | Scalar::Sint32 | Scalar::Enum => number as u32 == 0,
        _ => number == 0,
    }
}

/// The records of one field.
pub(super) trait Records<'w> {
    fn next(&mut self) -> Printed<Option<Payload<'w>>>;

    /// How many bytes there are at most in further records.
    fn rest(&self) -> usize;
}

/// Records that follow one another.
struct Consecutive<'a, 'w, 'f> {
    first: Option<Payload<'w>>,
    wire: &'a mut Wire<'w>,
    field: &'f Field,
    depth: u32,
}

impl<'w> Records<'w> for Consecutive<'_, 'w, '_> {
    fn rest(&self) -> usize {
        self.wire.rest.len()
    }

    #[inline]
    fn next(&mut self) -> Printed<Option<Payload<'w>>> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        if self.wire.rest.is_empty() {
            return Ok(None);
        }
        let start = self.wire.rest;
        if self.wire.varint()? == u64::from(self.field.tag_value) {
            let value = self
                .wire
                .payload(self.field.number, self.field.wire_type, self.depth)?;
            return Ok(Some(value));
        }
        self.wire.rest = start;
        let (number, wire_type) = self.wire.tag()?;
        if number != self.field.number || !accepts(self.field, wire_type) {
            self.wire.rest = start;
            return Ok(None);
        }
        Ok(Some(self.wire.payload(number, wire_type, self.depth)?))
    }
}

/// All records of one field, wherever they are.
pub(super) struct All<'w, 'f> {
    pub(super) wire: Wire<'w>,
    pub(super) field: &'f Field,
    pub(super) depth: u32,
}

impl<'w> Records<'w> for All<'w, '_> {
    fn rest(&self) -> usize {
        self.wire.rest.len()
    }

    fn next(&mut self) -> Printed<Option<Payload<'w>>> {
        while !self.wire.rest.is_empty() {
            let (number, wire_type) = self.wire.tag()?;
            let payload = self.wire.payload(number, wire_type, self.depth)?;
            if number == self.field.number && accepts(self.field, wire_type) {
                return Ok(Some(payload));
            }
        }
        Ok(None)
    }
}
