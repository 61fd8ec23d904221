//! From the text of a path or a query to a record on the wire.

use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::transcode;
use crate::json::ParseOptions;
use crate::pool::{EnumRef, FieldRef, Kind, MessageRef, WellKnown};
use crate::wire::{self, WireType};

/// What a text should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected(pub(super) String);

impl Expected {
    fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// Appends one record of `field` with the value that `text` stands for: for a repeated field, one more element.
///
/// Numbers are in base 10, `bool` is `true` or `false`, enums go by name or number, bytes are base64 of either alphabet,
/// and well-known types are written as in JSON, without quotes.
pub(super) fn write(field: FieldRef<'_>, text: &str, out: &mut Vec<u8>) -> Result<(), Expected> {
    match field.kind() {
        Kind::Message(message) => write_message(field, message, text, out),
        Kind::Group(_) => Err(Expected::new("given field by field: it is a message")),
        kind => write_scalar(field.number(), kind, text, out),
    }
}

/// Appends one entry of the map `field`.
pub(super) fn write_entry(
    field: FieldRef<'_>,
    key: &str,
    text: &str,
    out: &mut Vec<u8>,
) -> Result<(), Expected> {
    let Some((key_field, value_field)) = field.map_entry() else {
        return Err(Expected::new("a map"));
    };
    wire::tag(out, field.number(), WireType::Length);
    let entry = wire::open(out);
    write(key_field, key, out)
        .map_err(|expected| Expected(format!("a map whose keys are {}", expected.0)))?;
    write(value_field, text, out)?;
    wire::close(out, entry);
    Ok(())
}

fn write_scalar(
    number: u32,
    kind: Kind<'_>,
    text: &str,
    out: &mut Vec<u8>,
) -> Result<(), Expected> {
    let varint = |out: &mut Vec<u8>, value: u64| {
        wire::tag(out, number, WireType::Varint);
        wire::varint(out, value);
    };
    let fixed32 = |out: &mut Vec<u8>, value: u32| {
        wire::tag(out, number, WireType::Fixed32);
        wire::fixed32(out, value);
    };
    let fixed64 = |out: &mut Vec<u8>, value: u64| {
        wire::tag(out, number, WireType::Fixed64);
        wire::fixed64(out, value);
    };
    match kind {
        Kind::String => {
            wire::tag(out, number, WireType::Length);
            wire::length_delimited(out, text.as_bytes());
        }
        Kind::Bytes => {
            let bytes = base64(text).ok_or_else(|| Expected::new("bytes in base64"))?;
            wire::tag(out, number, WireType::Length);
            wire::length_delimited(out, &bytes);
        }
        Kind::Bool => varint(out, u64::from(boolean(text)?)),
        Kind::Int32 => varint(out, i64::from(integer::<i32>(text, "an int32")?) as u64),
        Kind::Int64 => varint(out, integer::<i64>(text, "an int64")? as u64),
        Kind::Uint32 => varint(out, u64::from(integer::<u32>(text, "a uint32")?)),
        Kind::Uint64 => varint(out, integer(text, "a uint64")?),
        Kind::Sint32 => varint(out, u64::from(wire::zigzag32(integer(text, "an int32")?))),
        Kind::Sint64 => varint(out, wire::zigzag64(integer(text, "an int64")?)),
        Kind::Fixed32 => fixed32(out, integer(text, "a uint32")?),
        Kind::Fixed64 => fixed64(out, integer(text, "a uint64")?),
        Kind::Sfixed32 => fixed32(out, integer::<i32>(text, "an int32")? as u32),
        Kind::Sfixed64 => fixed64(out, integer::<i64>(text, "an int64")? as u64),
        Kind::Float => fixed32(out, float::<f32>(text, f32::is_infinite)?.to_bits()),
        Kind::Double => fixed64(out, float::<f64>(text, f64::is_infinite)?.to_bits()),
        Kind::Enum(values) => varint(out, i64::from(enumeration(values, text)?) as u64),
        Kind::Message(_) | Kind::Group(_) => {
            return Err(Expected::new("given field by field: it is a message"));
        }
    }
    Ok(())
}

fn write_message(
    field: FieldRef<'_>,
    message: MessageRef<'_>,
    text: &str,
    out: &mut Vec<u8>,
) -> Result<(), Expected> {
    match message.well_known() {
        Some(WellKnown::Wrapper) => {
            let Some(value) = message.field_by_number(1) else {
                return Err(Expected::new("a wrapper with a value"));
            };
            wire::tag(out, field.number(), WireType::Length);
            let place = wire::open(out);
            write_scalar(1, value.kind(), text, out)?;
            wire::close(out, place);
            Ok(())
        }
        Some(WellKnown::FieldMask) => {
            wire::tag(out, field.number(), WireType::Length);
            let place = wire::open(out);
            for path in text.split(',').filter(|path| !path.is_empty()) {
                wire::tag(out, 1, WireType::Length);
                wire::length_delimited(out, snake_case(path).as_bytes());
            }
            wire::close(out, place);
            Ok(())
        }
        Some(WellKnown::Timestamp) => {
            let what = "a timestamp such as `2024-05-01T10:00:00Z`";
            write_json(field, &quoted(text), what, out)
        }
        Some(WellKnown::Duration) => {
            write_json(field, &quoted(text), "a duration such as `1.5s`", out)
        }
        Some(WellKnown::Value) => write_json(field, text, "a JSON value", out),
        Some(WellKnown::Struct) => write_json(field, text, "a JSON object", out),
        Some(WellKnown::ListValue) => write_json(field, text, "a JSON array", out),
        Some(WellKnown::Any | WellKnown::Empty) | None => {
            Err(Expected::new("given field by field: it is a message"))
        }
    }
}

fn write_json(
    field: FieldRef<'_>,
    json: &str,
    what: &str,
    out: &mut Vec<u8>,
) -> Result<(), Expected> {
    let start = out.len();
    let written = if field.is_repeated() {
        let array = format!("[{json}]");
        transcode::parse_field(field, array.as_bytes(), &ParseOptions::default(), out)
    } else {
        transcode::parse_field(field, json.as_bytes(), &ParseOptions::default(), out)
    };
    written.map_err(|_| {
        out.truncate(start);
        Expected::new(what)
    })
}

fn boolean(text: &str) -> Result<bool, Expected> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Expected::new("`true` or `false`")),
    }
}

