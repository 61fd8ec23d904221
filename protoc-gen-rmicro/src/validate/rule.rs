//! One binding against the messages of its method.

use rmicro::descriptor::{Label, Type};
use rmicro::template::{Template, Variable};

use crate::diagnostic::{Diagnostic, Lint, Quote};
use crate::model::{Binding, Field, Message, Method, Model};
use crate::options::Options;

/// Messages that JSON writes as one string, number or boolean, so that they fit into a path.
const SCALAR_MESSAGES: &[&str] = &[
    "google.protobuf.BoolValue",
    "google.protobuf.BytesValue",
    "google.protobuf.DoubleValue",
    "google.protobuf.Duration",
    "google.protobuf.FieldMask",
    "google.protobuf.FloatValue",
    "google.protobuf.Int32Value",
    "google.protobuf.Int64Value",
    "google.protobuf.StringValue",
    "google.protobuf.Timestamp",
    "google.protobuf.UInt32Value",
    "google.protobuf.UInt64Value",
];

struct Check<'a> {
    binding: &'a Binding,
    method: &'a Method,
    model: &'a Model,
    diagnostics: &'a mut Vec<Diagnostic>,
}

pub(super) fn check(
    binding: &Binding,
    method: &Method,
    model: &Model,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut check = Check {
        binding,
        method,
        model,
        diagnostics,
    };
    check.http_method();
    let template = check.template();
    check.body(template.as_ref(), options);
    check.response_body();
    if let Some(template) = &template {
        check.unbound_fields(template);
    }
}

impl Check<'_> {
    fn http_method(&mut self) {
        let kind = &self.binding.http_method;
        // RFC 9110, section 5.6.2: a method is a token.
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if kind.is_empty() || !kind.bytes().all(is_token) {
            let error = format!("`{kind}` is not an HTTP method");
            let hint = "a method is a word such as `HEAD`, or `*` for every one";
            self.quoted(
                Lint::BadMethod,
                "kind",
                kind,
                0,
                kind.len(),
                error,
                Some(hint.to_owned()),
            );
        } else if kind.bytes().any(|byte| byte.is_ascii_lowercase()) {
            let error = format!(
                "`{kind}` is not the HTTP method `{}`: they tell case apart",
                kind.to_uppercase()
            );
            let hint = format!("write `kind: \"{}\"`", kind.to_uppercase());
            self.quoted(
                Lint::BadMethod,
                "kind",
                kind,
                0,
                kind.len(),
                error,
                Some(hint),
            );
        }
    }

    fn template(&mut self) -> Option<Template> {
        let text = &self.binding.template;
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => {
                self.in_template(
                    Lint::BadTemplate,
                    error.offset(),
                    1,
                    error.to_string(),
                    None,
                );
                return None;
            }
        };
        for variable in template.variables() {
            self.variable(variable);
        }
        if self.method.kind.client_streams()
            && let Some(variable) = template.variables().first()
        {
            let path = variable.field_path().join(".");
            let error = format!(
                "`{path}` cannot come from the path: the client of `{}` sends a stream",
                self.method.name
            );
            let hint = "a stream of requests has no one message that the path could belong to";
            self.in_template(
                Lint::StreamedVariable,
                variable.offset(),
                path.len(),
                error,
                Some(hint.to_owned()),
            );
        }
        Some(template)
    }

    fn variable(&mut self, variable: &Variable) {
        let model = self.model;
        let path = variable.field_path();
        let mut owner = self.method.input.as_str();
        let mut offset = variable.offset();
        for (at, name) in path.iter().enumerate() {
            // A type that no file declares is protoc's to report.
            let Some(message) = model.messages.get(owner) else {
                return;
            };
            let Some(field) = message.field(name) else {
                let error = format!("no field `{name}` in `{owner}`");
                let hint = known_fields(message, name);
                return self.in_template(Lint::UnknownField, offset, name.len(), error, Some(hint));
            };
            let is_last = at + 1 == path.len();
            if let Some((error, hint)) = unfit(field, is_last, model) {
                return self.in_template(Lint::UnfitVariable, offset, name.len(), error, hint);
            }
            owner = &field.type_name;
            offset += name.len() + 1;
        }
    }

    fn body(&mut self, template: Option<&Template>, options: &Options) {
        let body = self.binding.body.as_str();
        if body.is_empty() {
            return;
        }
        match self.binding.http_method.as_str() {
            method @ ("GET" | "HEAD") => {
                let error = format!("{method} has no body");
                return self.in_body(
                    error,
                    "remove `body`: the fields are read from the query string",
                );
            }
            "DELETE" if !options.allow_delete_body => {
                let error = "DELETE has a body only with the parameter `allow_delete_body`";
                return self.in_body(
                    error.to_owned(),
                    "remove `body`: the fields are read from the query string",
                );
            }
            _ => {}
        }
        if body == "*" {
            return;
        }
        self.top_level_field("body", body, &self.method.input);
        let is_body = |variable: &&Variable| variable.field_path() == [body];
        if template.is_some_and(|template| {
            template
                .variables()
                .iter()
                .any(|variable| is_body(&variable))
        }) {
            let error = format!("`{body}` is both the body and a variable of the path");
            self.in_body(error, "leave it to one of the two");
        }
    }

    fn response_body(&mut self) {
        let field = self.binding.response_body.as_str();
        if !field.is_empty() {
            self.top_level_field("response_body", field, &self.method.output);
        }
    }

    fn top_level_field(&mut self, option: &str, field: &str, owner: &str) {
        let Some(message) = self.model.messages.get(owner) else {
            return;
        };
        if field.contains('.') {
            let error = format!("`{option}` is a field of `{owner}` itself, not a path");
            let first = field.split('.').next().unwrap_or_default();
            let hint = match message.field(first) {
                Some(_) => format!("`{option}: \"{first}\"` takes the whole field"),
                None => known_fields(message, first),
            };
            self.quoted(
                Lint::UnknownField,
                option,
                field,
                0,
                field.len(),
                error,
                Some(hint),
            );
        } else if message.field(field).is_none() {
            let error = format!("no field `{field}` in `{owner}`");
            let hint = known_fields(message, field);
            self.quoted(
                Lint::UnknownField,
                option,
                field,
                0,
                field.len(),
                error,
                Some(hint),
            );
        }
    }

    /// The mistake that nobody sees: without `body` the JSON that clients post is not read.
    fn unbound_fields(&mut self, template: &Template) {
        if !matches!(self.binding.http_method.as_str(), "POST" | "PUT" | "PATCH")
            || !self.binding.body.is_empty()
        {
            return;
        }
        let Some(message) = self.model.messages.get(&self.method.input) else {
            return;
        };
        let is_bound = |field: &&Field| {
            let path = [field.name.clone()];
            template
                .variables()
                .iter()
                .any(|variable| variable.field_path() == path)
        };
        let unbound: Vec<_> = message
            .fields
            .iter()
            .filter(|field| !is_bound(field) && !field.output_only)
            .map(|field| field.name.as_str())
            .collect();
        if unbound.is_empty() {
            return;
        }
        let message = format!(
            "{} without `body`: a JSON body is not read, and {} can only come from the query string",
            self.binding.http_method,
            list(&unbound),
        );
        let (field, value) = self.template_quote();
        let warning = Diagnostic::warning(&self.binding.position, message)
            .lint(Lint::MissingBody)
            .quote(Quote {
                field,
                offset: 0,
                len: value.len(),
                value,
            })
            .hint("add `body: \"*\"` to the rule");
        self.diagnostics.push(warning);
    }

    fn template_quote(&self) -> (String, String) {
        let field = match self.binding.field {
            "custom" => "path",
            field => field,
        };
        (field.to_owned(), self.binding.template.clone())
    }

    fn in_template(
        &mut self,
        lint: Lint,
        offset: usize,
        len: usize,
        error: String,
        hint: Option<String>,
    ) {
        let (field, value) = self.template_quote();
        self.quoted(lint, &field, &value, offset, len, error, hint);
    }

    fn in_body(&mut self, error: String, hint: &str) {
        let body = &self.binding.body;
        self.quoted(
            Lint::UnexpectedBody,
            "body",
            body,
            0,
            body.len(),
            error,
            Some(hint.to_owned()),
        );
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one sentence")]
    fn quoted(
        &mut self,
        lint: Lint,
        field: &str,
        value: &str,
        offset: usize,
        len: usize,
        error: String,
        hint: Option<String>,
    ) {
        let quote = Quote {
            field: field.to_owned(),
            value: value.to_owned(),
            offset,
            len,
        };
        let mut diagnostic = Diagnostic::error(&self.binding.position, error)
            .lint(lint)
            .quote(quote);
        diagnostic.hint = hint;
        self.diagnostics.push(diagnostic);
    }
}

