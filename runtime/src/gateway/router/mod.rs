//! Which route a request takes: a trie of templates.
//!
//! A path is split at its slashes as it came, before anything is decoded, so that `%2F` never makes a segment. The most
//! specific route wins, segment by segment from the left: a literal over `*`, `*` over `**`; where that leads nowhere, the
//! next best way is tried. On one template, the route of the request's method wins over one for every method, and HEAD
//! takes GET's route where it has none of its own.
//!
//! A look-up allocates nothing, and its cost depends on the length of the path, not on the number of routes.

mod names;
mod walk;

use http::Method;

use crate::template::{Segment, Template};

use self::names::Names;
use self::walk::{Rest, Walk};

/// The routes of a gateway, by number.
#[derive(Clone, Debug)]
pub(crate) struct Router {
    nodes: Vec<Node>,
    verbs: Names,
    verb_count: u32,
    /// Methods that have no key of their own.
    customs: Vec<Method>,
    rules: Rules,
}

/// What is an open point of the specification or a habit of grpc-gateway.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) order: RouteOrder,
    pub(crate) verbs: VerbMatching,
    pub(crate) trailing_slash: TrailingSlash,
    pub(crate) empty_segments: EmptySegments,
    pub(crate) derived_methods: DerivedMethods,
}

/// Which of several routes that match a request takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RouteOrder {
    /// The most specific one: from the left, a literal wins over `*`, and `*` over `**`. Two routes that match the same
    /// requests are an error.
    #[default]
    MostSpecific,
    /// The one that was registered last, as in grpc-gateway.
    LastRegistered,
}

/// What the part after the last colon of a path is, where some template has it as its verb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerbMatching {
    /// Always a verb, as in the C++ library: with `/a/{x}:cancel` registered, `/b/1:cancel` is never `/b/{y}`.
    #[default]
    Always,
    /// A verb for the templates that have it, and part of the segment for those that have none, as in grpc-gateway.
    WhereItMatches,
}

/// Whether one slash at the end of a path matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrailingSlash {
    /// `/a/` is not `/a`.
    #[default]
    Exact,
    /// `/a/` is taken as `/a`.
    Ignored,
}

/// Whether `*` matches an empty segment, as between the slashes of `/a//b`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptySegments {
    /// It does not.
    #[default]
    Rejected,
    /// It does, as in grpc-gateway: `/users/` is `/users/{id}` with an empty id.
    Matched,
}

/// Methods that are answered without a rule of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DerivedMethods {
    /// HEAD takes the rule of GET, and OPTIONS is answered with the methods of the path.
    #[default]
    HeadAndOptions,
    /// Neither, as in grpc-gateway.
    None,
}

/// Why no route was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Miss {
    /// No template matches the path.
    NotFound,
    /// Templates match the path, but not for this method.
    Method(Allowed),
}

/// The methods of a path: a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowed(u64);

/// A route that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its number.
    pub(crate) route: u32,
    /// How much of the path, from its end, is verb or an ignored slash.
    pub(crate) cut: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    literals: Names,
    star: Option<u32>,
    /// The root of the literals that follow `**`, read from the end.
    double_star: Option<u32>,
    /// The routes that end here, by verb.
    ends: Vec<End>,
}

#[derive(Clone, Copy, Debug)]
struct End {
    verb: u32,
    method: u16,
    route: u32,
}

/// The key of a route for every method.
const ANY: u16 = 0;
/// Templates without a verb have this one.
const NO_VERB: u32 = 0;

