//! From text to a template, byte by byte.

use super::literal::{escape, is_literal_byte, normalized};
use super::{Error, Segment, Template, Variable};

/// Reads a whole template.
pub(super) fn template(text: &str) -> Result<Template, Error> {
    let mut parser = Parser {
        text,
        at: 0,
        template: Template {
            segments: Vec::new(),
            variables: Vec::new(),
            verb: None,
        },
    };
    if !parser.take(b'/') {
        return Err(parser.error("a template starts with `/`"));
    }
    if !parser.ended() {
        parser.segments()?;
        parser.verb()?;
    }
    if !parser.ended() {
        return Err(parser.unexpected());
    }
    Ok(parser.template)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    template: Template,
}

impl<'a> Parser<'a> {
    fn segments(&mut self) -> Result<(), Error> {
        self.segment()?;
        while self.take(b'/') {
            self.segment()?;
        }
        Ok(())
    }

    fn segment(&mut self) -> Result<(), Error> {
        if self.peek() == Some(b'{') {
            return self.variable();
        }
        self.plain_segment()
    }

    /// A segment that is not a variable.
    fn plain_segment(&mut self) -> Result<(), Error> {
        let start = self.at;
        let segment = if self.take(b'*') {
            if self.take(b'*') {
                Segment::DoubleStar
            } else {
                Segment::Star
            }
        } else {
            let what =
                "a segment is `*`, `**`, a literal or a variable in braces, and it is not empty";
            Segment::Literal(self.literal(what)?)
        };
        let after_double = self.template.double_star().is_some();
        match segment {
            Segment::DoubleStar if after_double => {
                return Err(Error::new(start, "`**` may stand only once in a template"));
            }
            Segment::Star if after_double => {
                return Err(Error::new(start, "only literals may follow `**`"));
            }
            _ => self.template.segments.push(segment),
        }
        Ok(())
    }

    fn variable(&mut self) -> Result<(), Error> {
        let brace = self.at;
        self.at += 1;
        let offset = self.at;
        let field_path = self.field_path()?;
        if self
            .template
            .variables
            .iter()
            .any(|other| other.field_path == field_path)
        {
            let name = field_path.join(".");
            return Err(Error::new(
                offset,
                format!("the variable `{name}` stands twice"),
            ));
        }
        let first = self.template.segments.len();
        if self.take(b'=') {
            self.variable_segments()?;
        } else if self.template.double_star().is_some() {
            return Err(Error::new(brace, "only literals may follow `**`"));
        } else {
            self.template.segments.push(Segment::Star);
        }
        if !self.take(b'}') {
            return Err(match self.peek() {
                None => self.error("the variable is not closed: `}` is missing"),
                Some(b':') => {
                    self.error("a verb stands at the end of the template, not in a variable")
                }
                Some(_) => self.unexpected(),
            });
        }
        let range = first..self.template.segments.len();
        self.template.variables.push(Variable {
            field_path,
            range,
            offset,
        });
        Ok(())
    }

    fn variable_segments(&mut self) -> Result<(), Error> {
        loop {
            if self.peek() == Some(b'{') {
                return Err(self.error("variables do not nest"));
            }
            self.plain_segment()?;
            if !self.take(b'/') {
                return Ok(());
            }
        }
    }

    fn field_path(&mut self) -> Result<Vec<String>, Error> {
        let mut path = vec![self.identifier()?];
        while self.take(b'.') {
            path.push(self.identifier()?);
        }
        Ok(path)
    }

