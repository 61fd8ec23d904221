//! From descriptors to the model.

mod http_rule;
mod locations;
mod messages;

use rmicro::descriptor::{
    Edition, FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto,
};

use crate::diagnostic::Diagnostic;
use crate::messages::is_known_edition;
use crate::model::{Kind, Method, Model, Service};
use crate::request::Request;

pub(crate) use locations::Locations;

/// Field number of the edition in a `FileDescriptorProto`.
const EDITION: i32 = 14;

/// The model of a request; mistakes in the form of rules are added to `diagnostics`.
pub(crate) fn lower(request: &Request, diagnostics: &mut Vec<Diagnostic>) -> Model {
    let mut model = Model::default();
    for file in &request.files {
        messages::collect(&file.descriptor, &mut model.messages);
    }
    for (index, file) in request.generated() {
        let descriptor = &file.descriptor;
        let locations = Locations::of(descriptor);
        if !is_known_edition(descriptor) {
            let position = locations.position(&[EDITION]);
            let error = format!(
                "{} is not known; this generator knows proto2, proto3 and the editions 2023 and 2024",
                match descriptor.syntax() {
                    "editions" => format!("edition {}", edition(descriptor)),
                    syntax => format!("syntax `{syntax}`"),
                }
            );
            diagnostics.push(Diagnostic::error(&position, error));
            continue;
        }
        let package = model
            .packages
            .entry(descriptor.package().to_owned())
            .or_default();
        if package.files.is_empty() {
            package.position = locations.position(&[2]);
        }
        package.files.push(index);
        package
            .types
            .extend(messages::types(descriptor, &locations));
        for (index, service) in descriptor.service.iter().enumerate() {
            let service = lower_service(descriptor, service, index, &locations, diagnostics);
            package.services.push(service);
        }
    }
    model
}

/// The edition by its name, or by its number.
fn edition(file: &FileDescriptorProto) -> String {
    match file.edition {
        Some(edition) if edition == Edition::Edition2026 as i32 => "2026".to_owned(),
        Some(number) => format!("of number {number}"),
        None => "without a number".to_owned(),
    }
}

fn lower_service(
    file: &FileDescriptorProto,
    service: &ServiceDescriptorProto,
    index: usize,
    locations: &Locations<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Service {
    let path = [6, index as i32];
    let full_name = match file.package() {
        "" => service.name().to_owned(),
        package => format!("{package}.{}", service.name()),
    };
    let methods = service.method.iter().enumerate();
    let methods = methods
        .map(|(index, method)| {
            let path = [path[0], path[1], 2, index as i32];
            lower_method(method, &path, locations, diagnostics)
        })
        .collect();
    Service {
        name: service.name().to_owned(),
        full_name,
        position: locations.name(&path),
        comments: locations.comments(&path),
        deprecated: service
            .options
            .as_ref()
            .is_some_and(|options| options.deprecated()),
        methods,
    }
}

fn lower_method(
    method: &MethodDescriptorProto,
    path: &[i32],
    locations: &Locations<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Method {
    let options = method.options.as_ref();
    let bindings = match options.and_then(|options| options.http.as_ref()) {
        Some(rule) => http_rule::bindings(rule, &locations.http_rule(path), diagnostics),
        None => Vec::new(),
    };
    Method {
        name: method.name().to_owned(),
        position: locations.name(path),
        comments: locations.comments(path),
        deprecated: options.is_some_and(|options| options.deprecated()),
        kind: Kind::of(method.client_streaming(), method.server_streaming()),
        input: method.input_type().trim_start_matches('.').to_owned(),
        output: method.output_type().trim_start_matches('.').to_owned(),
        bindings,
    }
}
