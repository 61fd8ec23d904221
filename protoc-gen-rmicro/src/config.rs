//! A run from `build.rs`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{self, Diagnostic, Lint, Sources};
use crate::front::{self, Compiled};
use crate::generate::generate;
use crate::options::Options;
use crate::request::Request;
use crate::response::Output;

/// Generates code from `build.rs`, without protoc:
///
/// ```no_run
/// protoc_gen_rmicro::Config::new().compile_protos(&["proto/hello.proto"], &["proto"])?;
/// # Ok::<(), protoc_gen_rmicro::Error>(())
/// ```
///
/// and `rmicro::include_proto!("hello");` includes it. `google/api/*.proto`, `google/rpc/*.proto` and the well-known types
/// are found without being there. The environment variable `PROTOC` selects a protoc to parse with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    options: Options,
    out_dir: Option<PathBuf>,
    protoc: Option<PathBuf>,
}

/// Why nothing was generated: what is wrong with the `.proto` files, each mistake with its place.
pub struct Error(String);

impl Config {
    /// All parts, and nothing special.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the files go; `OUT_DIR` if not given.
    pub fn out_dir(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.out_dir = Some(path.into());
        self
    }

    /// The protoc to parse with, before the environment variable `PROTOC`; protox parses where there is neither.
    pub fn protoc_executable(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.protoc = Some(path.into());
        self
    }

    /// Whether message types are generated; `false` where they exist, in the same modules.
    pub fn messages(&mut self, generate: bool) -> &mut Self {
        self.options.sections.messages = generate;
        self
    }

    /// Whether clients are generated.
    pub fn client(&mut self, generate: bool) -> &mut Self {
        self.options.sections.client = generate;
        self
    }

    /// Whether handler traits and their registration are generated.
    pub fn server(&mut self, generate: bool) -> &mut Self {
        self.options.sections.server = generate;
        self
    }

    /// Whether gateway functions are generated.
    pub fn gateway(&mut self, generate: bool) -> &mut Self {
        self.options.sections.gateway = generate;
        self
    }

    /// The ending of the gateway functions' names, `Gw` if not given.
    pub fn register_func_suffix(&mut self, suffix: impl Into<String>) -> &mut Self {
        self.options.register_func_suffix = suffix.into();
        self
    }

    /// A package or a type that exists already, such as `.shop`, and where it is in Rust.
    pub fn extern_path(&mut self, proto: impl Into<String>, rust: impl Into<String>) -> &mut Self {
        self.options
            .messages
            .extern_path
            .push((proto.into(), rust.into()));
        self
    }

    /// An attribute of messages, enums and oneofs; see [`prost_build::Config::btree_map`] for the form of paths.
    pub fn type_attribute(
        &mut self,
        path: impl Into<String>,
        attribute: impl Into<String>,
    ) -> &mut Self {
        self.options
            .messages
            .type_attribute
            .push((path.into(), attribute.into()));
        self
    }

    /// An attribute of messages.
    pub fn message_attribute(
        &mut self,
        path: impl Into<String>,
        attribute: impl Into<String>,
    ) -> &mut Self {
        self.options
            .messages
            .message_attribute
            .push((path.into(), attribute.into()));
        self
    }

    /// An attribute of enums and oneofs.
    pub fn enum_attribute(
        &mut self,
        path: impl Into<String>,
        attribute: impl Into<String>,
    ) -> &mut Self {
        self.options
            .messages
            .enum_attribute
            .push((path.into(), attribute.into()));
        self
    }

    /// An attribute of fields.
    pub fn field_attribute(
        &mut self,
        path: impl Into<String>,
        attribute: impl Into<String>,
    ) -> &mut Self {
        self.options
            .messages
            .field_attribute
            .push((path.into(), attribute.into()));
        self
    }

    /// `bytes` fields that are `Bytes` instead of `Vec<u8>`; `.` for all.
    pub fn bytes<S: Into<String>>(&mut self, paths: impl IntoIterator<Item = S>) -> &mut Self {
        self.options
            .messages
            .bytes
            .extend(paths.into_iter().map(Into::into));
        self
    }

