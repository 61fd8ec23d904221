//! Where the elements of a file stand, and their comments.

use std::collections::HashMap;

use rmicro::descriptor::{FileDescriptorProto, Location};

use crate::diagnostic::{Position, Span};

/// Field number of the name in every descriptor.
const NAME: i32 = 1;
/// Field number of the options of a method, and of `google.api.http` among them.
const HTTP: [i32; 2] = [4, 72_295_728];

/// The source info of a file, by the paths of its elements.
pub(crate) struct Locations<'a> {
    file: &'a str,
    by_path: HashMap<&'a [i32], &'a Location>,
}

impl<'a> Locations<'a> {
    pub(crate) fn of(file: &'a FileDescriptorProto) -> Self {
        let mut by_path = HashMap::new();
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        for location in locations {
            // Extensions of one `extend` block share paths; the first location is the one of the element.
            by_path.entry(location.path.as_slice()).or_insert(location);
        }
        Self {
            file: file.name(),
            by_path,
        }
    }

    /// Where the element is.
    pub(crate) fn position(&self, path: &[i32]) -> Position {
        Position {
            file: self.file.to_owned(),
            span: self
                .by_path
                .get(path)
                .and_then(|location| span(&location.span)),
        }
    }

    /// Where the name of the element is.
    pub(crate) fn name(&self, path: &[i32]) -> Position {
        let position = self.position(&[path, &[NAME]].concat());
        match position.span {
            Some(_) => position,
            None => self.position(path),
        }
    }

    /// Where the HTTP rule of the method is: its option, or what there is of it, or the method.
    pub(crate) fn http_rule(&self, method: &[i32]) -> Position {
        let path = [method, &HTTP].concat();
        let exact = self.position(&path);
        if exact.span.is_some() {
            return exact;
        }
        // `option (google.api.http).get = "/v1"` has only locations of the rule's fields.
        let fields = self.by_path.iter().filter(|(at, _)| at.starts_with(&path));
        let first = fields
            .filter_map(|(_, location)| span(&location.span))
            .min();
        match first {
            Some(span) => Position {
                file: self.file.to_owned(),
                span: Some(span),
            },
            None => self.name(method),
        }
    }

    /// The lines of the comment before the element and the one after it.
    pub(crate) fn comments(&self, path: &[i32]) -> Vec<String> {
        let Some(location) = self.by_path.get(path) else {
            return Vec::new();
        };
        let leading = lines(location.leading_comments());
        let trailing = lines(location.trailing_comments());
        match (leading.is_empty(), trailing.is_empty()) {
            (false, false) => [leading, vec![String::new()], trailing].concat(),
            _ => [leading, trailing].concat(),
        }
    }
}

/// The lines of a comment without the empty ones around them and without the indentation that all have.
fn lines(comment: &str) -> Vec<String> {
    let lines: Vec<_> = comment.lines().map(str::trim_end).collect();
    let filled = |line: &&str| !line.is_empty();
    let (Some(first), Some(last)) = (
        lines.iter().position(filled),
        lines.iter().rposition(filled),
    ) else {
        return Vec::new();
    };
    let lines = &lines[first..=last];
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().filter(|line| filled(line)).map(indent).min();
    lines
        .iter()
        .map(|line| {
            line.get(common.unwrap_or_default()..)
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// A span of three or four numbers, as descriptors have it.
fn span(numbers: &[i32]) -> Option<Span> {
    let number = |at: usize| usize::try_from(*numbers.get(at)?).ok();
    Some(match numbers.len() {
        3 => Span {
            line: number(0)?,
            column: number(1)?,
            end_line: number(0)?,
            end_column: number(2)?,
        },
        4 => Span {
            line: number(0)?,
            column: number(1)?,
            end_line: number(2)?,
            end_column: number(3)?,
        },
        _ => return None,
    })
}
