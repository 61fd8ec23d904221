//! JSON text, read from left to right.
//!
//! The text is known to be UTF-8. What is read here follows RFC 8259 and nothing besides: no comments, no trailing commas, no
//! byte order mark.

use super::error::{Fault, Outcome};

/// A place in a text.
#[derive(Clone, Debug)]
pub(super) struct Text<'j> {
    pub(super) bytes: &'j [u8],
    pub(super) at: usize,
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// A word with the high bit set in the first byte that is a quotation mark, a backslash or a control character, and zero
/// if there is none. Bytes after the first may be marked wrongly.
#[inline(always)]
pub(super) const fn marks(word: u64) -> u64 {
    let quote = word ^ (LOW * b'"' as u64);
    let backslash = word ^ (LOW * b'\\' as u64);
    (quote.wrapping_sub(LOW) & !quote
        | backslash.wrapping_sub(LOW) & !backslash
        | word.wrapping_sub(LOW * 0x20) & !word)
        & HIGH
}

/// How many plain characters a chunk begins with.
#[inline(always)]
pub(super) fn plain_count(chunk: &[u8; 16]) -> usize {
    let word = u128::from_le_bytes(*chunk);
    let (low, high) = (marks(word as u64), marks((word >> 64) as u64));
    if low != 0 {
        low.trailing_zeros() as usize / 8
    } else {
        8 + high.trailing_zeros() as usize / 8
    }
}

/// What the letter of an escape of two characters stands for; zero if it is none.
static UNESCAPED: [u8; 256] = {
    let mut table = [0; 256];
    let pairs = *b"\"\"\\\\//b\x08f\x0cn\nr\rt\t";
    let mut at = 0;
    while at < pairs.len() {
        table[pairs[at] as usize] = pairs[at + 1];
        at += 2;
    }
    table
};

/// The first byte from `at` on that ends a run of plain characters of a string, or the end of `bytes`.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let marks = marks(u64::from_le_bytes(*chunk));
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        at += 1;
    }
    at
}

