//! Rust names: all of them are made here.
//!
//! Types, modules, fields and variants have to be what prost-build makes of the same descriptors, because the messages are
//! its work; constants, functions and traits of services are our own.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::model::Model;
use crate::options::Options;
use crate::request::Request;

/// Where the things of packages are in Rust.
#[derive(Debug)]
pub(crate) struct Names {
    /// Module of the files without package.
    root: String,
    /// Types and packages that exist already, by full name without a leading dot.
    externs: BTreeMap<String, String>,
    /// Packages by length, longest first, to find the one of a type.
    packages: BTreeSet<String>,
}

/// The Rust names around one service.
#[derive(Debug)]
pub(crate) struct ServiceNames {
    /// `Greeter`
    pub(crate) service: String,
    /// `GreeterHandler`
    pub(crate) handler: String,
    /// `GreeterClient`
    pub(crate) client: String,
    /// `register_greeter_handler`
    pub(crate) register: String,
    /// `register_greeter_gw`
    pub(crate) gateway: String,
    /// `register_greeter_gw_from_endpoint`
    pub(crate) gateway_endpoint: String,
    /// `register_greeter_gw_client`
    pub(crate) gateway_client: String,
    /// `register_greeter_gw_server`
    pub(crate) gateway_server: String,
}

/// The Rust names of one method.
#[derive(Debug)]
pub(crate) struct MethodNames {
    /// `hello`
    pub(crate) function: String,
    /// `HELLO`
    pub(crate) constant: String,
}

/// The path of prost in generated code.
pub(crate) const PROST: &str = "::rmicro::codegen::prost";
/// The path of prost-types in generated code.
pub(crate) const PROST_TYPES: &str = "::rmicro::codegen::prost_types";

impl Names {
    pub(crate) fn new(request: &Request, model: &Model, options: &Options) -> Self {
        let files = || request.files.iter().map(|file| &file.descriptor);
        let mut externs = BTreeMap::new();
        for (proto, rust) in well_known() {
            externs.insert(proto.to_owned(), rust);
        }
        for file in request.files.iter().filter(|file| !file.generate) {
            let descriptor = &file.descriptor;
            let (name, package) = (descriptor.name(), descriptor.package());
            if rmicro::bundled::file(name).is_none() || package == "google.protobuf" {
                continue;
            }
            let messages = descriptor.message_type.iter().map(|message| message.name());
            let enums = descriptor.enum_type.iter().map(|one| one.name());
            for name in messages.chain(enums) {
                let module = package.replace('.', "::");
                externs.insert(
                    format!("{package}.{name}"),
                    format!("::rmicro::{module}::{}", type_name(name)),
                );
            }
        }
        for (proto, rust) in &options.messages.extern_path {
            externs.insert(proto.trim_start_matches('.').to_owned(), rust.clone());
        }
        Self {
            root: root_module(request, model, options),
            externs,
            packages: files().map(|file| file.package().to_owned()).collect(),
        }
    }

    /// The name that prost-build is to know a package by: files without package are given one, so that paths between them
    /// and packages come out right.
    pub(crate) fn prost_package<'a>(&'a self, package: &'a str) -> &'a str {
        match package {
            "" => &self.root,
            _ => package,
        }
    }

    /// The modules of a package, from the outermost.
    pub(crate) fn modules(&self, package: &str) -> Vec<String> {
        self.prost_package(package)
            .split('.')
            .map(module_name)
            .collect()
    }

    /// The path of the module of `to` as the module of `from` sees it, with `::` at its end; empty for the same.
    pub(crate) fn module_path(&self, from: &str, to: &str) -> String {
        let (from, to) = (self.modules(from), self.modules(to));
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("super", from.len() - common);
        let down = to[common..].iter().map(String::as_str);
        up.chain(down).map(|part| format!("{part}::")).collect()
    }

