//! From the wire to JSON text: messages and arrays.
//!
//! Writers put the records of a message in the order of their field numbers, with all elements of an array together. Such
//! a message is printed in one pass, record by record. The first record that is out of order stops that, and the
//! whole is printed again by way of `merge`, which collects the records of each message first. Both print fields in
//! the order of their numbers, so the text does not depend on which of them did it.

use crate::pool::table::{Field, NONE, Plan, Scalar};
use crate::pool::{Cardinality, MessageRef, Pool, WellKnown};

use super::error::{Error, Fault};
use super::keys::Hashes;
use super::layout::Members;
use super::options::{MAX_DEPTH, PrintOptions, UnknownAny};
use super::records::{Consecutive, Records};
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
    pub(super) plain: bool,
    /// Levels that are open, for indentation.
    pub(super) level: usize,
    /// Records are collected before they are printed.
    pub(super) merging: bool,
    /// Hashes of keys that are not in use at present.
    pub(super) spare: Vec<Hashes>,
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
