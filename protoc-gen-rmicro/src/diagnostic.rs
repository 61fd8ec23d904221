//! Errors and warnings about `.proto` files, and the one place that formats them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A place in a file, counted from zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// Name of the file as descriptors have it.
    pub(crate) file: String,
    /// The lines and columns; `None` where the descriptors came without source info.
    pub(crate) span: Option<Span>,
}

/// First and last line and column, counted from zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Nothing is generated.
    Error,
    /// Code is generated, and the author should look.
    Warning,
}

/// What rules can be wrong about. Code could be generated all the same, without that way by HTTP, so each of them can be
/// made a warning, or silenced, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lint {
    BadMethod,
    BadTemplate,
    DuplicateRoute,
    MissingBody,
    MissingPattern,
    StreamedVariable,
    UnexpectedBody,
    UnfitVariable,
    UnknownField,
}

impl Lint {
    /// All of them with their names, ordered by name.
    pub(crate) const ALL: &[(&str, Lint)] = &[
        ("bad_method", Lint::BadMethod),
        ("bad_template", Lint::BadTemplate),
        ("duplicate_route", Lint::DuplicateRoute),
        ("missing_body", Lint::MissingBody),
        ("missing_pattern", Lint::MissingPattern),
        ("streamed_variable", Lint::StreamedVariable),
        ("unexpected_body", Lint::UnexpectedBody),
        ("unfit_variable", Lint::UnfitVariable),
        ("unknown_field", Lint::UnknownField),
    ];

    /// The one of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, lint)| *lint)
    }
}

/// A piece of an option: compilers tell no positions inside its braces, so it is shown as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quote {
    /// The name of the field, such as `post`.
    pub(crate) field: String,
    /// The value without its quotes.
    pub(crate) value: String,
    /// Where the mistake starts in `value`, in bytes.
    pub(crate) offset: usize,
    /// How long it is, in bytes.
    pub(crate) len: usize,
}

/// Something to tell about a `.proto` file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    pub(crate) position: Position,
    pub(crate) severity: Severity,
    /// What it is about, where that can be chosen to be a warning or nothing.
    pub(crate) lint: Option<Lint>,
    pub(crate) message: String,
    pub(crate) quote: Option<Quote>,
    /// Other places that belong to it, each with what is there.
    pub(crate) related: Vec<(Position, String)>,
    /// How to mend it.
    pub(crate) hint: Option<String>,
}

impl Diagnostic {
    pub(crate) fn error(position: &Position, message: impl Into<String>) -> Self {
        Self {
            position: position.clone(),
            severity: Severity::Error,
            lint: None,
            message: message.into(),
            quote: None,
            related: Vec::new(),
            hint: None,
        }
    }

    pub(crate) fn warning(position: &Position, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(position, message)
        }
    }

    pub(crate) fn lint(mut self, lint: Lint) -> Self {
        self.lint = Some(lint);
        self
    }

    pub(crate) fn quote(mut self, quote: Quote) -> Self {
        self.quote = Some(quote);
        self
    }

    pub(crate) fn related(mut self, position: &Position, message: impl Into<String>) -> Self {
        self.related.push((position.clone(), message.into()));
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The texts of the files, as far as they are at hand: `build.rs` has them, a plugin has not.
#[derive(Debug, Default)]
pub(crate) struct Sources(BTreeMap<String, Source>);

#[derive(Debug)]
struct Source {
    path: String,
    text: String,
}

impl Sources {
    /// Adds the file that descriptors call `name`, with the path that its reader knows it by.
    pub(crate) fn insert(&mut self, name: String, path: String, text: String) {
        self.0.insert(name, Source { path, text });
    }

    /// The text of the file that descriptors call `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        Some(&self.0.get(name)?.text)
    }

    fn line(&self, file: &str, line: usize) -> Option<&str> {
        self.0.get(file)?.text.lines().nth(line)
    }

    fn place(&self, position: &Position) -> String {
        let file = match self.0.get(&position.file) {
            Some(source) => &source.path,
            None => &position.file,
        };
        match &position.span {
            Some(span) => format!("{file}:{}:{}", span.line + 1, span.column + 1),
            None => file.clone(),
        }
    }
}

