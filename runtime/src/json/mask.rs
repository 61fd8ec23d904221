//! Paths of a `google.protobuf.FieldMask`, which are in lowerCamelCase in JSON.

use super::sink::Sink;

/// Appends a path as the message holds it, or says that it would not come back the same.
pub(super) fn to_snake_case(path: &[u8], out: &mut Vec<u8>) -> bool {
    for byte in path {
        match byte {
            b'A'..=b'Z' => out.extend_from_slice(&[b'_', byte.to_ascii_lowercase()]),
            b'a'..=b'z' | b'0'..=b'9' | b'.' => out.push(*byte),
            _ => return false,
        }
    }
    !path.is_empty()
}

/// Appends a path as JSON holds it, or says that it would not come back the same.
pub(super) fn to_camel_case(path: &[u8], out: &mut Sink) -> bool {
    let mut upper = false;
    for byte in path {
        match byte {
            b'_' if !upper => upper = true,
            b'a'..=b'z' if upper => {
                out.push(byte.to_ascii_uppercase());
                upper = false;
            }
            b'a'..=b'z' | b'0'..=b'9' | b'.' if !upper => out.push(*byte),
            _ => return false,
        }
    }
    !upper
}
