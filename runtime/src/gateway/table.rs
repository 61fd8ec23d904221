//! What a gateway serves, as a table for people.

use std::fmt;

use super::binding::{AnswerRule, Binding, BodyRule, Content};
use super::mux::{Route, ServeMux};
use crate::Kind as MethodKind;
use crate::pool::{FieldRef, Kind, MessageRef, WellKnown};

/// The routes of a gateway in the order of their registration; as text, each with where every field of its request comes
/// from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable(Vec<Row>);

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// Method and template.
    route: String,
    target: String,
    /// Places and what they hold.
    places: Vec<(&'static str, String)>,
}

impl ServeMux {
    /// What it serves, as a table.
    pub fn table(&self) -> RouteTable {
        RouteTable(self.inner().routes.iter().map(Row::of).collect())
    }
}

impl RouteTable {
    /// How many routes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.0 {
            writeln!(f, "{} -> {}", row.route, row.target)?;
            for (place, what) in &row.places {
                writeln!(f, "    {place:<7} {what}")?;
            }
        }
        Ok(())
    }
}

impl Row {
    fn of(route: &Route) -> Self {
        match route {
            Route::Method(binding) => Self::of_binding(binding),
            Route::Handler(handler) => Self {
                route: format!("{} {}", handler.method, handler.text),
                target: "code of this program".to_owned(),
                places: Vec::new(),
            },
        }
    }

    fn of_binding(binding: &Binding) -> Self {
        let mut places = Vec::new();
        if let (Some(input), Some(output)) = (binding.input(), binding.output()) {
            places = Sources::of(binding, input).places();
            if let AnswerRule::Field(number, _) = binding.answer
                && let Some(field) = output.field_by_number(number)
            {
                places.push(("answer", field.name().to_owned()));
            }
        }
        Self {
            route: binding.name(),
            target: target(binding),
            places,
        }
    }
}

/// The method that a binding leads to, and how it streams.
pub(super) fn target(binding: &Binding) -> String {
    let path = binding.method.path().trim_start_matches('/');
    let streams = match binding.method.kind() {
        MethodKind::Unary => "",
        MethodKind::ServerStreaming => " (streams answers)",
        MethodKind::ClientStreaming => " (takes a stream)",
        MethodKind::BidiStreaming => " (streams both ways)",
    };
    format!("{path}{streams}")
}

/// Where the fields of a request come from.
#[derive(Default)]
struct Sources {
    path: Vec<String>,
    body: Vec<String>,
    query: Vec<String>,
    /// What this rule has no place for.
    never: Vec<String>,
}

impl Sources {
    fn of(binding: &Binding, input: MessageRef<'_>) -> Self {
        let mut sources = Self {
            path: binding
                .variables
                .iter()
                .map(|one| one.name.clone())
                .collect(),
            ..Self::default()
        };
        if binding.body == BodyRule::Whole(Content::Raw) {
            sources.body.push("its bytes as they are".to_owned());
            return sources;
        }
        for field in input.fields() {
            let number = field.number();
            let mut variables = binding.variables.iter();
            if variables.any(|variable| variable.fields == [number]) {
                continue;
            }
            let name = field.name().to_owned();
            match binding.body {
                BodyRule::Whole(_) => sources.body.push(name),
                BodyRule::Field(body, Content::Raw) if body == number => {
                    sources.body.push(format!("{name}: its bytes as they are"));
                }
                BodyRule::Field(body, _) if body == number => sources.body.push(name),
                _ if !fits_query(field) => sources.never.push(name),
                _ => sources.query.push(key(field)),
            }
        }
        sources
    }

    fn places(self) -> Vec<(&'static str, String)> {
        let places = [
            ("path", self.path),
            ("body", self.body),
            ("query", self.query),
            ("nowhere", self.never),
        ];
        let filled = places.into_iter().filter(|(_, names)| !names.is_empty());
        filled
            .map(|(place, names)| (place, names.join(", ")))
            .collect()
    }
}

/// How a query names the field.
fn key(field: FieldRef<'_>) -> String {
    let name = field.name();
    match field.kind() {
        _ if field.is_map() => format!("{name}[key]"),
        Kind::Message(message) if is_nested(message) => format!("{name}.*"),
        Kind::Group(_) => format!("{name}.*"),
        _ => name.to_owned(),
    }
}

/// Whether a query can hold the field: one of repeated messages, or of a map to messages, has no place there.
fn fits_query(field: FieldRef<'_>) -> bool {
    let is_message = |field: FieldRef<'_>| match field.kind() {
        Kind::Message(message) => is_nested(message),
        Kind::Group(_) => true,
        _ => false,
    };
    match field.map_entry() {
        Some((_, value)) => !is_message(value),
        None => !(field.is_repeated() && is_message(field)),
    }
}

/// Whether a message is given field by field, and not as one value.
fn is_nested(message: MessageRef<'_>) -> bool {
    !matches!(
        message.well_known(),
        Some(
            WellKnown::Timestamp | WellKnown::Duration | WellKnown::FieldMask | WellKnown::Wrapper
        )
    )
}
