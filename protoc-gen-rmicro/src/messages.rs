//! Messages and enums, by prost-build as a library.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use prost::Message as _;
use prost_build::{Config, Module};
use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, SourceCodeInfo};

use crate::lower::Locations;
use crate::model::Model;
use crate::names::{Names, PROST, PROST_TYPES};
use crate::options::Options;
use crate::render::rustdoc;
use crate::request::Request;

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
    let mut files = Vec::with_capacity(request.files.len());
    for file in &request.files {
        let mut descriptor = FileDescriptorProto::decode(&*file.bytes)
            .map_err(|error| format!("a file descriptor is not valid: {error}"))?;
        // Imports are there because what derives `Copy` and what needs a box depends on the messages inside; the code
        // made of them is dropped.
        let module = match file.generate {
            true => Module::from_protobuf_package_name(names.prost_package(descriptor.package())),
            false => Module::from_parts(["imported"; 2]),
        };
        descriptor.service.clear();
        renaming.apply(&mut descriptor);
        let locations = file.generate.then(|| Locations::of(&file.descriptor));
        comments.mark(&mut descriptor, locations.as_ref());
        files.push((module, descriptor));
    }
    let mut config = config(names, options, &renaming);
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

/// Gives the files without package the name of their module as package: prost-build would have their types at the root,
/// and the paths between them and packages would lead nowhere.
struct Renaming {
    package: String,
    /// Names at the top of files without package, with a leading dot.
    types: BTreeSet<String>,
}

impl Renaming {
    fn of(request: &Request, names: &Names) -> Self {
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
    fn path(&self, path: &str) -> String {
        let top = path
            .get(1..)
            .and_then(|rest| rest.split('.').next())
            .unwrap_or_default();
        match path.starts_with('.') && self.types.contains(&format!(".{top}")) {
            true => format!(".{}{path}", self.package),
            false => path.to_owned(),
        }
    }

    fn apply(&self, file: &mut FileDescriptorProto) {
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
fn without_package(text: &str, package: &str) -> String {
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

/// The comments of a run. prost-build gets a mark for each, because it has its own ideas of what to do with their text.
#[derive(Default)]
struct Comments(Vec<Vec<String>>);

/// Starts the marks.
const MARK: &str = "rmicro-comment-";

impl Comments {
    /// Gives every element of the file a location, because prost-build panics where one is missing, and those with a
    /// comment a mark.
    fn mark(&mut self, file: &mut FileDescriptorProto, locations: Option<&Locations<'_>>) {
        let mut paths = Vec::new();
        for (at, message) in file.message_type.iter().enumerate() {
            message_paths(message, vec![4, at as i32], &mut paths);
        }
        for (at, one) in file.enum_type.iter().enumerate() {
            enum_paths(one, vec![5, at as i32], &mut paths);
        }
        let location = paths.into_iter().map(|path| {
            let comment = locations.map_or(Vec::new(), |locations| locations.comments(&path));
            let leading_comments = (!comment.is_empty()).then(|| {
                self.0.push(comment);
                format!("{MARK}{}", self.0.len() - 1)
            });
            Location {
                path,
                leading_comments,
                ..Location::default()
            }
        });
        file.source_code_info = Some(SourceCodeInfo {
            location: location.collect(),
        });
    }

    /// The comment that a line is the mark of.
    fn marked(&self, line: &str) -> Option<&[String]> {
        let index = line.strip_prefix("///")?.trim_start().strip_prefix(MARK)?;
        self.0.get(index.parse::<usize>().ok()?).map(Vec::as_slice)
    }
}

fn message_paths(message: &DescriptorProto, path: Vec<i32>, paths: &mut Vec<Vec<i32>>) {
    let inside = |number: i32, at: usize| [&path[..], &[number, at as i32]].concat();
    paths.extend((0..message.field.len()).map(|at| inside(2, at)));
    paths.extend((0..message.oneof_decl.len()).map(|at| inside(8, at)));
    for (at, nested) in message.nested_type.iter().enumerate() {
        message_paths(nested, inside(3, at), paths);
    }
    for (at, one) in message.enum_type.iter().enumerate() {
        enum_paths(one, inside(4, at), paths);
    }
    paths.push(path);
}

fn enum_paths(one: &EnumDescriptorProto, path: Vec<i32>, paths: &mut Vec<Vec<i32>>) {
    paths.extend((0..one.value.len()).map(|at| [&path[..], &[2, at as i32]].concat()));
    paths.push(path);
}

/// Formats Rust, sets its items apart by empty lines, and puts the comments in.
fn formatted(text: &str, comments: &Comments) -> Result<String, String> {
    let file = syn::parse_file(text).map_err(|error| {
        format!("the generated messages are no Rust: {error}; is an attribute or a path of the parameters not valid?")
    })?;
    let text = prettyplease::unparse(&file);
    let text = join_derives(&text);
    let mut spaced = String::with_capacity(text.len() + text.len() / 16);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        match comments.marked(code) {
            Some(comment) => {
                for line in rustdoc(comment) {
                    spaced.push_str(format!("{indent}/// {line}").trim_end());
                    spaced.push('\n');
                }
            }
            None => {
                spaced.push_str(line);
                spaced.push('\n');
            }
        }
        let next = lines.peek().map_or("", |next| next.trim_start());
        let starts_item = ["pub ", "impl ", "fn ", "///", "#["]
            .iter()
            .any(|start| next.starts_with(start));
        if matches!(code, "}" | "{}") && starts_item {
            spaced.push('\n');
        }
    }
    Ok(spaced)
}

/// Puts the traits of a derive on one line where they fit; prettyplease breaks earlier than rustfmt.
fn join_derives(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        joined.push_str(line);
        if line.trim_start() == "#[derive(" {
            let traits: Vec<_> = lines
                .by_ref()
                .take_while(|line| line.trim() != ")]")
                .map(str::trim)
                .collect();
            let one_line = format!("{})]", traits.join(" ").trim_end_matches(','));
            let broken = format!(
                "\n{0}    {1}\n{0})]",
                &line[..line.len() - 9],
                traits.join(&format!("\n{}    ", &line[..line.len() - 9]))
            );
            joined.push_str(if line.len() + one_line.len() <= 100 {
                &one_line
            } else {
                &broken
            });
        }
        joined.push('\n');
    }
    joined
}