/// All diagnostics as text, in the order of files and positions, each once.
pub(crate) fn format(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut ordered: Vec<_> = diagnostics.iter().collect();
    ordered.sort();
    ordered.dedup();
    let texts: Vec<_> = ordered.iter().map(|one| format_one(one, sources)).collect();
    texts.concat()
}

/// `file:line:col: error: sentence`, the excerpt with a caret, the related places and the hint.
fn format_one(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let excerpt = excerpt(diagnostic, sources);
    let at = excerpt
        .as_ref()
        .map_or(&diagnostic.position, |excerpt| &excerpt.position);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let lint = Lint::ALL
        .iter()
        .find(|(_, lint)| diagnostic.lint == Some(*lint));
    let lint = lint.map_or(String::new(), |(name, _)| format!(" [{name}]"));
    let mut text = format!(
        "{}: {severity}: {}{lint}\n",
        sources.place(at),
        diagnostic.message
    );
    if let Some(Excerpt {
        line, start, len, ..
    }) = &excerpt
    {
        let indent = line.len() - line.trim_start().len();
        let shown = line.trim();
        // Tabs and wide characters are kept before the caret, so that it stands where a terminal shows the mistake.
        let pad: String = line[indent..*start]
            .chars()
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let carets = "^".repeat((*len).max(1));
        let _ = writeln!(text, "    {shown}\n    {pad}{carets}");
    }
    for (position, message) in &diagnostic.related {
        let _ = writeln!(text, "{}: note: {message}", sources.place(position));
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(text, "    = help: {hint}");
    }
    text
}

struct Excerpt {
    position: Position,
    line: String,
    start: usize,
    len: usize,
}

/// The line of the mistake: from the source where it is at hand, otherwise made of the quote.
fn excerpt(diagnostic: &Diagnostic, sources: &Sources) -> Option<Excerpt> {
    let position = &diagnostic.position;
    if let Some(quote) = &diagnostic.quote {
        return Some(find(position, quote, sources).unwrap_or_else(|| {
            let before = format!("{}: \"", quote.field);
            Excerpt {
                position: position.clone(),
                start: before.len() + quote.offset.min(quote.value.len()),
                len: quote.len,
                line: format!("{before}{}\"", quote.value),
            }
        }));
    }
    let span = position.span?;
    let line = sources.line(&position.file, span.line)?;
    let end = match span.end_line == span.line {
        true => span.end_column.min(line.len()),
        false => line.len(),
    };
    line.get(span.column..end)?;
    Some(Excerpt {
        position: position.clone(),
        line: line.to_owned(),
        start: span.column,
        len: end - span.column,
    })
}

/// The quote's place in the source text: the only string literal of the option with that value.
fn find(position: &Position, quote: &Quote, sources: &Sources) -> Option<Excerpt> {
    let span = position.span?;
    let literals = [format!("\"{}\"", quote.value), format!("'{}'", quote.value)];
    let mut found = Vec::new();
    for number in span.line..=span.end_line {
        let line = sources.line(&position.file, number)?;
        for literal in &literals {
            let hits = line.match_indices(literal.as_str());
            found.extend(hits.map(|(at, _)| (number, line, at + 1)));
        }
    }
    // With several bindings of the same template, the field's name tells them apart.
    if found.len() > 1 {
        found.retain(|(_, line, at)| {
            line[..*at]
                .trim_end_matches(['"', '\'', ' ', ':'])
                .ends_with(&quote.field)
        });
    }
    let [(number, line, at)] = found[..] else {
        return None;
    };
    let start = at + quote.offset.min(quote.value.len());
    Some(Excerpt {
        position: Position {
            file: position.file.clone(),
            span: Some(Span {
                line: number,
                column: start,
                end_line: number,
                end_column: start + quote.len,
            }),
        },
        line: line.to_owned(),
        start,
        len: quote.len,
    })
}
