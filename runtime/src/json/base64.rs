//! Base64 of `bytes` fields (RFC 4648).

use super::error::{Fault, Outcome};
use super::sink::Sink;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const INVALID: u8 = 0xff;

/// The value of each character in the standard alphabet or in the one for URLs.
static VALUES: [u8; 256] = {
    let mut values = [INVALID; 256];
    let mut i = 0;
    while i < 64 {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};

/// Two characters for every twelve bits.
static PAIRS: [[u8; 2]; 4096] = {
    let mut pairs = [[0; 2]; 4096];
    let mut i = 0;
    while i < 4096 {
        pairs[i] = [ALPHABET[i >> 6], ALPHABET[i & 63]];
        i += 1;
    }
    pairs
};

/// Appends base64 in the standard alphabet with padding.
pub(super) fn encode(bytes: &[u8], out: &mut Sink) {
    let mut groups = bytes.chunks_exact(6);
    for six in &mut groups {
        let bits = u64::from_be_bytes([0, 0, six[0], six[1], six[2], six[3], six[4], six[5]]);
        let [a, b] = PAIRS[(bits >> 36) as usize & 0xfff];
        let [c, d] = PAIRS[(bits >> 24) as usize & 0xfff];
        let [e, f] = PAIRS[(bits >> 12) as usize & 0xfff];
        let [g, h] = PAIRS[bits as usize & 0xfff];
        out.chunk(&[a, b, c, d, e, f, g, h]);
    }
    for group in groups.remainder().chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let character = |i: usize| ALPHABET[(bits >> (18 - 6 * i)) as usize & 63];
        out.chunk(&match group.len() {
            1 => [character(0), character(1), b'=', b'='],
            2 => [character(0), character(1), character(2), b'='],
            _ => [character(0), character(1), character(2), character(3)],
        });
    }
}

/// Appends the bytes that base64 stands for, in either alphabet, with padding or without. `at` is where the text stands.
pub(super) fn decode(text: &[u8], at: usize, out: &mut Vec<u8>) -> Outcome<()> {
    let invalid = || Fault::new(at, "expected base64");
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let characters = &text[..text.len() - padding];
    if padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return Err(invalid());
    }
    out.reserve(characters.len() / 4 * 3 + 3);
    let mut groups = characters.chunks_exact(4);
    for four in &mut groups {
        let [a, b, c, d] =
            [four[0], four[1], four[2], four[3]].map(|byte| VALUES[usize::from(byte)]);
        // Values have six bits, and what is invalid has all.
        if (a | b | c | d) > 63 {
            return Err(invalid());
        }
        out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    let mut values = [0; 3];
    let rest = groups.remainder();
    for (value, byte) in values.iter_mut().zip(rest) {
        *value = VALUES[usize::from(*byte)];
        if *value == INVALID {
            return Err(invalid());
        }
    }
    let [a, b, c] = values;
    match rest.len() {
        0 => {}
        2 => out.push(a << 2 | b >> 4),
        3 => out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2]),
        _ => return Err(invalid()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_goes_there_and_back() {
        for length in 0..40u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(91) ^ 0xa5).collect();
            let mut text = Sink::new(Vec::new(), 0);
            encode(&bytes, &mut text);
            let text = text.finish();
            assert_eq!(text.len() % 4, 0);
            let bare = text
                .iter()
                .filter(|b| **b != b'=')
                .copied()
                .collect::<Vec<_>>();
            let url: Vec<u8> = text
                .iter()
                .map(|b| match b {
                    b'+' => b'-',
                    b'/' => b'_',
                    other => *other,
                })
                .collect();
            for form in [text, bare, url] {
                let mut back = Vec::new();
                decode(&form, 0, &mut back).unwrap();
                assert_eq!(back, bytes);
            }
        }
    }

    #[test]
    fn what_is_not_base64_is_an_error() {
        for text in [
            "A", "AAAAA", "A===", "AA=", "AAA==", "=", "AB!D", "A=AA", "AA AA", "\u{e4}AA",
        ] {
            assert!(
                decode(text.as_bytes(), 0, &mut Vec::new()).is_err(),
                "{text}"
            );
        }
    }
}