    /// The path of the message `full_name` as the module of `package` sees it.
    pub(crate) fn message_path(&self, package: &str, full_name: &str) -> String {
        if let Some(path) = self.extern_path(full_name) {
            return path;
        }
        // The package is the longest one that the name starts with.
        let mut scope = full_name;
        let owner = loop {
            match scope.rsplit_once('.') {
                Some((outer, _)) if self.packages.contains(outer) => break outer,
                Some((outer, _)) => scope = outer,
                None => break "",
            }
        };
        let inside = full_name
            .strip_prefix(owner)
            .unwrap_or(full_name)
            .trim_start_matches('.');
        let mut path = self.module_path(package, owner);
        let mut names = inside.split('.').peekable();
        while let Some(name) = names.next() {
            match names.peek() {
                Some(_) => path.push_str(&format!("{}::", module_name(name))),
                None => path.push_str(&type_name(name)),
            }
        }
        path
    }

    fn extern_path(&self, full_name: &str) -> Option<String> {
        if let Some(path) = self.externs.get(full_name) {
            return Some(path.clone());
        }
        let dots = full_name.rmatch_indices('.');
        let (at, path) = dots
            .map(|(at, _)| (at, &full_name[..at]))
            .find_map(|(at, scope)| Some((at, self.externs.get(scope)?)))?;
        let mut names: Vec<_> = full_name[at + 1..].split('.').collect();
        let last = names.pop()?;
        // As prost-build does it, so that `foo::Bar` as the path of a message leads to its nested types in `foo::bar`.
        let mut parts: Vec<_> = path
            .split("::")
            .map(|part| match part {
                "crate" | "self" | "super" => part.to_owned(),
                _ => module_name(part),
            })
            .collect();
        parts.extend(names.into_iter().map(module_name));
        parts.push(type_name(last));
        Some(parts.join("::"))
    }

    /// The types that exist already, as pairs for prost-build: full name with a leading dot, and path.
    pub(crate) fn externs(&self) -> impl Iterator<Item = (String, &str)> {
        self.externs
            .iter()
            .map(|(proto, rust)| (format!(".{proto}"), rust.as_str()))
    }
}

/// What prost-types has, with the wrappers and `Empty` as plain Rust types.
fn well_known() -> Vec<(&'static str, String)> {
    let alloc = |name: &str| format!("{PROST}::alloc::{name}");
    vec![
        ("google.protobuf", PROST_TYPES.to_owned()),
        ("google.protobuf.BoolValue", "bool".to_owned()),
        ("google.protobuf.BytesValue", alloc("vec::Vec<u8>")),
        ("google.protobuf.DoubleValue", "f64".to_owned()),
        ("google.protobuf.Empty", "()".to_owned()),
        ("google.protobuf.FloatValue", "f32".to_owned()),
        ("google.protobuf.Int32Value", "i32".to_owned()),
        ("google.protobuf.Int64Value", "i64".to_owned()),
        ("google.protobuf.StringValue", alloc("string::String")),
        ("google.protobuf.UInt32Value", "u32".to_owned()),
        ("google.protobuf.UInt64Value", "u64".to_owned()),
    ]
}

/// The module of files without package: the stem of the only one, or the default, which also is the way out where a
/// package has that name. Imported files count where none is generated, because another run generates them.
fn root_module(request: &Request, model: &Model, options: &Options) -> String {
    let files = || {
        request
            .files
            .iter()
            .filter(|file| file.descriptor.package().is_empty())
    };
    let generated: Vec<_> = files().filter(|file| file.generate).collect();
    let files = if generated.is_empty() {
        files().collect()
    } else {
        generated
    };
    if let [file] = files.as_slice() {
        let name = file
            .descriptor
            .name()
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let stem = name.strip_suffix(".proto").unwrap_or(name).to_snake_case();
        let is_package = |package: &String| package.split('.').next() == Some(&stem);
        if !stem.is_empty() && !model.packages.keys().any(is_package) {
            return stem;
        }
    }
    options.default_package_filename.clone()
}

