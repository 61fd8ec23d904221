//! JSON text to protobuf wire bytes and back, by the protobuf JSON mapping.
//!
//! Nothing is generated for a message and nothing is built in between: the tables of a [`Pool`](crate::Pool) say what a
//! name or a number means, and each value is written as soon as it is read. [`to_wire`] and [`from_wire`] are for those that
//! have bytes on both sides, such as a gateway; [`from_json`] and [`to_json`] are for messages that prost generated.
//!
//! The mapping is that of <https://protobuf.dev/programming-guides/json/>, for proto2, proto3 and editions alike. Where the text
//! leaves a choice:
//!
//! - A key that comes twice is an error, also when one is `unitPrice` and the other `unit_price`, and in a map or a
//!   `google.protobuf.Struct` too. So are two fields of one oneof.
//! - Fields are printed in the order of their numbers, whatever the order on the wire.
//! - An enum takes numbers as well as names. A number that a closed enum does not declare is an error in JSON, and an unknown
//!   field on the wire.
//! - A field without presence that has its default value is not written to the wire.
//! - `required` of proto2 is not checked.
//! - Types of an `Any` are looked up in the pool, by what follows the last slash of the type URL.

mod base64;
mod digits;
mod error;
mod escape;
mod keys;
mod layout;
mod mask;
mod merge;
mod number;
mod options;
mod parse;
mod parse_known;
mod parse_many;
mod parse_value;
mod print;
mod print_known;
mod print_map;
mod print_value;
mod records;
mod single;
mod sink;
mod split;
mod text;
mod time;
mod typed;
mod wire_reader;

#[cfg(test)]
mod tests;

use crate::pool::MessageRef;

pub use error::Error;
pub use options::{
    DEFAULT_MAX_DEPTH, DEFAULT_MAX_SIZE, MAX_DEPTH, ParseOptions, PrintOptions, UnknownAny,
};
pub use single::{field_from_wire, field_to_wire_into};
pub use split::Splitter;
pub use typed::{from_json, to_json};

/// Turns the JSON form of a message into wire bytes.
///
/// # Errors
/// The text is not JSON, is not of this message, or goes beyond a limit.
///
/// ```
/// use rmicro::{Pool, json};
///
/// let pool = Pool::builder().build()?;
/// let any = pool.message("google.protobuf.SourceContext").ok_or("no such message")?;
/// let wire = json::to_wire(any, br#"{"fileName": "a"}"#, &json::ParseOptions::default())?;
/// assert_eq!(wire, [0x0a, 1, b'a']);
///
/// let error = json::to_wire(any, br#"{"fileName": 1}"#, &json::ParseOptions::default()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 14: field \"fileName\" of google.protobuf.SourceContext: expected a string, found a number"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_wire(
    message: MessageRef<'_>,
    json: &[u8],
    options: &ParseOptions,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    to_wire_into(message, json, options, &mut out)?;
    Ok(out)
}

/// As [`to_wire`], appending to `out`, which an error leaves as it was.
///
/// # Errors
/// As [`to_wire`].
pub fn to_wire_into(
    message: MessageRef<'_>,
    json: &[u8],
    options: &ParseOptions,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    parse::parse(message.pool, json, options, out, |parser| {
        parser.message(message)
    })
}

/// Appends the JSON form of a message to `out`, which an error leaves as it was.
///
/// Fields that the pool does not know are left out.
///
/// # Errors
/// The bytes are not those of a message of this type; a string is not UTF-8; a time is out of its range; the type of an `Any` is
/// not known; or a limit is exceeded.
pub fn from_wire(
    message: MessageRef<'_>,
    wire: &[u8],
    options: &PrintOptions,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    print::print(message.pool, wire, options, out, |printer| {
        printer.message(message, wire)
    })
}
