//! Which part of a path a variable takes.

use crate::template::{Segment, Template, Variable};

/// The segments of a variable, counted from whichever end of the path they are fixed at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capture {
    start: Edge,
    end: Edge,
    /// Whether it may span several segments: then `%2F` in it cannot be told from a slash once it is decoded.
    pub(super) multiple: bool,
}

#[derive(Clone, Copy, Debug)]
enum Edge {
    /// Behind so many segments from the front.
    Front(usize),
    /// Before so many segments from the back.
    Back(usize),
}

impl Capture {
    pub(super) fn of(template: &Template, variable: &Variable) -> Self {
        let (range, count) = (variable.range(), template.segments().len());
        let double_star = template.double_star().unwrap_or(count);
        let edge = |at: usize| {
            if at <= double_star {
                Edge::Front(at)
            } else {
                Edge::Back(count - at)
            }
        };
        let spanned = &template.segments()[range.clone()];
        Self {
            start: edge(range.start),
            end: edge(range.end),
            multiple: spanned.len() != 1 || spanned[0] == Segment::DoubleStar,
        }
    }

    /// Its part of a path that matches, without the leading slash and the verb; not decoded.
    pub(super) fn slice<'a>(&self, path: &'a str) -> &'a str {
        let start = match self.start {
            Edge::Front(0) => Some(0),
            Edge::Front(count) => slash(path, count).map(|at| at + 1),
            Edge::Back(count) => slash_from_end(path, count).map_or(Some(0), |at| Some(at + 1)),
        };
        let end = match (self.start, self.end) {
            // The way to the end goes on where the variable starts.
            (Edge::Front(before), Edge::Front(count)) => start.map(|start| {
                let rest = path.get(start..).unwrap_or_default();
                slash(rest, count - before).map_or(path.len(), |at| start + at)
            }),
            (Edge::Back(_), Edge::Front(count)) => Some(slash(path, count).unwrap_or(path.len())),
            (_, Edge::Back(0)) => Some(path.len()),
            (_, Edge::Back(count)) => slash_from_end(path, count),
        };
        // `**` may match no segment; then there is no slash before or behind it.
        start
            .zip(end)
            .and_then(|(start, end)| path.get(start..end))
            .unwrap_or_default()
    }
}

fn slash(path: &str, count: usize) -> Option<usize> {
    let mut left = count;
    path.bytes().position(|byte| is_last(byte, &mut left))
}

fn slash_from_end(path: &str, count: usize) -> Option<usize> {
    let mut left = count;
    path.bytes().rposition(|byte| is_last(byte, &mut left))
}

/// Whether `byte` is the last of so many slashes.
fn is_last(byte: u8, left: &mut usize) -> bool {
    if byte != b'/' {
        return false;
    }
    *left = left.saturating_sub(1);
    *left == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_takes_its_segments() {
        for (template, path, expected) in [
            ("/a/{x}/b/{y}", "a/1/b/2", vec!["1", "2"]),
            ("/{x=a/*}/b", "a/1/b", vec!["a/1"]),
            ("/t/{n=**}", "t", vec![""]),
            ("/t/{n=**}", "t/", vec![""]),
            ("/t/{n=**}", "t/1//2", vec!["1//2"]),
            ("/{n=**}", "", vec![""]),
            ("/{n=**}/tail", "tail", vec![""]),
            ("/{n=**}/tail", "a/b/tail", vec!["a/b"]),
            ("/{x=a/**/b}/c/d", "a/1/2/b/c/d", vec!["a/1/2/b"]),
            ("/{x=a/**/b}/c/d", "a/b/c/d", vec!["a/b"]),
            ("/v/{x=**}/{y=z}/end", "v/1/2/z/end", vec!["1/2", "z"]),
            ("/**/{y=z}", "z", vec!["z"]),
        ] {
            let template = Template::parse(template).unwrap();
            let found: Vec<&str> = template
                .variables()
                .iter()
                .map(|variable| Capture::of(&template, variable).slice(path))
                .collect();
            assert_eq!(found, expected, "{template} on {path}");
        }
    }
}
