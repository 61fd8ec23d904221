//! Files without package among files with one.

use std::collections::BTreeSet;

use prost_types::{DescriptorProto, FileDescriptorProto};

use crate::names::Names;
use crate::request::Request;

/// Gives the files without package the name of their module as package: prost-build would have their types at the root,
/// and the paths between them and packages would lead nowhere.
pub(super) struct Renaming {
    package: String,
    /// Names at the top of files without package, with a leading dot.
    types: BTreeSet<String>,
}

impl Renaming {
    pub(super) fn of(request: &Request, names: &Names) -> Self {
        let files = request.files.iter().map(|file| &file.descriptor);
        let types = files
            .filter(|file| file.package().is_empty())
            .flat_map(|file| {
                let messages = file.message_type.iter().map(|message| message.name());
                messages.chain(file.enum_type.iter().map(|one| one.name()))
            })
            .map(|name| format!(".{name}"))
            .collect();
        Self {
            package: names.prost_package("").to_owned(),
            types,
        }
    }

    /// The full name as prost-build is to know it.
    pub(super) fn path(&self, path: &str) -> String {
        let top = path
            .get(1..)
            .and_then(|rest| rest.split('.').next())
            .unwrap_or_default();
        match path.starts_with('.') && self.types.contains(&format!(".{top}")) {
            true => format!(".{}{path}", self.package),
            false => path.to_owned(),
        }
    }

    pub(super) fn apply(&self, file: &mut FileDescriptorProto) {
        if self.types.is_empty() {
            return;
        }
        if file.package().is_empty() {
            file.package = Some(self.package.clone());
        }
        let mut messages: Vec<&mut DescriptorProto> = file.message_type.iter_mut().collect();
        while let Some(message) = messages.pop() {
            for field in &mut message.field {
                if let Some(name) = &mut field.type_name {
                    *name = self.path(name);
                }
            }
            messages.extend(&mut message.nested_type);
        }
    }
}

/// Takes the module's name out again where messages tell their protobuf names.
pub(super) fn without_package(text: &str, package: &str) -> String {
    let constant = format!("const PACKAGE: &'static str = \"{package}\";");
    let (name, url) = (format!("{{ \"{package}."), format!("/{package}."));
    let lines = text.lines().map(|line| {
        let code = line.trim_start();
        if code == constant {
            "const PACKAGE: &'static str = \"\";".to_owned()
        } else if code.starts_with("fn full_name() -> ") {
            line.replacen(&name, "{ \"", 1).replacen(&url, "/", 1)
        } else {
            line.to_owned()
        }
    });
    lines.map(|line| line + "\n").collect()
}
