//! Percent-normalised text, as RFC 3986, section 6.2.2 has it: escapes of unreserved characters are decoded, all
//! others stay, in upper case.

/// Whether a byte may stand in a literal as itself: `pchar` without `*` and `:`.
pub(super) fn is_literal_byte(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()+,;=@".contains(&byte)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// The text in normal form.
pub(super) fn normalized(text: &str) -> String {
    normalized_bytes(text.as_bytes()).map(char::from).collect()
}

/// The bytes of the normal form of `text`, one by one; nothing is allocated. An escape that is not whole stays as it is.
pub(crate) fn normalized_bytes(text: &[u8]) -> Normalized<'_> {
    Normalized {
        rest: text,
        pending: [0; 2],
        count: 0,
    }
}

/// Whether every `%` of `text` is followed by two hexadecimal digits.
#[cfg(feature = "transport")]
pub(crate) fn escapes_are_whole(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        if escape(&rest[at..]).is_none() {
            return false;
        }
        rest = &rest[at + 3..];
    }
    true
}

/// The byte that the escape at the start of `text` stands for.
pub(crate) fn escape(text: &[u8]) -> Option<u8> {
    match text {
        [b'%', high, low, ..] => Some(hex_value(*high)? << 4 | hex_value(*low)?),
        _ => None,
    }
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// See [`normalized_bytes`].
#[derive(Clone)]
pub(crate) struct Normalized<'a> {
    rest: &'a [u8],
    pending: [u8; 2],
    count: u8,
}

impl Iterator for Normalized<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.count > 0 {
            self.count -= 1;
            return Some(self.pending[1 - usize::from(self.count)]);
        }
        let (first, rest) = self.rest.split_first()?;
        if *first == b'%'
            && let Some(byte) = escape(self.rest)
        {
            let digits = [rest[0].to_ascii_uppercase(), rest[1].to_ascii_uppercase()];
            self.rest = &rest[2..];
            if is_unreserved(byte) {
                return Some(byte);
            }
            (self.pending, self.count) = (digits, 2);
            return Some(b'%');
        }
        self.rest = rest;
        Some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreserved_escapes_are_decoded_and_others_are_in_upper_case() {
        for (text, normal) in [
            ("plain", "plain"),
            ("%7e%41b", "~Ab"),
            ("a%2fb%2F", "a%2Fb%2F"),
            ("%252f", "%252f"),
            ("%", "%"),
            ("%2", "%2"),
            ("%zz", "%zz"),
        ] {
            assert_eq!(normalized(text), normal, "{text}");
        }
    }

    #[cfg(feature = "transport")]
    #[test]
    fn an_escape_is_whole_with_two_digits() {
        for (text, whole) in [
            ("", true),
            ("%aF", true),
            ("x%a", false),
            ("%41%", false),
            ("%4g", false),
        ] {
            assert_eq!(escapes_are_whole(text.as_bytes()), whole, "{text}");
        }
    }
}
