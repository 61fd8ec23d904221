//! Percent-decoding: once, after splitting, and with the exceptions of multi-segment variables.

use std::borrow::Cow;

use crate::template::escape;

/// Which escapes stay as they are, in upper case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// None.
    Nothing,
    /// `%2F`.
    Slash,
    /// Those of RFC 6570's reserved characters.
    Reserved,
}

/// What cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// A `%` without two hexadecimal digits.
    Escape,
    /// Bytes that are no UTF-8.
    Utf8,
}

impl Malformed {
    /// The rest of a sentence about it.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Malformed::Escape => "has a `%` that two hexadecimal digits do not follow",
            Malformed::Utf8 => "is not UTF-8 when it is decoded",
        }
    }
}

/// A part of a path, decoded.
pub(super) fn decode_path(text: &str, keep: Keep) -> Result<Cow<'_, str>, Malformed> {
    decode(text, keep, Plus::Stays)
}

/// A key or a value of a query or a form, where `+` is a space.
pub(super) fn decode_form(text: &str) -> Result<Cow<'_, str>, Malformed> {
    decode(text, Keep::Nothing, Plus::IsSpace)
}

/// A whole path with all but `%25` decoded: what is split afterwards, and then decoded, is as if the decoded path had
/// been split.
pub(super) fn decode_before_splitting(path: &str) -> Result<Cow<'_, str>, Malformed> {
    if !path.contains('%') {
        return Ok(Cow::Borrowed(path));
    }
    let decoded = decode_path(path, Keep::Nothing)?;
    Ok(Cow::Owned(decoded.replace('%', "%25")))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    Stays,
    IsSpace,
}

fn decode(text: &str, keep: Keep, plus: Plus) -> Result<Cow<'_, str>, Malformed> {
    let special = |byte: u8| byte == b'%' || (byte == b'+' && plus == Plus::IsSpace);
    let Some(first) = text.bytes().position(special) else {
        return Ok(Cow::Borrowed(text));
    };
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(&bytes[..first]);
    let mut at = first;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let decoded = escape(&bytes[at..]).ok_or(Malformed::Escape)?;
                if keep.keeps(decoded) {
                    out.extend(bytes[at..at + 3].iter().map(u8::to_ascii_uppercase));
                } else {
                    out.push(decoded);
                }
                at += 3;
                continue;
            }
            b'+' if plus == Plus::IsSpace => out.push(b' '),
            _ => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8(out)
        .map(Cow::Owned)
        .map_err(|_| Malformed::Utf8)
}

impl Keep {
    fn keeps(self, byte: u8) -> bool {
        match self {
            Keep::Nothing => false,
            Keep::Slash => byte == b'/',
            Keep::Reserved => b"!#$&'()*+,/:;=?@[]".contains(&byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_is_decoded_once() {
        let path = |text, keep| decode_path(text, keep).unwrap().into_owned();
        assert_eq!(path("a%2fb+c%25%2541", Keep::Nothing), "a/b+c%%41");
        assert_eq!(path("a%2fb%3ac%20d", Keep::Slash), "a%2Fb:c d");
        assert_eq!(path("a%2fb%3ac%20d%41", Keep::Reserved), "a%2Fb%3Ac dA");
        assert_eq!(decode_form("a+b%2Bc").unwrap(), "a b+c");
        assert_eq!(decode_path("%ff", Keep::Nothing), Err(Malformed::Utf8));
        assert_eq!(decode_form("%f"), Err(Malformed::Escape));
    }

    #[test]
    fn a_path_that_is_decoded_before_splitting_is_not_decoded_again() {
        assert_eq!(decode_before_splitting("/u/a%2Fb").unwrap(), "/u/a/b");
        assert_eq!(decode_before_splitting("/u/%2541").unwrap(), "/u/%2541");
    }
}