fn integer<T: FromStr>(text: &str, what: &str) -> Result<T, Expected> {
    text.parse().map_err(|_| Expected::new(what))
}

fn float<T: FromStr + Copy>(text: &str, is_infinite: fn(T) -> bool) -> Result<T, Expected> {
    let wrong = || Expected::new("a number");
    let named = matches!(text, "NaN" | "Infinity" | "-Infinity");
    let digits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !named && !digits {
        return Err(wrong());
    }
    let value = text.parse().map_err(|_| wrong())?;
    if !named && is_infinite(value) {
        return Err(Expected::new("a number in the range of its type"));
    }
    Ok(value)
}

fn enumeration(values: EnumRef<'_>, text: &str) -> Result<i32, Expected> {
    if let Some(number) = values.number(text) {
        return Ok(number);
    }
    match text.parse() {
        Ok(number) if !values.is_closed() || values.value_name(number).is_some() => Ok(number),
        _ => {
            let names: Vec<&str> = values.values().map(|(name, _)| name).take(8).collect();
            let more = if values.values().len() > 8 {
                ", ..."
            } else {
                ""
            };
            Err(Expected::new(format!("one of {}{more}", names.join(", "))))
        }
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    let url_safe = text.bytes().any(|byte| byte == b'-' || byte == b'_');
    let engine = if url_safe { URL_SAFE } else { STANDARD };
    engine.decode(text).ok()
}

/// A path of a field mask by the names of the `.proto` file, which JSON has in lowerCamelCase.
fn snake_case(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 4);
    let camel = !path.contains('_');
    for letter in path.chars() {
        if camel && letter.is_ascii_uppercase() {
            out.push('_');
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    transcode::quote(text, &mut out);
    out
}