/// Why a path cannot lead to or through a field.
fn unfit(field: &Field, is_last: bool, model: &Model) -> Option<(String, Option<String>)> {
    let name = &field.name;
    if field.map {
        return Some((
            format!("`{name}` is a map, which no part of a path can be"),
            None,
        ));
    }
    if field.label == Label::Repeated {
        let hint =
            "a variable names one value; leave repeated fields to the query string or the body";
        return Some((
            format!("`{name}` is repeated, which no part of a path can be"),
            Some(hint.to_owned()),
        ));
    }
    let is_message = matches!(field.r#type, Type::Message | Type::Group);
    if !is_last && !is_message {
        return Some((
            format!("`{name}` is not a message, so nothing can follow it"),
            None,
        ));
    }
    if is_last && is_message && !SCALAR_MESSAGES.contains(&field.type_name.as_str()) {
        let inside = model.messages.get(&field.type_name);
        let first = inside.and_then(|message| message.fields.first());
        let hint =
            first.map(|first| format!("name one of its fields, such as `{name}.{}`", first.name));
        return Some((
            format!("`{name}` is a message, which no part of a path can be"),
            hint,
        ));
    }
    None
}

/// What can stand instead of the unknown field `name`.
fn known_fields(message: &Message, name: &str) -> String {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    if let Some(field) = message
        .fields
        .iter()
        .find(|field| plain(&field.name) == plain(name))
    {
        return format!("rules use the names of the .proto file: `{}`", field.name);
    }
    let names: Vec<_> = message
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    match names.len() {
        0 => "it has no fields".to_owned(),
        _ => format!("it has {}", list(&names)),
    }
}

/// The names in backquotes, of many only the first.
fn list(names: &[&str]) -> String {
    let (shown, more) = match names.len() {
        0..=8 => (names, 0),
        len => (&names[..7], len - 7),
    };
    let shown: Vec<_> = shown.iter().map(|name| format!("`{name}`")).collect();
    match more {
        0 => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}