    /// `map` fields that are a `BTreeMap` instead of a `HashMap`; `.` for all.
    pub fn btree_map<S: Into<String>>(&mut self, paths: impl IntoIterator<Item = S>) -> &mut Self {
        self.options
            .messages
            .btree_map
            .extend(paths.into_iter().map(Into::into));
        self
    }

    /// A message field that is to be in a `Box`.
    pub fn boxed(&mut self, path: impl Into<String>) -> &mut Self {
        self.options.messages.boxed.push(path.into());
        self
    }

    /// Types and fields whose comments are left out; `.` for all.
    pub fn disable_comments<S: Into<String>>(
        &mut self,
        paths: impl IntoIterator<Item = S>,
    ) -> &mut Self {
        self.options
            .messages
            .disable_comments
            .extend(paths.into_iter().map(Into::into));
        self
    }

    /// The file that nests the modules of all packages, `mod.rs` if not given.
    pub fn include_file(&mut self, name: impl Into<String>) -> &mut Self {
        self.options.include_file = Some(name.into());
        self
    }

    /// The module of several files without package, `root` if not given.
    pub fn default_package_filename(&mut self, name: impl Into<String>) -> &mut Self {
        self.options.default_package_filename = name.into();
        self
    }

    /// Lets rules of DELETE have a body.
    pub fn allow_delete_body(&mut self, allow: bool) -> &mut Self {
        self.options.allow_delete_body = allow;
        self
    }

    /// Takes a mistake of HTTP rules for a warning, such as `duplicate_route`: the names are those of the plugin's
    /// parameter `warn`.
    ///
    /// # Errors
    /// There is no mistake of that name.
    pub fn warn(&mut self, name: &str) -> Result<&mut Self, Error> {
        self.options.warn.push(lint(name)?);
        Ok(self)
    }

    /// Does not tell a mistake of HTTP rules.
    ///
    /// # Errors
    /// There is no mistake of that name.
    pub fn allow(&mut self, name: &str) -> Result<&mut Self, Error> {
        self.options.allow.push(lint(name)?);
        Ok(self)
    }

    /// Takes warnings for errors.
    pub fn strict(&mut self, strict: bool) -> &mut Self {
        self.options.strict = strict;
        self
    }

