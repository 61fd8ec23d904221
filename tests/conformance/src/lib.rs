//! Answers requests of the official protobuf conformance runner with the JSON transcoder.
//!
//! Requests with JSON on either side go through the transcoder. So do requests from JSON to JSON. Requests from binary to
//! binary, and those in the text format, are answered as skipped: the transcoder has no part in them.

mod message;

pub use message::{Request, Response, Result, WireFormat};

use rmicro::json::{self, ParseOptions, PrintOptions};
use rmicro::{Pool, pool::PoolError};

/// `TestAllTypes` of all languages, and the messages of the runner.
pub const TEST_MESSAGES: &[u8] = include_bytes!("../../../testdata/json/test_messages.binpb");

/// The category in which unknown fields and enum names are to be ignored.
const JSON_IGNORE_UNKNOWN: i32 = 3;

/// The pool that requests refer to.
///
/// # Errors
/// The descriptors are not valid, which a test shows not to be so.
pub fn pool() -> std::result::Result<Pool, PoolError> {
    Pool::builder().file_descriptor_set(TEST_MESSAGES).build()
}

/// Answers one request.
pub fn answer(pool: &Pool, request: &Request) -> Result {
    let Some(message) = pool.message(&request.message_type) else {
        return Result::RuntimeError(format!("no message `{}`", request.message_type));
    };
    let ignore = request.test_category == JSON_IGNORE_UNKNOWN;
    let parse = ParseOptions {
        ignore_unknown_fields: ignore,
        ignore_unknown_enum_names: ignore,
        ..ParseOptions::default()
    };
    let wire = if let Some(json) = &request.json_payload {
        match json::to_wire(message, json.as_bytes(), &parse) {
            Ok(wire) => wire,
            Err(error) => return Result::ParseError(error.to_string()),
        }
    } else if let (Some(wire), true) = (&request.protobuf_payload, request.wants(WireFormat::Json))
    {
        wire.clone()
    } else {
        return Result::Skipped("no JSON on either side".to_owned());
    };
    if request.wants(WireFormat::Protobuf) {
        return Result::ProtobufPayload(wire);
    }
    if !request.wants(WireFormat::Json) {
        return Result::Skipped("neither protobuf nor JSON is wanted".to_owned());
    }
    let mut out = Vec::new();
    match json::from_wire(message, &wire, &PrintOptions::default(), &mut out) {
        Ok(()) => Result::JsonPayload(String::from_utf8_lossy(&out).into_owned()),
        Err(error) => Result::SerializeError(error.to_string()),
    }
}
