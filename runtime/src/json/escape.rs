//! Strings as JSON text.

use super::sink::Sink;
use super::text::plain_count;

/// For each character that must be escaped its escape, and after it how long that is.
static ESCAPES: [[u8; 8]; 128] = {
    let mut table = [[0; 8]; 128];
    let mut byte = 0;
    while byte < 32 {
        let digits = b"0123456789abcdef";
        let (high, low) = (digits[byte >> 4], digits[byte & 15]);
        table[byte] = [b'\\', b'u', b'0', b'0', high, low, 0, 6];
        byte += 1;
    }
    let short = *b"\"\"\\\\\x08b\tt\nn\x0cf\rr";
    let mut at = 0;
    while at < short.len() {
        table[short[at] as usize] = [b'\\', short[at + 1], 0, 0, 0, 0, 0, 2];
        at += 2;
    }
    table
};

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
    let mut rest = bytes;
    while let Some(chunk) = rest.first_chunk::<16>() {
        let done = escaped(chunk, 16, out);
        rest = rest.get(done..).unwrap_or_default();
    }
    while !rest.is_empty() {
        let mut chunk = [b' '; 16];
        chunk[..rest.len()].copy_from_slice(rest);
        let done = escaped(&chunk, rest.len(), out);
        rest = rest.get(done..).unwrap_or_default();
    }
    out.push(b'"');
    true
}

/// Copies the first bytes of a chunk up to one that must be escaped, and that one; says how many they were.
#[inline(always)]
fn escaped(chunk: &[u8; 16], count: usize, out: &mut Sink) -> usize {
    let plain = plain_count(chunk);
    let Some(room) = out.room::<24>() else {
        return count;
    };
    let (copy, _) = room.split_at_mut(16);
    copy.copy_from_slice(chunk);
    if plain >= count {
        out.keep(count);
        return count;
    }
    // The same three steps for every character, so that there is nothing to guess.
    let escape = ESCAPES[usize::from(chunk[plain & 15] & 127)];
    if let Some(place) = room.get_mut(plain..plain + 8) {
        place.copy_from_slice(&escape);
    }
    out.keep(plain + usize::from(escape[7]));
    plain + 1
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
