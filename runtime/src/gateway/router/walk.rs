//! The ways of a path through the trie, the most specific one first.

use super::{Allowed, EmptySegments, End, Node, RouteOrder, Router};

/// What is left of a path: segments with slashes between them, or no segment at all.
#[derive(Clone, Copy)]
pub(super) struct Rest<'a>(Option<&'a [u8]>);

impl<'a> Rest<'a> {
    /// The segments of a path without its leading slash; `/` alone has none.
    pub(super) fn of(path: &'a [u8]) -> Self {
        Self(Some(path).filter(|path| !path.is_empty()))
    }

    fn split_first(self) -> Option<(&'a [u8], Rest<'a>)> {
        let path = self.0?;
        Some(match path.iter().position(|byte| *byte == b'/') {
            Some(slash) => (&path[..slash], Rest(Some(&path[slash + 1..]))),
            None => (path, Rest(None)),
        })
    }

    fn split_last(self) -> Option<(Rest<'a>, &'a [u8])> {
        let path = self.0?;
        Some(match path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => (Rest(Some(&path[..slash])), &path[slash + 1..]),
            None => (Rest(None), path),
        })
    }
}

/// A look-up for the methods with `keys`, the best first.
pub(super) struct Walk<'r> {
    pub(super) router: &'r Router,
    pub(super) keys: [u16; 3],
}

impl Walk<'_> {
    /// The route of the path, if its verb is `verb`.
    pub(super) fn find(&self, path: Rest<'_>, verb: u32) -> Option<u32> {
        let mut last = None;
        let first_wins = self.router.rules.order == RouteOrder::MostSpecific;
        visit(self.router, 0, path, &mut |ends| {
            let found = self.pick(ends, verb);
            last = last.max(found);
            first_wins && found.is_some()
        });
        last
    }

    fn pick(&self, ends: &[End], verb: u32) -> Option<u32> {
        let ends = of_verb(ends, verb);
        let mut keys = self.keys.iter();
        keys.find_map(|key| ends.iter().find(|end| end.method == *key))
            .map(|end| end.route)
    }
}

/// Adds the methods that have a route for the path.
pub(super) fn collect(router: &Router, path: Rest<'_>, verb: u32, allowed: &mut Allowed) {
    visit(router, 0, path, &mut |ends| {
        for end in of_verb(ends, verb) {
            allowed.0 |= 1 << end.method.min(63);
        }
        false
    });
}

fn of_verb(ends: &[End], verb: u32) -> &[End] {
    match ends {
        [] => ends,
        [first, .., last] if first.verb != verb || last.verb != verb => {
            let start = ends.partition_point(|end| end.verb < verb);
            let length = ends[start..].partition_point(|end| end.verb == verb);
            &ends[start..start + length]
        }
        [first, ..] if first.verb == verb => ends,
        _ => &[],
    }
}

/// Shows `on` the routes of every template that matches the path from `node` on, until it says that it has found one.
fn visit(router: &Router, node: u32, path: Rest<'_>, on: &mut impl FnMut(&[End]) -> bool) -> bool {
    let Some(node) = router.nodes.get(node as usize) else {
        return false;
    };
    let found = match path.split_first() {
        None => !node.ends.is_empty() && on(&node.ends),
        Some((segment, rest)) => visit_segment(router, node, segment, rest, on),
    };
    found
        || node
            .double_star
            .is_some_and(|tail| visit_tail(router, tail, path, on))
}

fn visit_segment(
    router: &Router,
    node: &Node,
    segment: &[u8],
    rest: Rest<'_>,
    on: &mut impl FnMut(&[End]) -> bool,
) -> bool {
    if let Some(child) = node.literals.find(segment)
        && visit(router, child, rest, on)
    {
        return true;
    }
    let fits = !segment.is_empty() || router.rules.empty_segments == EmptySegments::Matched;
    node.star
        .is_some_and(|star| fits && visit(router, star, rest, on))
}

/// The same for what follows `**`, from the end of the path backwards: the longest row of literals first.
fn visit_tail(
    router: &Router,
    node: u32,
    path: Rest<'_>,
    on: &mut impl FnMut(&[End]) -> bool,
) -> bool {
    let Some(node) = router.nodes.get(node as usize) else {
        return false;
    };
    if let Some((before, segment)) = path.split_last()
        && let Some(child) = node.literals.find(segment)
        && visit_tail(router, child, before, on)
    {
        return true;
    }
    !node.ends.is_empty() && on(&node.ends)
}
