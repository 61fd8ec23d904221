//! Why a request goes where it goes, for people.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::Full;

use super::bind::{self, Place};
use super::binding::{Binding, BodyRule};
use super::error::Failure;
use super::mux::{Inner, Route, ServeMux};
use super::options::PathUnescape;
use super::percent;
use super::request;
use super::router::Allowed;
use super::routing::{self, BodyUse, Routed, Unrouted};
use super::table::target;
use crate::json::{self, PrintOptions};
use crate::template::{Segment, Template, normalized_bytes};
use crate::{Code, Status};

/// How many templates are shown that come near to a path that none matches.
const NEAREST: usize = 3;

/// What becomes of a request, step by step; its text has a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    steps: Vec<(&'static str, String)>,
    accepted: bool,
}

impl ServeMux {
    /// What would become of `request`: the rule that matches, the fields that are bound and from what, and the message that
    /// the method would get; or why there is none of it. No method is called.
    pub async fn explain(&self, request: Request<Bytes>) -> Explanation {
        let (parts, body) = request.into_parts();
        let mut explanation = Explanation {
            steps: Vec::new(),
            accepted: false,
        };
        explanation.request(self.inner(), &parts, body).await;
        explanation
    }
}

impl Explanation {
    /// Whether a method, or other code, would be called.
    pub fn is_accepted(&self) -> bool {
        self.accepted
    }

    async fn request(&mut self, mux: &Arc<Inner>, parts: &Parts, body: Bytes) {
        match routing::route(mux, parts) {
            Ok(routed) => match routed.route {
                Route::Method(binding) => self.binding(mux, binding, &routed, parts, body).await,
                Route::Handler(handler) => {
                    self.step("rule", format!("{} {}", handler.method, handler.text));
                    self.step("target", "code of this program");
                    self.accepted = true;
                }
            },
            Err(Unrouted::Method(allowed)) => self.wrong_method(mux, parts, allowed),
            Err(Unrouted::Failure(failure)) if failure.http == StatusCode::NOT_FOUND => {
                self.step("rule", "none: no template matches the path");
                for (template, why) in nearest(mux, parts.uri.path()) {
                    self.step("nearest", format!("{template}: {why}"));
                }
                self.failure(&failure);
            }
            Err(Unrouted::Failure(failure)) => self.failure(&failure),
        }
    }

    fn wrong_method(&mut self, mux: &Inner, parts: &Parts, allowed: Allowed) {
        let names = mux.router.names(allowed).join(", ");
        self.step(
            "rule",
            format!("none: the path is for {names}, not for {}", parts.method),
        );
        let response = routing::wrong_method(mux, &parts.method, allowed);
        self.accepted = response.status().is_success();
        self.step("answer", response.status().to_string());
    }

    async fn binding(
        &mut self,
        mux: &Inner,
        binding: &Binding,
        routed: &Routed<'_>,
        parts: &Parts,
        body: Bytes,
    ) {
        self.step("rule", binding.name());
        self.step("method", target(binding));
        for variable in &binding.variables {
            let mut one = binding.clone();
            one.variables = vec![variable.clone()];
            let mut out = Vec::new();
            let written = bind::path(&one, &routed.path, &mux.options, &mut out);
            let raw = variable.capture.slice(&routed.path);
            self.bound(
                "path",
                format!("{}={raw}", variable.name),
                binding,
                written.map(|()| out),
            );
        }
        if let Some(query) = parts.uri.query() {
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let mut out = Vec::new();
                let written = bind::pairs(binding, pair, Place::Query, &mux.options, &mut out);
                self.bound("query", pair.to_owned(), binding, written.map(|()| out));
            }
        }
        self.body(mux, binding, routed, parts, &body).await;
        if binding.method.kind().client_streams() && binding.body != BodyRule::Unmapped {
            self.step(
                "stream",
                "the body is a stream of messages, which get the fields above",
            );
            self.accepted = true;
            return;
        }
        match request::message(mux, binding, routed, parts, &mut Some(Full::new(body))).await {
            Ok(message) => {
                self.accepted = true;
                self.step("message", shown(binding, &message));
            }
            Err(failure) => self.failure(&failure),
        }
    }

    /// What the body alone gives.
    async fn body(
        &mut self,
        mux: &Inner,
        binding: &Binding,
        routed: &Routed<'_>,
        parts: &Parts,
        body: &Bytes,
    ) {
        let what = match (routed.body_use, binding.body) {
            (BodyUse::AsQuery, _) => "a form in place of the query".to_owned(),
            (_, BodyRule::Unmapped) if body.is_empty() => return,
            (_, BodyRule::Unmapped) => "the rule maps none".to_owned(),
            (_, BodyRule::Whole(_)) => "the whole message".to_owned(),
            (_, BodyRule::Field(number, _)) => {
                let field = binding
                    .input()
                    .and_then(|input| input.field_by_number(number));
                field.map_or_else(String::new, |field| field.name().to_owned())
            }
        };
        if body.is_empty() {
            return self.step("body", format!("{what}: empty"));
        }
        let mut alone = binding.clone();
        (alone.variables, alone.mask) = (Vec::new(), None);
        let mut parts = parts.clone();
        if let Ok(uri) = parts.uri.path().parse() {
            parts.uri = uri;
        }
        let message = request::message(
            mux,
            &alone,
            routed,
            &parts,
            &mut Some(Full::new(body.clone())),
        )
        .await;
        let message = message.map(Vec::from).map_err(|failure| failure.status);
        self.bound("body", what, binding, message);
    }

    /// A value and the fields that it becomes.
    fn bound(
        &mut self,
        place: &'static str,
        what: String,
        binding: &Binding,
        wire: Result<Vec<u8>, Status>,
    ) {
        let becomes = match wire {
            Ok(wire) if wire.is_empty() => "nothing: it is left out".to_owned(),
            Ok(wire) => shown(binding, &wire),
            Err(status) => format!("refused: {}", status.message()),
        };
        self.step(place, format!("{what} -> {becomes}"));
    }

    fn failure(&mut self, failure: &Failure) {
        let (status, code) = (failure.http, failure.status.code());
        let message = failure.status.message();
        self.step(
            "answer",
            format!("{status}, {}: {message}", Code::name(code)),
        );
    }

    fn step(&mut self, label: &'static str, what: impl Into<String>) {
        self.steps.push((label, what.into()));
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (label, what) in &self.steps {
            writeln!(f, "{label:<7}  {what}")?;
        }
        Ok(())
    }
}

