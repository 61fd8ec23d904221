//! The JSON of an error: one object of strings and a number.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use super::MicroError;

/// Longer texts are no error but an answer that looks like one.
const MAX: usize = 64 * 1024;

pub(super) fn print(error: &MicroError) -> String {
    let mut out = String::with_capacity(64 + error.id.len() + error.detail.len());
    out.push_str("{\"id\":");
    string(&mut out, &error.id);
    // Writing to a string never fails.
    let _ = write!(out, ",\"code\":{},\"detail\":", error.code);
    string(&mut out, &error.detail);
    out.push_str(",\"status\":");
    string(&mut out, &error.status);
    out.push('}');
    out
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if u32::from(control) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The error in `text`; `None` for anything but an object whose values are strings and numbers.
pub(super) fn parse(text: &str) -> Option<MicroError> {
    if !text.trim_start().starts_with('{') || text.len() > MAX {
        return None;
    }
    let mut parser = Parser(text.chars().peekable());
    let mut error = MicroError::new("", 0, "");
    parser.token('{')?;
    if !parser.next_is('}') {
        loop {
            let key = parser.string()?;
            parser.token(':')?;
            match &*key {
                "id" => error.id = parser.string()?,
                "code" => error.code = parser.number()?,
                "detail" => error.detail = parser.string()?,
                "status" => error.status = parser.string()?,
                _ if parser.next_is('"') => drop(parser.string()?),
                _ => drop(parser.number()?),
            }
            if !parser.next_is(',') {
                break;
            }
            parser.token(',')?;
        }
    }
    parser.token('}')?;
    parser.space();
    parser.0.next().is_none().then_some(error)
}

struct Parser<'a>(Peekable<Chars<'a>>);

impl Parser<'_> {
    fn space(&mut self) {
        while self
            .0
            .next_if(|character| matches!(character, ' ' | '\t' | '\n' | '\r'))
            .is_some()
        {}
    }

    fn next_is(&mut self, expected: char) -> bool {
        self.space();
        self.0.peek() == Some(&expected)
    }

    fn token(&mut self, expected: char) -> Option<()> {
        self.space();
        self.0.next_if_eq(&expected).map(drop)
    }

    fn number(&mut self) -> Option<i32> {
        self.space();
        let mut digits = String::new();
        while let Some(digit) = self
            .0
            .next_if(|character| matches!(character, '-' | '0'..='9'))
        {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    fn string(&mut self) -> Option<String> {
        self.token('"')?;
        let mut out = String::new();
        loop {
            match self.0.next()? {
                '"' => return Some(out),
                '\\' => out.push(self.escape()?),
                other => out.push(other),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.0.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => return self.unicode(),
            same @ ('"' | '\\' | '/') => same,
            _ => return None,
        })
    }

    /// A code unit, or two that make one character.
    fn unicode(&mut self) -> Option<char> {
        let high = self.unit()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).or(Some(char::REPLACEMENT_CHARACTER));
        }
        self.0.next_if_eq(&'\\')?;
        self.0.next_if_eq(&'u')?;
        let low = self
            .unit()?
            .checked_sub(0xdc00)
            .filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)
    }

    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| Some(unit * 16 + self.0.next()?.to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_prints_is_read() {
        let text = r#" {"id":"a","code":-4 , "detail":"\u003c\u00e9\ud83d\ude00\/\"", "more":"x", "n":1,"status":""} "#;
        let error = parse(text).unwrap();
        assert_eq!(
            (&*error.id, error.code, &*error.detail),
            ("a", -4, "<é😀/\"")
        );
        let error = MicroError::new("a\u{1}\\", 7, "é\"\r\n\t");
        assert_eq!(parse(&print(&error)), Some(error));
        assert_eq!(parse("{}").map(|error| error.code), Some(0));
    }

    #[test]
    fn anything_else_is_no_error() {
        for text in [
            "",
            "{",
            "not found",
            "{\"code\":true}",
            "{\"code\":5",
            "{\"code\":5}x",
            "{\"code\":99999999999}",
            "{\"id\":{}}",
            "{\"id\":\"\\ud83d\"}",
            "{\"id\":\"\\x\"}",
            "{code:5}",
            "[]",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
