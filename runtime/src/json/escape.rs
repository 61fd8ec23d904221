//! Strings as JSON text.

use super::text::{marks, plain_end};

/// What follows the backslash for each control character, or `u`.
const ESCAPES: &[u8; 32] = b"uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

/// Appends a string in quotation marks, or says that it is not UTF-8.
#[inline]
pub(super) fn string(bytes: &[u8], out: &mut Vec<u8>) -> bool {
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let plain = plain_ascii(bytes);
    if plain == bytes.len() {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return true;
    }
    rest(bytes, plain, out)
}

/// The length of the run of ASCII at the start that needs no escape.
#[inline]
fn plain_ascii(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let found = marks(word) | word & 0x8080_8080_8080_8080;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20 | 0x80..) {
            break;
        }
        at += 1;
    }
    at
}

fn rest(bytes: &[u8], plain: usize, out: &mut Vec<u8>) -> bool {
    if std::str::from_utf8(&bytes[plain..]).is_err() {
        return false;
    }
    out.extend_from_slice(&bytes[..plain]);
    let mut at = plain;
    loop {
        let end = plain_end(bytes, at);
        out.extend_from_slice(&bytes[at..end]);
        let Some(byte) = bytes.get(end).copied() else {
            break;
        };
        match ESCAPES.get(usize::from(byte)) {
            Some(b'u') => {
                let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 15)];
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
            }
            Some(letter) => out.extend_from_slice(&[b'\\', *letter]),
            None => out.extend_from_slice(&[b'\\', byte]),
        }
        at = end + 1;
    }
    out.push(b'"');
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_escaped_is() {
        let mut all: Vec<u8> = (0..128).collect();
        all.extend_from_slice("\u{e4}\u{20ac}\u{1f600}".as_bytes());
        let mut out = Vec::new();
        assert!(string(&all, &mut out));
        let text = String::from_utf8(out.clone()).unwrap();
        assert!(text.starts_with("\"\\u0000\\u0001"));
        assert!(
            text.contains("\\b\\t\\n\\u000b\\f\\r")
                && text.contains("\\\"")
                && text.contains("\\\\")
        );
        let mut back = Vec::new();
        let mut cursor = super::super::text::Text::new(&out);
        cursor.at = 1;
        cursor.rest_of_string(&mut back).unwrap();
        assert_eq!(back, all);
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        for bytes in [&b"\xff"[..], b"0123456789\xc3", b"\"\xe4 ", b"\xed\xa0\x80"] {
            assert!(!string(bytes, &mut Vec::new()));
        }
    }
}
