//! Messages and enums, by prost-build as a library.

mod btree;
mod comments;
mod format;
mod groups;
mod lowering;
mod needed;
mod renaming;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use prost::Message as _;
use prost_build::{Config, Module};
use prost_types::FileDescriptorProto;

use crate::lower::Locations;
use crate::model::Model;
use crate::names::{Names, PROST, PROST_TYPES};
use crate::options::Options;
use crate::request::Request;

pub(crate) use self::lowering::is_known as is_known_edition;

use self::comments::Comments;
use self::format::formatted;
use self::renaming::{Renaming, without_package};

/// The message types of each package as formatted Rust; packages without any are left out.
///
/// # Errors
/// A sentence that tells what prost-build does not take.
pub(crate) fn generate(
    request: &Request,
    model: &Model,
    names: &Names,
    options: &Options,
) -> Result<BTreeMap<String, String>, String> {
    if !options.sections.messages {
        return Ok(BTreeMap::new());
    }
    let renaming = Renaming::of(request, names);
    let mut comments = Comments::default();
    let mut files = Vec::new();
    for index in needed::files(request) {
        let file = &request.files[index];
        let mut descriptor = FileDescriptorProto::decode(&*file.bytes)
            .map_err(|error| format!("a file descriptor is not valid: {error}"))?;
        // Imports are there because what derives `Copy` and what needs a box depends on the messages inside; the code
        // made of them is dropped.
        let module = match file.generate {
            true => Module::from_protobuf_package_name(names.prost_package(descriptor.package())),
            false => Module::from_parts(["imported"; 2]),
        };
        lowering::lower(&mut descriptor, &file.descriptor);
        descriptor.service.clear();
        renaming.apply(&mut descriptor);
        let locations = file.generate.then(|| Locations::of(&file.descriptor));
        comments.mark(&mut descriptor, locations.as_ref());
        files.push((module, descriptor));
    }
    let mut config = config(names, options, &renaming);
    for path in groups::recursive(files.iter().map(|(_, file)| file)) {
        config.boxed(path);
    }
    for path in btree::messages(
        files.iter().map(|(_, file)| file),
        &options.messages.btree_map,
        &renaming,
    ) {
        // prost-derive's own `Debug` of such a message names `::prost`, which its user may not depend on.
        config
            .skip_debug([&path])
            .type_attribute(path, "#[derive(Debug)]");
    }
    // prost-build panics on descriptors that no compiler makes; a plugin must answer all the same.
    let modules = catch_unwind(AssertUnwindSafe(move || config.generate(files)))
        .map_err(|_| {
            "prost-build cannot generate these messages; are the descriptors valid?".to_owned()
        })?
        .map_err(|error| format!("prost-build cannot generate these messages: {error}"))?;

    let mut texts = BTreeMap::new();
    for package in model.packages.keys() {
        let name = names.prost_package(package);
        let Some(text) = modules.get(&Module::from_protobuf_package_name(name)) else {
            continue;
        };
        let text = match package.as_str() {
            "" => without_package(text, name),
            _ => text.clone(),
        };
        texts.insert(package.clone(), formatted(&text, &comments)?);
    }
    Ok(texts)
}

fn config(names: &Names, options: &Options, renaming: &Renaming) -> Config {
    let messages = &options.messages;
    let path = |path: &str| renaming.path(path);
    let mut config = Config::new();
    config
        .prost_path(PROST)
        .prost_types_path(PROST_TYPES)
        // `names` has the well-known types among its own.
        .compile_well_known_types()
        .enable_type_names()
        // What `Any` has before the name of a type.
        .type_name_domain(["."], "type.googleapis.com")
        .btree_map(messages.btree_map.iter().map(|one| path(one)))
        .bytes(messages.bytes.iter().map(|one| path(one)))
        .disable_comments(messages.disable_comments.iter().map(|one| path(one)));
    for (proto, rust) in names.externs() {
        config.extern_path(path(&proto), rust);
    }
    for (proto, attribute) in &messages.type_attribute {
        config.type_attribute(path(proto), attribute);
    }
    for (proto, attribute) in &messages.message_attribute {
        config.message_attribute(path(proto), attribute);
    }
    for (proto, attribute) in &messages.enum_attribute {
        config.enum_attribute(path(proto), attribute);
    }
    for (proto, attribute) in &messages.field_attribute {
        config.field_attribute(path(proto), attribute);
    }
    for one in &messages.boxed {
        config.boxed(path(one));
    }
    config
}
