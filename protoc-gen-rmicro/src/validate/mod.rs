//! Finds what is wrong before anything is rendered: all of it, in one run.

mod collisions;
mod routes;
mod rule;

use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::names::Names;
use crate::options::Options;

/// Adds what is wrong with the model to `diagnostics`.
pub(crate) fn validate(
    model: &Model,
    names: &Names,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) {
    collisions::check(model, names, options, diagnostics);
    if !options.sections.gateway {
        return;
    }
    for package in model.packages.values() {
        for service in &package.services {
            for method in &service.methods {
                for binding in &method.bindings {
                    rule::check(binding, method, model, options, diagnostics);
                }
            }
        }
        routes::check(&package.services, diagnostics);
    }
}
