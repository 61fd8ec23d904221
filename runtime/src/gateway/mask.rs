//! The field mask of a PATCH, from what its body names.
//!
//! As in grpc-gateway: where the rule's body is a message and the request has one `google.protobuf.FieldMask`, which the query
//! does not set, that mask gets the paths of all that the body gives, sorted. Lists, maps, well-known types, `null` and
//! empty objects count as a whole.

use crate::pool::{FieldRef, Kind, MessageRef, WellKnown};
use crate::wire::{self, WireType};

/// The one field of a request that is a mask; `None` where there is none, or several.
pub(super) fn mask_field(input: MessageRef<'_>) -> Option<u32> {
    let mut masks = input.fields().filter(|field| is_mask(*field));
    let mask = masks.next()?;
    masks.next().is_none().then(|| mask.number())
}

fn is_mask(field: FieldRef<'_>) -> bool {
    let one = !field.is_repeated() && !field.is_map();
    matches!(field.kind(), Kind::Message(message) if one && message.well_known() == Some(WellKnown::FieldMask))
}

/// Appends the mask with the paths of a body, JSON of `message` that has been read already.
pub(super) fn write(message: MessageRef<'_>, number: u32, json: &[u8], out: &mut Vec<u8>) {
    let mut paths = Vec::new();
    collect(&mut Text { json, at: 0 }, message, "", &mut paths);
    if paths.is_empty() {
        return;
    }
    paths.sort_unstable();
    wire::tag(out, number, WireType::Length);
    let place = wire::open(out);
    for path in &paths {
        wire::tag(out, 1, WireType::Length);
        wire::length_delimited(out, path.as_bytes());
    }
    wire::close(out, place);
}

/// Notes the paths of an object; says whether it was one with members.
fn collect(
    text: &mut Text<'_>,
    message: MessageRef<'_>,
    prefix: &str,
    paths: &mut Vec<String>,
) -> bool {
    if text.peek() != Some(b'{') {
        text.skip();
        return false;
    }
    let mut any = false;
    while let Some(key) = text.member() {
        let Some(field) = message.field_by_any_name(&key) else {
            text.skip();
            continue;
        };
        any = true;
        let path = format!("{prefix}{}", field.name());
        let inside = match field.kind() {
            Kind::Message(inner) | Kind::Group(inner)
                if !field.is_repeated() && !field.is_map() && inner.well_known().is_none() =>
            {
                collect(text, inner, &format!("{path}."), paths)
            }
            _ => {
                text.skip();
                false
            }
        };
        if !inside {
            paths.push(path);
        }
    }
    any
}

/// A place in a JSON text that is known to be right.
struct Text<'j> {
    json: &'j [u8],
    at: usize,
}

impl Text<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.json.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.json.get(self.at).copied()
    }

    /// The key of the next member of an object, up to its value; `None` behind its end.
    fn member(&mut self) -> Option<Vec<u8>> {
        if matches!(self.peek()?, b'{' | b',') {
            self.at += 1;
        }
        if self.peek()? != b'"' {
            self.at += 1;
            return None;
        }
        let key = self.string();
        // The colon.
        self.peek()?;
        self.at += 1;
        Some(key)
    }

    /// A string without its quotation marks and, as names of fields are ASCII, with the escapes of ASCII decoded.
    fn string(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.at += 1;
        while let Some(byte) = self.json.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    let escaped = self.json.get(self.at).copied().unwrap_or_default();
                    self.at += 1;
                    if escaped == b'u' {
                        let digits = self.json.get(self.at..self.at + 4).unwrap_or_default();
                        let code = std::str::from_utf8(digits)
                            .ok()
                            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                        out.push(code.filter(u8::is_ascii).unwrap_or(b'?'));
                        self.at += 4;
                    } else {
                        out.push(escaped);
                    }
                }
                byte => out.push(byte),
            }
        }
        out
    }

    /// Passes over a value.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => return,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
    }
}
