//! Strings as JSON text.

use super::sink::Sink;
use super::text::marks;

/// What follows the backslash for each control character, or `u`.
const ESCAPES: &[u8; 32] = b"uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// A word with the high bit set in the first byte that is not plain ASCII: a quotation mark, a backslash, a control character or a
/// part of a longer character. Bytes after the first may be marked wrongly.
#[inline(always)]
const fn special(word: u64) -> u64 {
    ((word ^ (LOW * b'"' as u64)).wrapping_sub(LOW)
        | (word ^ (LOW * b'\\' as u64)).wrapping_sub(LOW)
        | word.wrapping_sub(LOW * 0x20)
        | word)
        & HIGH
}

/// Appends a string in quotation marks, or says that it is not UTF-8.
#[inline]
pub(super) fn string(bytes: &[u8], out: &mut Sink) -> bool {
    out.push(b'"');
    let start = out.len();
    // Plain ASCII is copied a word at a time while it is looked at.
    let (words, end) = bytes.as_chunks::<8>();
    for word in words {
        if special(u64::from_le_bytes(*word)) != 0 {
            return rest(bytes, start, out);
        }
        out.chunk(word);
    }
    let word = match bytes.last_chunk::<8>() {
        // The last bytes and some before them; those are shifted out.
        Some(last) => u64::from_le_bytes(*last)
            .checked_shr(64 - 8 * end.len() as u32)
            .unwrap_or(0),
        None => short_word(end),
    };
    // What is behind the end is taken for spaces.
    let padding = (LOW * 0x20).checked_shl(8 * end.len() as u32).unwrap_or(0);
    if special(word | padding) != 0 {
        return rest(bytes, start, out);
    }
    // The quotation mark stands behind the string, and what is behind that is cut off.
    let quote = (b'"' as u64) << (8 * end.len());
    out.part(&(word | quote).to_le_bytes(), end.len() + 1);
    true
}

/// Up to seven bytes as a word.
#[inline(always)]
pub(super) fn short_word(bytes: &[u8]) -> u64 {
    // Two reads that may overlap are faster than one for each byte.
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(first), Some(last), _) => {
            u64::from(u32::from_le_bytes(*first))
                | u64::from(u32::from_le_bytes(*last)) << (8 * (bytes.len() - 4))
        }
        (_, _, [first, .., last]) => {
            let middle = bytes[bytes.len() / 2];
            u64::from(*first)
                | u64::from(middle) << (8 * (bytes.len() / 2))
                | u64::from(*last) << (8 * (bytes.len() - 1))
        }
        (_, _, [only]) => u64::from(*only),
        _ => 0,
    }
}

/// Begins again with a string that is not plain ASCII.
fn rest(bytes: &[u8], start: usize, out: &mut Sink) -> bool {
    out.truncate(start);
    if simdutf8::basic::from_utf8(bytes).is_err() {
        return false;
    }
    let mut at = 0;
    while let Some(byte) = copy_plain(bytes, &mut at, out) {
        match ESCAPES.get(usize::from(byte)) {
            Some(b'u') => {
                let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 15)];
                out.chunk(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
            }
            Some(letter) => out.chunk(&[b'\\', *letter]),
            None => out.chunk(&[b'\\', byte]),
        }
        at += 1;
    }
    out.push(b'"');
    true
}

/// Copies from `at` on up to the next byte of a string that is not plain, and returns that one.
#[inline]
fn copy_plain(bytes: &[u8], at: &mut usize, out: &mut Sink) -> Option<u8> {
    while let Some(chunk) = bytes.get(*at..).and_then(<[u8]>::first_chunk::<8>) {
        let marks = marks(u64::from_le_bytes(*chunk));
        // Also the eight bytes if none is marked.
        let plain = (marks.trailing_zeros() / 8) as usize;
        out.part(chunk, plain);
        if marks != 0 {
            *at += plain;
            return bytes.get(*at).copied();
        }
        *at += 8;
    }
    while let Some(byte) = bytes.get(*at).copied() {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            return Some(byte);
        }
        out.push(byte);
        *at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_escaped_is() {
        let mut all: Vec<u8> = (0..128).collect();
        all.extend_from_slice("\u{e4}\u{20ac}\u{1f600}".as_bytes());
        let mut out = Sink::new(Vec::new(), 0);
        assert!(string(&all, &mut out));
        let out = out.finish();
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
            assert!(!string(bytes, &mut Sink::new(Vec::new(), 0)));
        }
    }
}
