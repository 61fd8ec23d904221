//! From `google.api.HttpRule` to bindings.

use rmicro::descriptor::{HttpRule, Pattern};

use crate::diagnostic::{Diagnostic, Lint, Position};
use crate::model::Binding;

/// The bindings of a rule, the main one first.
pub(super) fn bindings(
    rule: &HttpRule,
    position: &Position,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Binding> {
    let mut bindings = Vec::new();
    match binding(rule, position) {
        Some(binding) => bindings.push(binding),
        None => diagnostics.push(
            Diagnostic::error(position, "the rule has no HTTP method and path")
                .lint(Lint::MissingPattern)
                .hint("add one such as `get: \"/v1/things\"`"),
        ),
    }
    for (index, additional) in rule.additional_bindings.iter().enumerate() {
        match binding(additional, position) {
            Some(binding) => bindings.push(binding),
            None => diagnostics.push(
                Diagnostic::error(
                    position,
                    format!(
                        "additional binding {} has no HTTP method and path",
                        index + 1
                    ),
                )
                .lint(Lint::MissingPattern)
                .hint("add one such as `get: \"/v1/things\"`"),
            ),
        }
        if !additional.additional_bindings.is_empty() {
            diagnostics.push(
                Diagnostic::error(
                    position,
                    format!(
                        "additional binding {} has additional bindings of its own",
                        index + 1
                    ),
                )
                .lint(Lint::MissingPattern)
                .hint("move them to the rule itself"),
            );
        }
    }
    bindings
}

fn binding(rule: &HttpRule, position: &Position) -> Option<Binding> {
    let (field, http_method, template) = match rule.pattern.as_ref()? {
        Pattern::Get(path) => ("get", "GET", path),
        Pattern::Put(path) => ("put", "PUT", path),
        Pattern::Post(path) => ("post", "POST", path),
        Pattern::Delete(path) => ("delete", "DELETE", path),
        Pattern::Patch(path) => ("patch", "PATCH", path),
        Pattern::Custom(custom) => ("custom", custom.kind.as_str(), &custom.path),
    };
    Some(Binding {
        position: position.clone(),
        field,
        http_method: http_method.to_owned(),
        template: template.clone(),
        body: rule.body.clone(),
        response_body: rule.response_body.clone(),
    })
}