/// A message as JSON with the names of the `.proto` file.
fn shown(binding: &Binding, wire: &[u8]) -> String {
    let options = PrintOptions {
        preserve_proto_field_names: true,
        ..PrintOptions::default()
    };
    let mut out = Vec::new();
    let printed = binding
        .input()
        .map(|input| json::from_wire(input, wire, &options, &mut out));
    match printed {
        Some(Ok(())) => String::from_utf8_lossy(&out).into_owned(),
        _ => format!("{} bytes", wire.len()),
    }
}

/// The routes that match most of a path's start, and where they stop.
fn nearest(mux: &Inner, path: &str) -> Vec<(String, String)> {
    let path = match mux.options.path_unescape {
        PathUnescape::BeforeSplitting => {
            percent::decode_before_splitting(path).unwrap_or(path.into())
        }
        _ => path.into(),
    };
    let Some(path) = path.strip_prefix('/') else {
        return Vec::new();
    };
    let segments: Vec<&str> = path.split('/').collect();
    let mut found: Vec<(usize, String, String)> = mux
        .routes
        .iter()
        .filter_map(|route| {
            let Route::Method(binding) = route else {
                return None;
            };
            let (matched, why) = stop(&binding.template, &segments);
            Some((matched, binding.name(), why))
        })
        .collect();
    found.sort_by_key(|(matched, ..)| std::cmp::Reverse(*matched));
    let most = found.first().map_or(0, |(matched, ..)| *matched);
    let best = found
        .into_iter()
        .filter(|(matched, ..)| *matched == most && most > 0);
    best.take(NEAREST)
        .map(|(_, name, why)| (name, why))
        .collect()
}

/// How many segments a template matches, and why no more.
fn stop(template: &Template, path: &[&str]) -> (usize, String) {
    for (at, segment) in template.segments().iter().enumerate() {
        let place = at + 1;
        match (segment, path.get(at)) {
            (Segment::DoubleStar, _) => {
                let rest = &template.segments()[place..];
                let end: Vec<&str> = rest.iter().map(text).collect();
                return (at, format!("the path does not end in `/{}`", end.join("/")));
            }
            (Segment::Literal(literal), Some(found)) if !same(literal, found) => {
                return (at, format!("segment {place} is `{found}`, not `{literal}`"));
            }
            (Segment::Star, Some(&"")) => {
                return (at, format!("segment {place} is empty"));
            }
            (segment, None) => {
                return (at, format!("the path ends before `{}`", text(segment)));
            }
            _ => {}
        }
    }
    let length = template.segments().len();
    match (path.get(length), template.verb()) {
        (Some(found), _) => (length, format!("the path goes on with `{found}`")),
        (None, Some(verb)) => (length, format!("the path does not end in `:{verb}`")),
        (None, None) => (
            length,
            "the path ends in a verb of another template".to_owned(),
        ),
    }
}

fn same(literal: &str, found: &str) -> bool {
    literal.as_bytes() == found.as_bytes() || normalized_bytes(found.as_bytes()).eq(literal.bytes())
}

/// A segment as templates have it.
fn text(segment: &Segment) -> &str {
    match segment {
        Segment::Literal(text) => text,
        Segment::Star => "*",
        Segment::DoubleStar => "**",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_where_a_template_stops_is_told() {
        for (template, path, expected) in [
            (
                "/v1/{name=shelves/*}",
                "v1/shelf/1",
                (1, "segment 2 is `shelf`, not `shelves`"),
            ),
            (
                "/v1/{id}/parts",
                "v1/7",
                (2, "the path ends before `parts`"),
            ),
            (
                "/v1/{id}",
                "v1/7/parts",
                (2, "the path goes on with `parts`"),
            ),
            ("/v1/{id}", "v1/", (1, "segment 2 is empty")),
            (
                "/v1/{id}:cancel",
                "v1/7",
                (2, "the path does not end in `:cancel`"),
            ),
            (
                "/v1/{name=**}/end",
                "v1/a/b",
                (1, "the path does not end in `/end`"),
            ),
        ] {
            let template = Template::parse(template).unwrap();
            let path: Vec<&str> = path.split('/').collect();
            let (matched, why) = stop(&template, &path);
            assert_eq!((matched, &*why), expected, "{template}");
        }
    }
}