impl Router {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            nodes: vec![Node::default()],
            verbs: Names::default(),
            verb_count: NO_VERB,
            customs: Vec::new(),
            rules,
        }
    }

    /// Adds the route with number `route`; `None` as method is for every method.
    ///
    /// # Errors
    /// The number of the route that matches the same requests.
    pub(crate) fn insert(
        &mut self,
        method: Option<&Method>,
        template: &Template,
        route: u32,
    ) -> Result<(), u32> {
        let method = method.map_or(ANY, |method| self.add_key(method));
        let verb = template.verb().map_or(NO_VERB, |verb| self.add_verb(verb));
        let node = self.add_nodes(template);
        let last_wins = self.rules.order == RouteOrder::LastRegistered;
        let ends = &mut self.nodes[node as usize].ends;
        let at = ends.partition_point(|end| (end.verb, end.method) < (verb, method));
        match ends.get_mut(at) {
            Some(end) if (end.verb, end.method) == (verb, method) => {
                if !last_wins {
                    return Err(end.route);
                }
                end.route = route;
            }
            _ => ends.insert(
                at,
                End {
                    verb,
                    method,
                    route,
                },
            ),
        }
        Ok(())
    }

    /// The route of a request with this path, as it came.
    ///
    /// # Errors
    /// Why there is none.
    #[inline]
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found, Miss> {
        let walk = Walk {
            router: self,
            keys: self.keys(method),
        };
        let Some(path) = path.strip_prefix('/') else {
            return Err(Miss::NotFound);
        };
        if let Some(found) = self.find_in(&walk, path, 0) {
            return Ok(found);
        }
        let shorter = path
            .strip_suffix('/')
            .filter(|_| self.rules.trailing_slash == TrailingSlash::Ignored);
        if let Some(found) = shorter.and_then(|path| self.find_in(&walk, path, 1)) {
            return Ok(found);
        }
        let mut allowed = self.allowed_in(path);
        if let Some(path) = shorter {
            allowed.0 |= self.allowed_in(path).0;
        }
        Err(if allowed.0 == 0 {
            Miss::NotFound
        } else {
            Miss::Method(allowed)
        })
    }

    /// The names of the methods, HEAD with GET and OPTIONS in any case.
    pub(crate) fn names(&self, allowed: Allowed) -> Vec<&str> {
        let mut names: Vec<&str> = STANDARD
            .iter()
            .chain(&self.customs)
            .enumerate()
            .filter(|(at, method)| {
                let named = |key: usize| allowed.0 >> key.min(63) & 1 == 1;
                named(at + 1)
                    || **method == Method::OPTIONS
                    || (**method == Method::HEAD && named(1))
            })
            .map(|(_, method)| method.as_str())
            .collect();
        names.sort_unstable();
        names
    }

    fn find_in(&self, walk: &Walk<'_>, path: &str, cut: usize) -> Option<Found> {
        let split = self.split_verb(path);
        let with_verb = split.and_then(|(before, verb)| {
            let route = walk.find(Rest::of(before.as_bytes()), verb)?;
            let cut = cut + path.len() - before.len();
            Some(Found { route, cut })
        });
        let whole = || {
            let route = walk.find(Rest::of(path.as_bytes()), NO_VERB)?;
            Some(Found { route, cut })
        };
        match (split, self.rules.verbs, self.rules.order) {
            (None, _, _) => whole(),
            (Some(_), VerbMatching::Always, _) => with_verb,
            (_, VerbMatching::WhereItMatches, RouteOrder::MostSpecific) => with_verb.or_else(whole),
            (_, VerbMatching::WhereItMatches, RouteOrder::LastRegistered) => with_verb
                .into_iter()
                .chain(whole())
                .max_by_key(|found| found.route),
        }
    }

    fn allowed_in(&self, path: &str) -> Allowed {
        let mut allowed = Allowed::default();
        let split = self.split_verb(path);
        if let Some((before, verb)) = split {
            walk::collect(self, Rest::of(before.as_bytes()), verb, &mut allowed);
        }
        if split.is_none() || self.rules.verbs == VerbMatching::WhereItMatches {
            walk::collect(self, Rest::of(path.as_bytes()), NO_VERB, &mut allowed);
        }
        allowed
    }

    /// The path without its verb, where its last segment ends in one that some template has.
    #[inline]
    fn split_verb<'a>(&self, path: &'a str) -> Option<(&'a str, u32)> {
        if self.verb_count == NO_VERB {
            return None;
        }
        let end = path
            .bytes()
            .rposition(|byte| byte == b':' || byte == b'/')?;
        if path.as_bytes()[end] != b':' {
            return None;
        }
        Some((&path[..end], self.verbs.find(&path.as_bytes()[end + 1..])?))
    }

    fn add_verb(&mut self, verb: &str) -> u32 {
        if let Some(known) = self.verbs.get(verb) {
            return known;
        }
        self.verb_count += 1;
        self.verbs.insert(verb, self.verb_count);
        self.verb_count
    }

    fn add_nodes(&mut self, template: &Template) -> u32 {
        let mut node = 0;
        let segments = template.segments();
        for (at, segment) in segments.iter().enumerate() {
            match segment {
                Segment::Literal(text) => node = self.add_literal(node, text),
                Segment::Star => node = self.add_child(node, |node| &mut node.star),
                Segment::DoubleStar => {
                    node = self.add_child(node, |node| &mut node.double_star);
                    for segment in segments[at + 1..].iter().rev() {
                        if let Segment::Literal(text) = segment {
                            node = self.add_literal(node, text);
                        }
                    }
                    break;
                }
            }
        }
        node
    }

    fn add_literal(&mut self, node: u32, text: &str) -> u32 {
        if let Some(child) = self.nodes[node as usize].literals.get(text) {
            return child;
        }
        let child = self.add_node();
        self.nodes[node as usize].literals.insert(text, child);
        child
    }

    fn add_child(&mut self, node: u32, child: impl Fn(&mut Node) -> &mut Option<u32>) -> u32 {
        if let Some(child) = *child(&mut self.nodes[node as usize]) {
            return child;
        }
        let added = self.add_node();
        *child(&mut self.nodes[node as usize]) = Some(added);
        added
    }

    fn add_node(&mut self) -> u32 {
        self.nodes.push(Node::default());
        self.nodes.len() as u32 - 1
    }

    fn add_key(&mut self, method: &Method) -> u16 {
        if let Some(key) = self.key(method) {
            return key;
        }
        self.customs.push(method.clone());
        (STANDARD.len() + self.customs.len()) as u16
    }

    fn key(&self, method: &Method) -> Option<u16> {
        let mut all = STANDARD.iter().chain(&self.customs);
        all.position(|known| known == method)
            .map(|at| at as u16 + 1)
    }

    /// The keys whose routes take the method, the best first.
    fn keys(&self, method: &Method) -> [u16; 3] {
        let own = self.key(method).unwrap_or(ANY);
        let derived = self.rules.derived_methods == DerivedMethods::HeadAndOptions;
        let second = if derived && *method == Method::HEAD {
            1
        } else {
            ANY
        };
        [own, second, ANY]
    }
}

/// Methods by their keys, from 1 on; GET must be the first.
const STANDARD: [Method; 9] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::HEAD,
    Method::OPTIONS,
    Method::CONNECT,
    Method::TRACE,
];

#[cfg(test)]
mod tests;
