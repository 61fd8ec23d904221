//! A rule of `google.api.http`, made ready to serve: every name in it is a field.

use std::sync::Arc;

use http::Method as HttpMethod;

use super::capture::Capture;
use super::mask;
use crate::descriptor::{HttpRule, Pattern};
use crate::pool::{FieldRef, Kind, MessageId, MessageRef, MethodRef, WellKnown};
use crate::template::Template;
use crate::{Backend, Method, Pool};

/// One rule of one method, and where its calls go.
#[derive(Clone)]
pub(super) struct Binding {
    pub(super) method: Method,
    pub(super) pool: Arc<Pool>,
    pub(super) backend: Arc<dyn Backend>,
    /// The rule's HTTP method; `None` for `*`.
    pub(super) http_method: Option<HttpMethod>,
    pub(super) template: Template,
    /// The template as the rule has it, for logs and messages.
    pub(super) text: Arc<str>,
    pub(super) variables: Vec<PathVariable>,
    pub(super) body: BodyRule,
    pub(super) answer: AnswerRule,
    /// The field that a body fills with the paths that it names.
    pub(super) mask: Option<u32>,
    input: MessageId,
    output: MessageId,
}

/// A variable of the path and the field that it sets.
#[derive(Clone, Debug)]
pub(super) struct PathVariable {
    /// As the template has it, for messages.
    pub(super) name: String,
    pub(super) capture: Capture,
    /// The numbers of the fields that lead to it.
    pub(super) fields: Vec<u32>,
}

/// What a request's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyRule {
    /// Nothing: the rule has no `body`.
    Unmapped,
    /// The whole message: `body: "*"`.
    Whole(Content),
    /// The field with that number.
    Field(u32, Content),
}

impl BodyRule {
    /// The whole message, in JSON.
    #[cfg(feature = "websocket")]
    pub(super) const WHOLE: BodyRule = BodyRule::Whole(Content::Mapped);
}

/// What an answer's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerRule {
    /// The whole message.
    Whole(Content),
    /// The field with that number: `response_body`.
    Field(u32, Content),
}

/// How a body stands for a message or a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// In the JSON mapping, or what a codec makes of it.
    Mapped,
    /// Untouched: it is a `google.api.HttpBody`.
    Raw,
}

impl Binding {
    /// The bindings of a method by `rule`: the rule itself, then its additional bindings.
    ///
    /// # Errors
    /// One sentence for each binding that cannot be served.
    pub(super) fn all(
        pool: &Arc<Pool>,
        method: MethodRef<'_>,
        rule: &HttpRule,
        backend: &Arc<dyn Backend>,
    ) -> Vec<Result<Binding, String>> {
        std::iter::once(rule)
            .chain(&rule.additional_bindings)
            .map(|rule| {
                Self::one(pool, method, rule, backend)
                    .map_err(|what| format!("{}: {what}", method.path()))
            })
            .collect()
    }

    fn one(
        pool: &Arc<Pool>,
        method: MethodRef<'_>,
        rule: &HttpRule,
        backend: &Arc<dyn Backend>,
    ) -> Result<Binding, String> {
        let (http_method, text) = pattern(rule)?;
        let template = Template::parse(text).map_err(|error| {
            format!("template `{text}`, column {}: {error}", error.offset() + 1)
        })?;
        let input = method.input();
        let variables = template
            .variables()
            .iter()
            .map(|variable| {
                Ok(PathVariable {
                    name: variable.field_path().join("."),
                    capture: Capture::of(&template, variable),
                    fields: resolve_path(input, variable.field_path())?,
                })
            })
            .collect::<Result<_, String>>()?;
        let kind = crate::Kind::of(method.is_client_streaming(), method.is_server_streaming());
        Ok(Binding {
            method: Method::new(method.service().full_name(), method.name(), kind),
            pool: pool.clone(),
            backend: backend.clone(),
            variables,
            body: body_rule(input, &rule.body)?,
            mask: (http_method == Some(HttpMethod::PATCH))
                .then(|| mask::mask_field(input))
                .flatten(),
            http_method,
            answer: answer_rule(method.output(), &rule.response_body)?,
            input: input.id(),
            output: method.output().id(),
            text: text.into(),
            template,
        })
    }

