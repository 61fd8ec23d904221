//! Path templates of `google.api.http`: one parser for what is generated and what is served.
//!
//! The grammar is that of [`google/api/http.proto`](https://github.com/googleapis/googleapis/blob/master/google/api/http.proto),
//! section "Path template syntax", with what it leaves open decided:
//!
//! ```text
//! Template  = "/" [ Segments [ Verb ] ] ;
//! Segments  = Segment { "/" Segment } ;
//! Segment   = "*" | "**" | LITERAL | Variable ;
//! Variable  = "{" FieldPath [ "=" Segments ] "}" ;
//! FieldPath = IDENT { "." IDENT } ;
//! Verb      = ":" LITERAL ;
//! ```
//!
//! A LITERAL is one or more of RFC 3986's `pchar` without `*` and `:`, with whole `%HH` escapes; it is compared after
//! normalising as in RFC 3986, section 6.2.2, so that `%7e` is `~` and `%2f` is `%2F`. An IDENT is an identifier of a
//! `.proto` file. `**` stands at most once, and only literals may follow it. Variables do not nest, and no two have the
//! same field path.
//!
//! ```
//! use rmicro::template::{Segment, Template};
//!
//! let template = Template::parse("/v1/{name=shelves/*}/books:search")?;
//! assert_eq!(template.segments().len(), 4);
//! assert_eq!(template.segments()[2], Segment::Star);
//! assert_eq!(template.variables()[0].range(), 1..3);
//! assert_eq!(template.verb(), Some("search"));
//! # Ok::<(), rmicro::template::Error>(())
//! ```

mod cover;
mod error;
mod literal;
mod parse;

use std::fmt;
use std::ops::Range;

pub use error::Error;
#[cfg(feature = "transport")]
pub(crate) use literal::{escape, escapes_are_whole, normalized_bytes};

/// A path template, parsed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Template {
    segments: Vec<Segment>,
    variables: Vec<Variable>,
    verb: Option<String>,
}

/// One segment of a template, whether it stands in a variable or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Exactly this text, percent-normalised.
    Literal(String),
    /// `*`: any one segment.
    Star,
    /// `**`: any number of segments, none included.
    DoubleStar,
}

/// A variable of a template: the segments that it spans are the value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variable {
    field_path: Vec<String>,
    range: Range<usize>,
    offset: usize,
}

impl Template {
    /// The template written as `text`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse::template(text)
    }

    /// Its segments; none for `/`.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Its variables in their order.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The part after the colon, percent-normalised.
    pub fn verb(&self) -> Option<&str> {
        self.verb.as_deref()
    }

    /// Where `**` stands among the segments.
    pub fn double_star(&self) -> Option<usize> {
        self.segments
            .iter()
            .position(|segment| *segment == Segment::DoubleStar)
    }

    /// Whether both match exactly the same paths, whatever their variables are called.
    pub fn equivalent(&self, other: &Template) -> bool {
        self.verb == other.verb && self.segments == other.segments
    }

    /// Whether every path that `other` matches is matched by this template too.
    ///
    /// Where the more specific route wins, as in the gateway, such an `other` still gets its requests; where the first or
    /// the last one wins, it may get none.
    pub fn covers(&self, other: &Template) -> bool {
        self.verb == other.verb && cover::covers(&self.segments, &other.segments)
    }
}

impl Variable {
    /// The names of the fields that lead to the value, as the `.proto` file has them.
    pub fn field_path(&self) -> &[String] {
        &self.field_path
    }

    /// Which of the template's segments it spans.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Where the field path starts in the template's text, in bytes.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl std::str::FromStr for Template {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// The template in its shortest form: `{name}` for `{name=*}`, literals percent-normalised.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return f.write_str("/");
        }
        let mut variables = self.variables.iter().peekable();
        for (at, segment) in self.segments.iter().enumerate() {
            f.write_str("/")?;
            let variable = variables.peek().copied();
            let short =
                variable.is_some_and(|v| v.range == (at..at + 1)) && *segment == Segment::Star;
            if let Some(variable) = variable.filter(|v| v.range.start == at) {
                write!(f, "{{{}", variable.field_path.join("."))?;
                f.write_str(if short { "" } else { "=" })?;
            }
            match segment {
                Segment::Literal(text) => f.write_str(text)?,
                Segment::Star if short => {}
                Segment::Star => f.write_str("*")?,
                Segment::DoubleStar => f.write_str("**")?,
            }
            if variable.is_some_and(|v| v.range.end == at + 1) {
                f.write_str("}")?;
                variables.next();
            }
        }
        match &self.verb {
            Some(verb) => write!(f, ":{verb}"),
            None => Ok(()),
        }
    }
}
