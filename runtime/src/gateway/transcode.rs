//! The JSON transcoder, as the gateway uses it: its errors are statuses.

use base64::Engine as _;
use prost_types::Any;

use super::options::Options;
use crate::json::{self, ParseOptions, PrintOptions, UnknownAny};
use crate::pool::{FieldRef, MessageRef};
use crate::{Pool, Result, Status};

/// The wire bytes of a message that a client sent.
pub(super) fn parse_message(
    message: MessageRef<'_>,
    text: &[u8],
    options: &ParseOptions,
) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() + 64);
    json::to_wire_into(message, text, options, &mut out).map_err(refused)?;
    Ok(out)
}

/// Appends the records of a field that a client sent.
pub(super) fn parse_field(
    field: FieldRef<'_>,
    text: &[u8],
    options: &ParseOptions,
    out: &mut Vec<u8>,
) -> Result<()> {
    json::field_to_wire_into(field, text, options, out).map_err(refused)
}

fn refused(error: json::Error) -> Status {
    Status::invalid_argument(error.to_string())
}

/// Appends a message that a backend answered.
pub(super) fn print_message(
    message: MessageRef<'_>,
    wire: &[u8],
    options: &PrintOptions,
    out: &mut Vec<u8>,
) -> Result<()> {
    json::from_wire(message, wire, options, out).map_err(unprintable)
}

/// Appends one field of a message that a backend answered.
pub(super) fn print_field(
    field: FieldRef<'_>,
    wire: &[u8],
    options: &PrintOptions,
    out: &mut Vec<u8>,
) -> Result<()> {
    json::field_from_wire(field, wire, options, out).map_err(unprintable)
}

/// What a backend sends that cannot be written is no fault of the client, who cannot help it either.
fn unprintable(error: json::Error) -> Status {
    tracing::error!(%error, "an answer cannot be written as JSON");
    Status::internal("the answer cannot be written as JSON").with_source(error)
}

/// Appends a detail of a status. One whose type is not known goes out as its bytes in base64.
pub(super) fn print_any(any: &Any, pool: Option<&Pool>, options: &Options, out: &mut String) {
    let print = PrintOptions {
        unknown_any: UnknownAny::Raw,
        indent: 0,
        ..options.print
    };
    let wire = prost::Message::encode_to_vec(any);
    let mut text = Vec::new();
    let printed = pool
        .and_then(|pool| pool.message("google.protobuf.Any"))
        .is_some_and(|message| json::from_wire(message, &wire, &print, &mut text).is_ok());
    match String::from_utf8(text) {
        Ok(text) if printed => out.push_str(&text),
        _ => {
            out.push_str("{\"@type\":");
            quote(&any.type_url, out);
            out.push_str(",\"value\":\"");
            base64::engine::general_purpose::STANDARD.encode_string(&any.value, out);
            out.push_str("\"}");
        }
    }
}

/// Appends `text` as a JSON string.
pub(super) fn quote(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