    fn identifier(&mut self) -> Result<String, Error> {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        if length == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return Err(self.error(
                "a field's name is expected here: a letter or `_`, then letters, digits and `_`",
            ));
        }
        self.at += length;
        Ok(rest[..length].to_owned())
    }

    fn verb(&mut self) -> Result<(), Error> {
        if self.take(b':') {
            let verb = self.literal("a verb is expected after `:`")?;
            self.template.verb = Some(verb);
        }
        Ok(())
    }

    fn literal(&mut self, missing: &str) -> Result<String, Error> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                if escape(&self.text.as_bytes()[self.at..]).is_none() {
                    return Err(self.error("`%` is to be followed by two hexadecimal digits"));
                }
                self.at += 3;
            } else if is_literal_byte(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
        match self.peek() {
            _ if self.at > start => Ok(normalized(&self.text[start..self.at])),
            None | Some(b'/' | b':' | b'}') => Err(self.error(missing)),
            Some(_) => Err(self.unexpected()),
        }
    }

    /// The error about the character at the cursor.
    fn unexpected(&self) -> Error {
        let Some(found) = self.text[self.at..].chars().next() else {
            return self.error("the template ends too early");
        };
        self.error(match found {
            '{' | '}' | '*' => {
                format!("unexpected `{found}`: a variable or a wildcard is a whole segment")
            }
            ':' => "unexpected `:`: a template has one verb, at its end".to_owned(),
            '/' if self.template.verb.is_some() => {
                "unexpected `/`: a verb ends the template".to_owned()
            }
            ' ' => "a literal must not hold a space: write `%20`".to_owned(),
            '?' | '#' => {
                format!("unexpected `{found}`: a template is a path, without query or fragment")
            }
            _ if self.ends_variable() => {
                format!("unexpected `{found}`: a variable is a whole segment")
            }
            _ => format!(
                "a literal must not hold `{}`: write it percent-encoded",
                found.escape_debug()
            ),
        })
    }

    fn ends_variable(&self) -> bool {
        self.text[..self.at].ends_with('}')
    }

    fn error(&self, message: impl Into<String>) -> Error {
        Error::new(self.at, message)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn ended(&self) -> bool {
        self.at == self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use crate::template::Template;

    #[test]
    fn an_error_says_what_and_where() {
        let cases = [
            ("", 0, "a template starts with `/`"),
            ("v1/x", 0, "a template starts with `/`"),
            (
                "/v1/",
                4,
                "a segment is `*`, `**`, a literal or a variable in braces, and it is not empty",
            ),
            (
                "//",
                1,
                "a segment is `*`, `**`, a literal or a variable in braces, and it is not empty",
            ),
            (
                "/:verb",
                1,
                "a segment is `*`, `**`, a literal or a variable in braces, and it is not empty",
            ),
            ("/a:", 3, "a verb is expected after `:`"),
            (
                "/a:b:c",
                4,
                "unexpected `:`: a template has one verb, at its end",
            ),
            ("/a:b/c", 4, "unexpected `/`: a verb ends the template"),
            (
                "/{}",
                2,
                "a field's name is expected here: a letter or `_`, then letters, digits and `_`",
            ),
            (
                "/{1}",
                2,
                "a field's name is expected here: a letter or `_`, then letters, digits and `_`",
            ),
            (
                "/{a.}",
                4,
                "a field's name is expected here: a letter or `_`, then letters, digits and `_`",
            ),
            ("/{a", 3, "the variable is not closed: `}` is missing"),
            (
                "/{a=b:c}",
                5,
                "a verb stands at the end of the template, not in a variable",
            ),
            ("/{a={b}}", 4, "variables do not nest"),
            ("/{a}/{a}", 6, "the variable `a` stands twice"),
            (
                "/x{a}",
                2,
                "unexpected `{`: a variable or a wildcard is a whole segment",
            ),
            ("/{a}x", 4, "unexpected `x`: a variable is a whole segment"),
            (
                "/a*",
                2,
                "unexpected `*`: a variable or a wildcard is a whole segment",
            ),
            ("/**/*", 4, "only literals may follow `**`"),
            ("/**/{a}", 4, "only literals may follow `**`"),
            ("/**/a/**", 6, "`**` may stand only once in a template"),
            (
                "/a?b",
                2,
                "unexpected `?`: a template is a path, without query or fragment",
            ),
            ("/a b", 2, "a literal must not hold a space: write `%20`"),
            ("/a%2", 2, "`%` is to be followed by two hexadecimal digits"),
            (
                "/caf\u{e9}",
                4,
                "a literal must not hold `\u{e9}`: write it percent-encoded",
            ),
        ];
        for (text, offset, message) in cases {
            let error = Template::parse(text).unwrap_err();
            assert_eq!(
                (error.offset(), error.to_string().as_str()),
                (offset, message),
                "{text}"
            );
        }
    }

    #[test]
    fn a_template_is_displayed_in_its_shortest_form() {
        for (text, shown) in [
            ("/", "/"),
            ("/v1/{id=*}", "/v1/{id}"),
            (
                "/v1/{name=shelves/*/**}/x:do",
                "/v1/{name=shelves/*/**}/x:do",
            ),
            ("/{a=b}/{c.d=**}", "/{a=b}/{c.d=**}"),
            ("/*/%7e%2f", "/*/~%2F"),
        ] {
            assert_eq!(Template::parse(text).unwrap().to_string(), shown);
        }
    }
}
