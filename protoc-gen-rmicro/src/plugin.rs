//! A run as a plugin of protoc or buf.

use std::collections::BTreeSet;

use crate::diagnostic::{self, Sources};
use crate::generate::generate;
use crate::options::Options;
use crate::request::{Caller, File, Request};
use crate::{param, response};

/// The answer to a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The serialized `CodeGeneratorResponse`, for standard output.
    pub response: Vec<u8>,
    /// Warnings, for standard error.
    pub warnings: String,
}

/// Answers a serialized `CodeGeneratorRequest`. What is wrong with the `.proto` files or the parameters is in the answer,
/// where protoc and buf expect it.
///
/// # Errors
/// A sentence where `request` is none.
pub fn answer(request: &[u8]) -> Result<Answer, String> {
    let request = Request::from_plugin(request)?;
    let failed = |error: &str| Answer {
        response: response::error(error),
        warnings: String::new(),
    };
    let options = match param::parse(&request.parameter) {
        Ok(options) => options,
        Err(errors) => return Ok(failed(&errors.join("\n"))),
    };
    let generated = match generate(&request, &options) {
        Ok(generated) => generated,
        Err(error) => return Ok(failed(&error)),
    };
    // protoc tells no texts; the diagnostics quote what matters.
    let text = diagnostic::format(&generated.diagnostics, &Sources::default());
    Ok(match generated.has_failed() {
        true => failed(&text),
        false => Answer {
            warnings: text + &one_call_of_many(&request, &options).unwrap_or_default(),
            response: response::files(generated.outputs),
        },
    })
}

/// What to tell when buf calls once for each directory: each call would write the file that nests the modules, with its
/// own packages only, and buf keeps the first. Nobody tells a plugin about the other calls, but an import that is not
/// generated gives them away.
fn one_call_of_many(request: &Request, options: &Options) -> Option<String> {
    let include_file = options.include_file.as_ref()?;
    let directory = |name: &str| {
        name.rsplit_once('/')
            .map_or("", |(directory, _)| directory)
            .to_owned()
    };
    let directories: BTreeSet<_> = request
        .generated()
        .map(|(_, file)| directory(file.descriptor.name()))
        .collect();
    let is_foreign = |file: &&File| {
        let name = file.descriptor.name();
        !file.generate
            && rmicro::bundled::file(name).is_none()
            && !directories.contains(&directory(name))
    };
    let import = request.files.iter().find(is_foreign)?;
    (request.caller == Caller::Other && directories.len() == 1).then(|| {
        format!(
            "warning: `{include_file}` has only the modules of this call, which did not generate the imported `{}`: \
             with buf set `strategy: all`, or `include_file=` for no such file\n",
            import.descriptor.name()
        )
    })
}

/// The help text of the plugin.
pub fn help() -> String {
    format!(
        "protoc-gen-rmicro {}: generates gRPC services, clients and HTTP gateways in Rust.\n\n\
         It is a plugin; protoc and buf call it:\n\n  \
         protoc --rmicro_out=DIR [--rmicro_opt=NAME=VALUE,...] FILE.proto\n\n\
         Parameters (`NAME` alone is `NAME=true`; `\\,` is a comma in a value):\n\n{}",
        env!("CARGO_PKG_VERSION"),
        param::help(),
    )
}