impl<'j> Text<'j> {
    pub(super) fn new(bytes: &'j [u8]) -> Text<'j> {
        Text { bytes, at: 0 }
    }

    /// The next byte that is not white space, which stays the next one.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => self.peek_after_space(),
        }
    }

    fn peek_after_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                _ => return Some(*byte),
            }
        }
        None
    }

    /// Takes that byte if it is the next one after white space.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// An error about what stands here.
    #[cold]
    pub(super) fn expected(&mut self, what: &str) -> Fault {
        let found = self.found();
        Fault::new(self.at, format!("expected {what}, found {found}"))
    }

    /// What stands here, for an error.
    fn found(&mut self) -> String {
        let Some(byte) = self.peek() else {
            return "the end of the text".to_owned();
        };
        let word = self.bytes.get(self.at..).unwrap_or_default();
        match byte {
            b'"' => "a string".to_owned(),
            b'{' => "an object".to_owned(),
            b'[' => "an array".to_owned(),
            b'-' | b'0'..=b'9' => "a number".to_owned(),
            b't' if word.starts_with(b"true") => "`true`".to_owned(),
            b'f' if word.starts_with(b"false") => "`false`".to_owned(),
            b'n' if word.starts_with(b"null") => "`null`".to_owned(),
            0..0x20 | 0x7f => format!("the control character 0x{byte:02x}"),
            _ => {
                let end = word.len().min(4);
                let text = word[..end]
                    .utf8_chunks()
                    .next()
                    .map_or("", |chunk| chunk.valid());
                match text.chars().next() {
                    Some('\u{feff}') => "a byte order mark".to_owned(),
                    Some(c) => format!("`{c}`"),
                    None => "a byte that is not UTF-8".to_owned(),
                }
            }
        }
    }

    /// After a member or an element: whether another one follows. Takes the comma or the closing bracket.
    #[inline]
    pub(super) fn more(&mut self, close: u8) -> Outcome<bool> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.expected(if close == b'}' {
                "`,` or `}`"
            } else {
                "`,` or `]`"
            })),
        }
    }

    /// Takes the colon after a key.
    #[inline]
    pub(super) fn colon(&mut self) -> Outcome<()> {
        if self.take(b':') {
            Ok(())
        } else {
            Err(self.expected("`:`"))
        }
    }

    /// Takes a word, `true`, `false` or `null`, of which the first letter stands here.
    #[inline]
    pub(super) fn word(&mut self, word: &'static str) -> Outcome<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if rest.starts_with(word.as_bytes()) && !rest.get(word.len()).is_some_and(goes_on) {
            self.at += word.len();
            return Ok(());
        }
        Err(Fault::new(
            self.at,
            format!("expected a value, found a word other than `{word}`"),
        ))
    }

    /// Reads a string. Its text is returned if it stands there as it is; otherwise it replaces what is in `scratch`, which is returned.
    #[inline]
    pub(super) fn string<'s>(&mut self, what: &str, scratch: &'s mut Vec<u8>) -> Outcome<&'s [u8]>
    where
        'j: 's,
    {
        if self.peek() != Some(b'"') {
            return Err(self.expected(what));
        }
        let start = self.at + 1;
        let end = plain_end(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(&self.bytes[start..end]);
        }
        scratch.clear();
        self.at = start;
        self.rest_of_string(scratch)?;
        Ok(scratch)
    }

    /// Appends what is left of a string, from behind its opening quotation mark or any later character.
    pub(super) fn rest_of_string(&mut self, out: &mut Vec<u8>) -> Outcome<()> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let found = match rest.first_chunk::<16>() {
                Some(chunk) => {
                    let plain = plain_count(chunk);
                    out.extend_from_slice(chunk);
                    if plain >= 16 {
                        self.at += 16;
                        continue;
                    }
                    out.truncate(out.len() - 16 + plain);
                    self.at += plain;
                    Some(chunk[plain])
                }
                None => copy_plain(self.bytes, &mut self.at, out),
            };
            match found {
                Some(b'\\') => self.escape(out)?,
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(byte) => {
                    let text =
                        format!("the control character 0x{byte:02x} must be escaped in a string");
                    return Err(Fault::new(self.at, text));
                }
                None => return Err(Fault::new(self.at, "the text ends within a string")),
            }
        }
    }

    /// Reads one escape, from its backslash on.
    #[inline]
    fn escape(&mut self, out: &mut Vec<u8>) -> Outcome<()> {
        let start = self.at;
        self.at += 2;
        let Some(letter) = self.bytes.get(start + 1) else {
            return Err(Fault::new(start, "the text ends within a string"));
        };
        match UNESCAPED[usize::from(*letter)] {
            0 if *letter == b'u' => self.unicode_escape(start, out),
            0 => Err(Fault::new(
                start,
                "a string has an escape that JSON does not have",
            )),
            byte => {
                out.push(byte);
                Ok(())
            }
        }
    }

    fn unicode_escape(&mut self, start: usize, out: &mut Vec<u8>) -> Outcome<()> {
        let lone = || Fault::new(start, "a string has half of a surrogate pair");
        let first = self.hex(start)?;
        let code = match first {
            0xd800..0xdc00 => {
                let second = self.at;
                if self.bytes.get(second..second + 2) != Some(b"\\u") {
                    return Err(lone());
                }
                self.at += 2;
                match self.hex(second)? {
                    low @ 0xdc00..0xe000 => 0x10000 + ((first - 0xd800) << 10 | (low - 0xdc00)),
                    _ => return Err(lone()),
                }
            }
            other => other,
        };
        // Only the second half of a pair is left that is no character.
        let character = char::from_u32(code).ok_or_else(lone)?;
        let mut buffer = [0; 4];
        out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        Ok(())
    }

    /// Four hexadecimal digits.
    fn hex(&mut self, escape: usize) -> Outcome<u32> {
        let digits = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk::<4>);
        let mut code = 0;
        for byte in digits.unwrap_or(b"????") {
            let Some(digit) = char::from(*byte).to_digit(16) else {
                return Err(Fault::new(
                    escape,
                    "`\\u` must be followed by four hexadecimal digits",
                ));
            };
            code = code << 4 | digit;
        }
        self.at += 4;
        Ok(code)
    }

    /// Reads a number, which starts here, and returns its text.
    pub(super) fn number(&mut self) -> Outcome<&'j [u8]> {
        let start = self.at;
        let byte = |at: usize| self.bytes.get(at).copied().unwrap_or(0);
        let digits = |mut at: usize| {
            while byte(at).is_ascii_digit() {
                at += 1;
            }
            at
        };
        let invalid = |at: usize, text: &'static str| Err(Fault::new(at, text));
        let mut at = start + usize::from(byte(start) == b'-');
        at = match byte(at) {
            b'0' if byte(at + 1).is_ascii_digit() => {
                return invalid(at, "a number must not start with a zero");
            }
            b'0'..=b'9' => digits(at),
            _ => return invalid(start, "`-` must be followed by a digit"),
        };
        if byte(at) == b'.' {
            let end = digits(at + 1);
            if end == at + 1 {
                return invalid(at, "a decimal point must be followed by a digit");
            }
            at = end;
        }
        if matches!(byte(at), b'e' | b'E') {
            let sign = usize::from(matches!(byte(at + 1), b'+' | b'-'));
            let end = digits(at + 1 + sign);
            if end == at + 1 + sign {
                return invalid(at, "an exponent must have a digit");
            }
            at = end;
        }
        if byte(at).is_ascii_alphanumeric() || matches!(byte(at), b'.' | b'_' | b'+' | b'-') {
            return invalid(start, "a number goes on with something that is no digit");
        }
        self.at = at;
        Ok(&self.bytes[start..at])
    }

    /// Passes over any value. `depth` is how many objects and arrays it may still open inside one another.
    pub(super) fn skip(&mut self, depth: u32, scratch: &mut Vec<u8>) -> Outcome<()> {
        match self.peek() {
            Some(b'"') => self.string("a string", scratch).map(|_| ()),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number().map(|_| ()),
            Some(b'[') => {
                let depth = self.deeper(depth)?;
                self.at += 1;
                if self.take(b']') {
                    return Ok(());
                }
                loop {
                    self.skip(depth, scratch)?;
                    if !self.more(b']')? {
                        return Ok(());
                    }
                }
            }
            Some(b'{') => {
                let depth = self.deeper(depth)?;
                self.at += 1;
                if self.take(b'}') {
                    return Ok(());
                }
                loop {
                    self.string("a key", scratch)?;
                    self.colon()?;
                    self.skip(depth, scratch)?;
                    if !self.more(b'}')? {
                        return Ok(());
                    }
                }
            }
            _ => Err(self.expected("a value")),
        }
    }

    /// One level less than `depth`.
    #[inline]
    pub(super) fn deeper(&self, depth: u32) -> Outcome<u32> {
        depth
            .checked_sub(1)
            .ok_or_else(|| Fault::new(self.at, "the text is nested deeper than the limit allows"))
    }
}

/// Copies from `at` on up to the next byte of a string that is not plain, and returns that one.
#[inline]
fn copy_plain(bytes: &[u8], at: &mut usize, out: &mut Vec<u8>) -> Option<u8> {
    while let Some(chunk) = bytes.get(*at..).and_then(<[u8]>::first_chunk::<8>) {
        let marks = marks(u64::from_le_bytes(*chunk));
        out.extend_from_slice(chunk);
        if marks != 0 {
            let plain = (marks.trailing_zeros() / 8) as usize;
            out.truncate(out.len() - 8 + plain);
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
