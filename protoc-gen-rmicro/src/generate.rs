//! The pipe: from a request to files and diagnostics.

use crate::diagnostic::{Diagnostic, Lint, Severity};
use crate::names::Names;
use crate::options::Options;
use crate::request::Request;
use crate::response::Output;
use crate::{lower, messages, render, validate};

/// What a run brought forth.
#[derive(Debug)]
pub(crate) struct Generated {
    /// The files; none where there are errors.
    pub(crate) outputs: Vec<Output>,
    /// Errors and warnings.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Generated {
    /// Whether there is an error.
    pub(crate) fn has_failed(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|one| one.severity == Severity::Error)
    }
}

/// Generates the code of a request.
///
/// # Errors
/// A sentence about what no position can be told for.
pub(crate) fn generate(request: &Request, options: &Options) -> Result<Generated, String> {
    let mut diagnostics = Vec::new();
    let model = lower::lower(request, &mut diagnostics);
    let names = Names::new(request, &model, options);
    validate::validate(&model, &names, options, &mut diagnostics);
    let is_in = |lint: Option<Lint>, lints: &[Lint]| lint.is_some_and(|lint| lints.contains(&lint));
    diagnostics.retain(|one| !is_in(one.lint, &options.allow));
    for diagnostic in &mut diagnostics {
        if is_in(diagnostic.lint, &options.warn) {
            diagnostic.severity = Severity::Warning;
        } else if options.strict {
            diagnostic.severity = Severity::Error;
        }
    }
    let mut generated = Generated {
        outputs: Vec::new(),
        diagnostics,
    };
    if !generated.has_failed() {
        let messages = messages::generate(request, &model, &names, options)?;
        generated.outputs = render::render(request, &model, &names, options, &messages);
    }
    Ok(generated)
}