    /// Generates code for `.proto` files and all that they import, but for what rmicro bundles. Imports are looked up in
    /// `includes`, then among the bundled files.
    ///
    /// # Errors
    /// Everything that is wrong with the files, or why they cannot be read or the code cannot be written.
    pub fn compile_protos(
        &mut self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<(), Error> {
        let out_dir = self.directory()?;
        let protos: Vec<_> = protos.iter().map(|path| path.as_ref().to_owned()).collect();
        let includes: Vec<_> = includes
            .iter()
            .map(|path| path.as_ref().to_owned())
            .collect();
        tell_cargo("rerun-if-env-changed=PROTOC");
        for proto in &protos {
            tell_cargo(&format!("rerun-if-changed={}", proto.display()));
        }
        let compiled = self.compiled(&protos, &includes, &out_dir)?;
        for (_, path) in &compiled.paths {
            tell_cargo(&format!("rerun-if-changed={}", path.display()));
        }
        self.run(&compiled, &out_dir)
    }

    /// Generates code for the files of a serialized `FileDescriptorSet`, such as `protoc --include_imports
    /// --include_source_info --descriptor_set_out` or `buf build -o` writes.
    ///
    /// # Errors
    /// Everything that is wrong with the files, or why the code cannot be written.
    pub fn compile_fds(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let out_dir = self.directory()?;
        let compiled = Compiled {
            set: bytes.to_vec(),
            paths: Vec::new(),
        };
        self.run(&compiled, &out_dir)
    }

    /// The descriptors of `.proto` files and of all that they import, as a serialized `FileDescriptorSet` with source info.
    /// Imports are found as by [`Config::compile_protos`], and the same protoc is used, if any. Nothing is generated.
    ///
    /// # Errors
    /// What is wrong with the files, or why they cannot be read.
    pub fn descriptors(
        &self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<Vec<u8>, Error> {
        let protos: Vec<_> = protos.iter().map(|path| path.as_ref().to_owned()).collect();
        let includes: Vec<_> = includes
            .iter()
            .map(|path| path.as_ref().to_owned())
            .collect();
        let scratch = std::env::temp_dir().join(format!("rmicro-{}", std::process::id()));
        fs::create_dir_all(&scratch)
            .map_err(|error| Error(format!("cannot create `{}`: {error}", scratch.display())))?;
        let compiled = self.compiled(&protos, &includes, &scratch);
        // What is left there is of no use, and of no harm.
        let _ = fs::remove_dir_all(&scratch);
        Ok(compiled?.set)
    }

    fn compiled(
        &self,
        protos: &[PathBuf],
        includes: &[PathBuf],
        scratch: &Path,
    ) -> Result<Compiled, Error> {
        let protoc = self
            .protoc
            .clone()
            .or_else(|| std::env::var_os("PROTOC").map(PathBuf::from));
        match protoc {
            Some(protoc) => front::protoc(&protoc, protos, includes, scratch),
            None => front::protox(protos, includes),
        }
        .map_err(Error)
    }

    fn run(&self, compiled: &Compiled, out_dir: &Path) -> Result<(), Error> {
        let request = Request::from_set(&compiled.set).map_err(Error)?;
        let generated = generate(&request, &self.options).map_err(Error)?;
        let text = explain(&generated.diagnostics, compiled);
        if generated.has_failed() {
            return Err(Error(text));
        }
        text.lines()
            .for_each(|line| tell_cargo(&format!("warning={line}")));
        generated
            .outputs
            .iter()
            .try_for_each(|output| write(out_dir, output))
    }

    fn directory(&self) -> Result<PathBuf, Error> {
        let directory = self
            .out_dir
            .clone()
            .or_else(|| std::env::var_os("OUT_DIR").map(PathBuf::from));
        directory.ok_or_else(|| {
            Error(
                "no output directory: cargo sets `OUT_DIR` for build.rs, elsewhere call `out_dir`"
                    .to_owned(),
            )
        })
    }
}

fn lint(name: &str) -> Result<Lint, Error> {
    Lint::named(name).ok_or_else(|| {
        let names: Vec<_> = Lint::ALL
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        Error(format!("`{name}` is not one of {}", names.join(", ")))
    })
}

/// The diagnostics with excerpts; the files are read again only where there are any.
fn explain(diagnostics: &[Diagnostic], compiled: &Compiled) -> String {
    let mut sources = Sources::default();
    if !diagnostics.is_empty() {
        for (name, path) in &compiled.paths {
            if let Ok(text) = fs::read_to_string(path) {
                sources.insert(name.clone(), front::shown(path), text);
            }
        }
    }
    diagnostic::format(diagnostics, &sources)
}

/// Writes a file unless it is as it should be, so that nothing is compiled again for nothing.
fn write(out_dir: &Path, output: &Output) -> Result<(), Error> {
    let path = out_dir.join(&output.name);
    if fs::read(&path).is_ok_and(|old| old == output.content.as_bytes()) {
        return Ok(());
    }
    fs::create_dir_all(out_dir)
        .and_then(|()| fs::write(&path, &output.content))
        .map_err(|error| Error(format!("cannot write `{}`: {error}", path.display())))
}

/// An instruction for cargo, where cargo runs this.
fn tell_cargo(instruction: &str) {
    if std::env::var_os("CARGO").is_some() && std::env::var_os("OUT_DIR").is_some() {
        println!("cargo:{instruction}");
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

/// The same text, on lines of its own, because that is what cargo shows of a build script that fails.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Error {}