impl ServiceNames {
    pub(crate) fn of(service: &str, options: &Options) -> Self {
        let service_name = type_name(service);
        let base = service_name.trim_end_matches('_');
        let snake = base.to_snake_case();
        let gateway = format!(
            "register_{snake}_{}",
            options.register_func_suffix.to_snake_case()
        );
        Self {
            handler: format!("{base}Handler"),
            client: format!("{base}Client"),
            register: format!("register_{snake}_handler"),
            gateway_endpoint: format!("{gateway}_from_endpoint"),
            gateway_client: format!("{gateway}_client"),
            gateway_server: format!("{gateway}_server"),
            gateway,
            service: service_name,
        }
    }

    /// Whether a unit struct of this name would hide a variant that everyone's code uses without a path.
    pub(crate) fn hides_prelude(&self) -> bool {
        matches!(self.service.as_str(), "Some" | "None" | "Ok" | "Err")
    }
}

impl MethodNames {
    pub(crate) fn of(method: &str) -> Self {
        let mut function = function_name(method);
        // The client has these two of its own.
        if matches!(function.as_str(), "new" | "clone") {
            function.push('_');
        }
        let mut constant = method.to_shouty_snake_case();
        if constant.starts_with(|c: char| c.is_numeric()) {
            constant.insert(0, '_');
        }
        if constant == "SERVICE" {
            constant.push('_');
        }
        Self { function, constant }
    }

    /// Whether a method call on an `Arc` would find another method of this name first.
    pub(crate) fn is_shadowed(&self) -> bool {
        matches!(
            self.function.as_str(),
            "as_ref" | "into" | "try_into" | "to_owned" | "drop"
        )
    }
}

/// The name of a message, enum, service, oneof or variant.
pub(crate) fn type_name(name: &str) -> String {
    sanitized(name.to_upper_camel_case())
}

/// The name of a module of a package or of a message's nested types.
pub(crate) fn module_name(name: &str) -> String {
    sanitized(name.to_snake_case())
}

/// The name of a field or function.
pub(crate) fn function_name(name: &str) -> String {
    sanitized(name.to_snake_case())
}

/// The name of an enum's variant: without the name of the enum, where the rest is a name.
pub(crate) fn variant_name(of: &str, value: &str) -> String {
    let (prefix, name) = (type_name(of), type_name(value));
    match name.strip_prefix(&prefix) {
        Some(rest) if rest.starts_with(char::is_uppercase) => sanitized(rest.to_owned()),
        _ => name,
    }
}

/// The type of a oneof, which gives way to a nested type of the same name.
pub(crate) fn oneof_name(oneof: &str, is_taken: bool) -> String {
    let name = type_name(oneof);
    match is_taken {
        true => format!("{name}OneOf"),
        false => name,
    }
}

/// A raw identifier for a keyword, an underscore where there can be none.
fn sanitized(name: String) -> String {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
        "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
        "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
        "virtual", "where", "while", "yield",
    ];
    match name.as_str() {
        "_" | "super" | "self" | "Self" | "extern" | "crate" => format!("{name}_"),
        _ if KEYWORDS.contains(&name.as_str()) => format!("r#{name}"),
        _ if name.starts_with(|c: char| c.is_numeric()) => format!("_{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_give_way_to_what_clients_have() {
        for (method, function, constant) in [
            ("SayHello", "say_hello", "SAY_HELLO"),
            ("say_hello", "say_hello", "SAY_HELLO"),
            ("New", "new_", "NEW"),
            ("clone", "clone_", "CLONE"),
            ("Service", "service", "SERVICE_"),
            ("Type", "r#type", "TYPE"),
            ("Self", "self_", "SELF"),
            ("GetV2", "get_v2", "GET_V2"),
            ("_1", "_1", "_1"),
        ] {
            let names = MethodNames::of(method);
            assert_eq!(
                (names.function.as_str(), names.constant.as_str()),
                (function, constant)
            );
        }
    }

    #[test]
    fn variants_lose_the_name_of_their_enum() {
        for (of, value, variant) in [
            ("Color", "COLOR_RED", "Red"),
            ("Color", "RED", "Red"),
            ("Color", "COLORFUL", "Colorful"),
            ("Color", "COLOR_1", "Color1"),
            ("Color", "COLOR_SELF", "Self_"),
        ] {
            assert_eq!(variant_name(of, value), variant, "{value}");
        }
    }
}