    /// The type of requests.
    pub(super) fn input(&self) -> Option<MessageRef<'_>> {
        self.pool.message_by_id(self.input)
    }

    /// The type of answers.
    pub(super) fn output(&self) -> Option<MessageRef<'_>> {
        self.pool.message_by_id(self.output)
    }

    /// Method and template, as in `GET /v1/{name}`.
    pub(super) fn name(&self) -> String {
        let method = self.http_method.as_ref().map_or("*", HttpMethod::as_str);
        format!("{method} {}", self.text)
    }
}

fn pattern(rule: &HttpRule) -> Result<(Option<HttpMethod>, &str), String> {
    Ok(match &rule.pattern {
        Some(Pattern::Get(path)) => (Some(HttpMethod::GET), path),
        Some(Pattern::Put(path)) => (Some(HttpMethod::PUT), path),
        Some(Pattern::Post(path)) => (Some(HttpMethod::POST), path),
        Some(Pattern::Delete(path)) => (Some(HttpMethod::DELETE), path),
        Some(Pattern::Patch(path)) => (Some(HttpMethod::PATCH), path),
        Some(Pattern::Custom(custom)) if custom.kind == "*" => (None, &custom.path),
        Some(Pattern::Custom(custom)) => {
            let method = HttpMethod::from_bytes(custom.kind.as_bytes())
                .map_err(|_| format!("`{}` is no HTTP method", custom.kind))?;
            (Some(method), &custom.path)
        }
        None => return Err("its google.api.http rule has no path".to_owned()),
    })
}

fn resolve_path(input: MessageRef<'_>, path: &[String]) -> Result<Vec<u32>, String> {
    let whole = path.join(".");
    let mut message = Some(input);
    let mut numbers = Vec::with_capacity(path.len());
    for (at, name) in path.iter().enumerate() {
        let Some(parent) = message else {
            return Err(format!(
                "the variable `{whole}` leads through a field that is no message"
            ));
        };
        let field = known_field(parent, name)?;
        numbers.push(field.number());
        if at + 1 < path.len() {
            if field.is_repeated() || field.is_map() {
                return Err(format!(
                    "the variable `{whole}` leads through the repeated field `{name}`"
                ));
            }
            message = match field.kind() {
                Kind::Message(message) | Kind::Group(message) => Some(message),
                _ => None,
            };
        } else if !fits_path(field) {
            return Err(format!(
                "the variable `{whole}` must name a field whose value is text, a number or the like"
            ));
        }
    }
    Ok(numbers)
}

/// Whether a path can hold the field's value.
fn fits_path(field: FieldRef<'_>) -> bool {
    match field.kind() {
        _ if field.is_map() => false,
        Kind::Message(message) => matches!(
            message.well_known(),
            Some(
                WellKnown::Timestamp
                    | WellKnown::Duration
                    | WellKnown::FieldMask
                    | WellKnown::Wrapper
            )
        ),
        Kind::Group(_) => false,
        _ => true,
    }
}

fn body_rule(input: MessageRef<'_>, body: &str) -> Result<BodyRule, String> {
    Ok(match body {
        "" => BodyRule::Unmapped,
        "*" => BodyRule::Whole(content_of(input)),
        name if name.contains('.') => {
            return Err(format!(
                "`body: \"{name}\"` must name a field of the request itself, without a dot"
            ));
        }
        name => {
            let field = known_field(input, name)?;
            BodyRule::Field(field.number(), field_content(field))
        }
    })
}

fn answer_rule(output: MessageRef<'_>, response_body: &str) -> Result<AnswerRule, String> {
    Ok(match response_body {
        "" | "*" => AnswerRule::Whole(content_of(output)),
        name => {
            let field = known_field(output, name)?;
            AnswerRule::Field(field.number(), field_content(field))
        }
    })
}

fn known_field<'a>(message: MessageRef<'a>, name: &str) -> Result<FieldRef<'a>, String> {
    message
        .field_by_name(name)
        .ok_or_else(|| format!("`{}` has no field `{name}`", message.full_name()))
}

fn field_content(field: FieldRef<'_>) -> Content {
    match field.kind() {
        Kind::Message(message) if !field.is_repeated() && !field.is_map() => content_of(message),
        _ => Content::Mapped,
    }
}

fn content_of(message: MessageRef<'_>) -> Content {
    if message.full_name() == "google.api.HttpBody" {
        Content::Raw
    } else {
        Content::Mapped
    }
}
