//! Names of the `.proto` that are one name in Rust.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Position};
use crate::model::{Model, Named, Package, TypeDecl, TypeKind};
use crate::names::{self, MethodNames, Names, ServiceNames};
use crate::options::Options;

/// The Rust names of one scope and namespace, each with what it is for.
#[derive(Default)]
struct Scope {
    names: BTreeMap<String, (String, Position)>,
}

impl Scope {
    /// Takes `rust` for `what`, or tells who has it.
    fn take(
        &mut self,
        rust: String,
        what: String,
        position: &Position,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        if rust.is_empty() {
            let error = format!("{what} has no letter or digit that a Rust name could be made of");
            diagnostics.push(Diagnostic::error(position, error));
            return;
        }
        match self.names.get(&rust) {
            Some((other, first)) => diagnostics.push(
                Diagnostic::error(
                    position,
                    format!("{what} and {other} are both `{rust}` in Rust"),
                )
                .related(first, format!("{other} is here"))
                .hint("rename one of them"),
            ),
            None => {
                self.names.insert(rust, (what, position.clone()));
            }
        }
    }
}

pub(super) fn check(
    model: &Model,
    names: &Names,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // The modules of packages and of nested types are in one tree.
    let mut modules = BTreeMap::<Vec<String>, Scope>::new();
    for (name, package) in &model.packages {
        let path = names.modules(name);
        for depth in 0..path.len() {
            let scope = modules.entry(path[..depth].to_vec()).or_default();
            if !scope.names.contains_key(&path[depth]) {
                let outer: Vec<_> = name.split('.').take(depth + 1).collect();
                let what = format!("package `{}`", outer.join("."));
                scope.take(path[depth].clone(), what, &package.position, diagnostics);
            }
        }
    }
    for (name, package) in &model.packages {
        let scope = modules.entry(names.modules(name)).or_default();
        check_package(package, scope, options, diagnostics);
    }
}

fn check_package(
    package: &Package,
    modules: &mut Scope,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut types = Scope::default();
    let mut functions = Scope::default();
    for decl in &package.types {
        check_type(decl, &mut types, modules, diagnostics);
    }
    for service in &package.services {
        let what = format!("service `{}`", service.name);
        let names = ServiceNames::of(&service.name, options);
        let before = diagnostics.len();
        types.take(names.service, what.clone(), &service.position, diagnostics);
        // One mistake is told once: handler, client and functions would clash too.
        if diagnostics.len() > before {
            continue;
        }
        if options.sections.server {
            let handler = format!("the handler of {what}");
            types.take(names.handler, handler, &service.position, diagnostics);
            functions.take(names.register, what.clone(), &service.position, diagnostics);
        }
        if options.sections.client {
            let client = format!("the client of {what}");
            types.take(names.client, client, &service.position, diagnostics);
        }
        if options.sections.gateway
            && service
                .methods
                .iter()
                .any(|method| !method.bindings.is_empty())
        {
            let gateway = format!("the gateway of {what}");
            for name in [
                names.gateway,
                names.gateway_endpoint,
                names.gateway_client,
                names.gateway_server,
            ] {
                functions.take(name, gateway.clone(), &service.position, diagnostics);
            }
        }
        let mut methods = Scope::default();
        for method in &service.methods {
            let what = format!("method `{}`", method.name);
            let names = MethodNames::of(&method.name);
            methods.take(names.constant, what, &method.position, diagnostics);
        }
    }
}

fn check_type(
    decl: &TypeDecl,
    types: &mut Scope,
    modules: &mut Scope,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let kind = match decl.kind {
        TypeKind::Message { .. } => "message",
        TypeKind::Enum { .. } => "enum",
    };
    let what = format!("{kind} `{}`", decl.name);
    let before = diagnostics.len();
    types.take(
        names::type_name(&decl.name),
        what.clone(),
        &decl.position,
        diagnostics,
    );
    if diagnostics.len() > before {
        return;
    }
    match &decl.kind {
        TypeKind::Enum { values } => {
            let variant = |value: &str| names::variant_name(&decl.name, value);
            check_all(values, "value", variant, &mut Scope::default(), diagnostics);
        }
        TypeKind::Message {
            fields,
            oneofs,
            types,
        } => {
            let mut scope = Scope::default();
            let rust = names::function_name;
            check_all(fields, "field", rust, &mut scope, diagnostics);
            let oneof_names = oneofs.iter().map(|(oneof, _)| oneof);
            check_all(oneof_names, "oneof", rust, &mut scope, diagnostics);
            for (_, members) in oneofs {
                check_all(
                    members,
                    "field",
                    names::type_name,
                    &mut Scope::default(),
                    diagnostics,
                );
            }
            if types.is_empty() && oneofs.is_empty() {
                return;
            }
            let module = format!("the module of the types in {what}");
            modules.take(
                names::module_name(&decl.name),
                module,
                &decl.position,
                diagnostics,
            );
            let (mut nested, mut inner) = (Scope::default(), Scope::default());
            for decl in types {
                check_type(decl, &mut nested, &mut inner, diagnostics);
            }
            for (oneof, _) in oneofs {
                let plain = names::type_name(&oneof.name);
                let is_taken = types
                    .iter()
                    .any(|decl| names::type_name(&decl.name) == plain);
                let what = format!("oneof `{}`", oneof.name);
                let name = names::oneof_name(&oneof.name, is_taken);
                nested.take(name, what, &oneof.position, diagnostics);
            }
        }
    }
}

fn check_all<'a>(
    named: impl IntoIterator<Item = &'a Named>,
    kind: &str,
    rust: impl Fn(&str) -> String,
    scope: &mut Scope,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for one in named {
        let what = format!("{kind} `{}`", one.name);
        scope.take(rust(&one.name), what, &one.position, diagnostics);
    }
}
