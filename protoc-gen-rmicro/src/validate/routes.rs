//! Bindings against each other.

use std::collections::BTreeMap;

use rmicro::template::{Segment, Template};

use crate::diagnostic::{Diagnostic, Lint, Quote};
use crate::model::{Binding, Method, Service};

/// What a route matches: two of them are the same when these are.
type Key<'a> = (&'a str, Vec<String>, Option<String>);

/// Two bindings of one service must not match the same requests; two of one package are doubtful, because their services
/// cannot share a gateway.
pub(super) fn check(services: &[Service], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<Key<'_>, (&Service, &Method, &Binding)> = BTreeMap::new();
    for service in services {
        for method in &service.methods {
            for binding in &method.bindings {
                let Ok(template) = Template::parse(&binding.template) else {
                    continue;
                };
                let key = key(&binding.http_method, &template);
                match seen.get(&key) {
                    Some(first) => diagnostics.push(duplicate((service, method, binding), *first)),
                    None => {
                        seen.insert(key, (service, method, binding));
                    }
                }
            }
        }
    }
}

fn duplicate(
    (service, method, binding): (&Service, &Method, &Binding),
    (first_service, first_method, first): (&Service, &Method, &Binding),
) -> Diagnostic {
    let same_service = std::ptr::eq(service, first_service);
    let route = format!("{} {}", binding.http_method, binding.template);
    let owner = match same_service {
        true => format!("`{}`", first_method.name),
        false => format!("`{}.{}`", first_service.name, first_method.name),
    };
    let message = match (same_service, std::ptr::eq(method, first_method)) {
        (true, true) => format!("`{route}` leads to `{}` twice", method.name),
        (true, false) => format!("`{route}` leads to {owner} already"),
        (false, _) => {
            format!("`{route}` leads to {owner} already; the two services cannot share a gateway")
        }
    };
    let diagnostic = match same_service {
        true => Diagnostic::error(&binding.position, message),
        false => Diagnostic::warning(&binding.position, message),
    };
    let field = match binding.field {
        "custom" => "path",
        field => field,
    };
    diagnostic
        .lint(Lint::DuplicateRoute)
        .quote(Quote {
            field: field.to_owned(),
            value: binding.template.clone(),
            offset: 0,
            len: binding.template.len(),
        })
        .related(
            &first.position,
            format!("{owner} has `{} {}`", first.http_method, first.template),
        )
}

fn key<'a>(http_method: &'a str, template: &Template) -> Key<'a> {
    let segments = template.segments().iter().map(|segment| match segment {
        // No literal starts with a star.
        Segment::Literal(text) => text.clone(),
        Segment::Star => "*".to_owned(),
        Segment::DoubleStar => "**".to_owned(),
    });
    (
        http_method,
        segments.collect(),
        template.verb().map(str::to_owned),
    )
}
