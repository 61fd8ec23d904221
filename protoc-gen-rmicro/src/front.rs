//! From `.proto` files to descriptors, for `build.rs`: by protox, or by the protoc that is asked for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use miette::Diagnostic as _;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, IncludeFileResolver};

use crate::diagnostic::{self, Diagnostic, Position, Sources, Span};

/// Descriptors, and the files that they were read from.
pub(crate) struct Compiled {
    /// A serialized `FileDescriptorSet` with imports and source info.
    pub(crate) set: Vec<u8>,
    /// The name of each file in descriptors, and its path; bundled files have none.
    pub(crate) paths: Vec<(String, PathBuf)>,
}

/// The bundled files; they come after those of the include paths.
struct Bundled;

impl FileResolver for Bundled {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match rmicro::bundled::file(name) {
            Some(text) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// Compiles by protox.
///
/// # Errors
/// What protox found, formatted with its place.
pub(crate) fn protox(protos: &[PathBuf], includes: &[PathBuf]) -> Result<Compiled, String> {
    let mut resolver = ChainFileResolver::new();
    for include in includes {
        resolver.add(IncludeFileResolver::new(include.clone()));
    }
    resolver.add(Bundled);
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    for proto in protos {
        compiler
            .open_file(proto)
            .map_err(|error| explain(&error, proto, includes))?;
    }
    let files = compiler.files();
    let paths = files.filter_map(|file| Some((file.name().to_owned(), file.path()?.to_owned())));
    let paths = paths.collect();
    Ok(Compiled {
        set: compiler.encode_file_descriptor_set(),
        paths,
    })
}

/// An error of protox in our own form.
fn explain(error: &protox::Error, proto: &Path, includes: &[PathBuf]) -> String {
    let file = error
        .file()
        .map_or_else(|| proto.display().to_string(), str::to_owned);
    let mut sources = Sources::default();
    if let Some((path, text)) = read(&file, includes) {
        sources.insert(file.clone(), path, text);
    }
    let label = error.labels().and_then(|mut labels| labels.next());
    let span = label.and_then(|label| {
        let text = sources.text(&file)?;
        let start = text.get(..label.offset())?;
        let (line, column) = (
            start.matches('\n').count(),
            start.rsplit('\n').next()?.len(),
        );
        Some(Span {
            line,
            column,
            end_line: line,
            end_column: column + label.len(),
        })
    });
    let mut diagnostic = Diagnostic::error(
        &Position {
            file: file.clone(),
            span,
        },
        error.to_string(),
    );
    diagnostic.hint = match error.help() {
        Some(help) => Some(help.to_string()),
        None => hint(error, sources.text(&file)),
    };
    diagnostic::format(&[diagnostic], &sources)
}

fn hint(error: &protox::Error, text: Option<&str>) -> Option<String> {
    if text.is_some_and(|text| {
        text.lines()
            .any(|line| line.trim_start().starts_with("edition"))
    }) && error.is_parse()
    {
        return Some(
            "editions need a real protoc: set the environment variable `PROTOC` to one".to_owned(),
        );
    }
    error.is_file_not_found().then(|| "imports are looked up in the include paths, and among the bundled google/api, google/rpc and google/protobuf".to_owned())
}

/// Path and text of a file below one of the include paths.
fn read(name: &str, includes: &[PathBuf]) -> Option<(String, String)> {
    let paths = includes.iter().map(|include| include.join(name));
    let path = paths
        .chain([PathBuf::from(name)])
        .find(|path| path.is_file())?;
    Some((shown(&path), fs::read_to_string(&path).ok()?))
}

/// The path without a leading `./`.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Compiles by the protoc at `executable`; `scratch` is an existing directory for its files.
///
/// # Errors
/// What protoc says, or why it could not be run.
pub(crate) fn protoc(
    executable: &Path,
    protos: &[PathBuf],
    includes: &[PathBuf],
    scratch: &Path,
) -> Result<Compiled, String> {
    let bundled = scratch.join("rmicro-bundled");
    for (name, text) in rmicro::bundled::FILES {
        let path = bundled.join(name);
        let parent = path.parent().unwrap_or(&bundled);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    let set = scratch.join("rmicro-descriptors.binpb");
    let output = Command::new(executable)
        .args(["--include_imports", "--include_source_info"])
        .arg(joined("--descriptor_set_out=", &set))
        .args(includes.iter().map(|include| joined("-I", include)))
        .arg(joined("-I", &bundled))
        .args(protos)
        .output()
        .map_err(|error| format!("cannot run `{}`: {error}", executable.display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`{}` failed:\n{}",
            executable.display(),
            text.trim_end()
        ));
    }
    let bytes =
        fs::read(&set).map_err(|error| format!("cannot read `{}`: {error}", set.display()))?;
    let names = crate::request::Request::from_set(&bytes)?;
    let names = names.files.iter().map(|file| file.descriptor.name());
    let paths = names.filter_map(|name| {
        let path = includes
            .iter()
            .map(|include| include.join(name))
            .find(|path| path.is_file())?;
        Some((name.to_owned(), path))
    });
    Ok(Compiled {
        paths: paths.collect(),
        set: bytes,
    })
}

fn joined(option: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(option);
    argument.push(path);
    argument
}
