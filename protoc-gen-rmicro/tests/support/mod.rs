//! What the tests of the generator share: cases as folders, and the plugin's messages.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use prost::Message as _;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, IncludeFileResolver};

/// The folder `testdata` of the workspace.
pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../testdata")
        .canonicalize()
        .unwrap()
}

/// The folders below `parent` that have an entry `marker`, by name.
pub(crate) fn cases(parent: &Path, marker: &str) -> Vec<(String, PathBuf)> {
    let mut cases: Vec<_> = fs::read_dir(parent)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join(marker).exists())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} has no cases", parent.display());
    cases
}

/// The `.proto` files below a folder, as paths relative to it.
pub(crate) fn protos(folder: &Path) -> Vec<String> {
    files(folder)
        .into_keys()
        .filter(|name| name.ends_with(".proto"))
        .collect()
}

/// The files below a folder by their relative paths.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in fs::read_dir(&one).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.insert(name, path);
            }
        }
    }
    found
}

/// Whether goldens are to be written instead of compared.
pub(crate) fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// The golden file at `path` has that text; with BLESS=1 it gets it. No text, no file.
pub(crate) fn assert_golden(path: &Path, text: &str, failures: &mut Vec<String>) {
    if bless() {
        match text {
            "" => drop(fs::remove_file(path)),
            _ => fs::write(path, text).unwrap(),
        }
        return;
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    if golden != text {
        let line = golden
            .lines()
            .zip(text.lines())
            .take_while(|(a, b)| a == b)
            .count();
        failures.push(format!(
            "{}:{}: expected\n{}\nfound\n{}",
            path.display(),
            line + 1,
            golden.lines().nth(line).unwrap_or("(end)"),
            text.lines().nth(line).unwrap_or("(end)"),
        ));
    }
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CodeGeneratorRequest {
    #[prost(string, repeated, tag = "1")]
    pub(crate) file_to_generate: Vec<String>,
    #[prost(string, optional, tag = "2")]
    pub(crate) parameter: Option<String>,
    #[prost(bytes = "vec", repeated, tag = "15")]
    pub(crate) proto_file: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CodeGeneratorResponse {
    #[prost(string, optional, tag = "1")]
    pub(crate) error: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    pub(crate) supported_features: Option<u64>,
    #[prost(int32, optional, tag = "3")]
    pub(crate) minimum_edition: Option<i32>,
    #[prost(int32, optional, tag = "4")]
    pub(crate) maximum_edition: Option<i32>,
    #[prost(message, repeated, tag = "15")]
    pub(crate) file: Vec<ResponseFile>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ResponseFile {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(string, optional, tag = "15")]
    pub(crate) content: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct FileSet {
    #[prost(bytes = "vec", repeated, tag = "1")]
    file: Vec<Vec<u8>>,
}

struct Bundled;

impl FileResolver for Bundled {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match rmicro::bundled::file(name) {
            Some(text) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// Whether a case has files that protox and older protocs do not take.
pub(crate) fn has_editions(folder: &Path) -> bool {
    let mut protos = files(folder)
        .into_values()
        .filter(|path| path.extension().is_some_and(|it| it == "proto"));
    protos.any(|path| fs::read_to_string(path).unwrap().contains("\nedition = "))
}

fn by_protox(folder: &Path, protos: &[String]) -> Vec<u8> {
    let mut resolver = ChainFileResolver::new();
    resolver.add(IncludeFileResolver::new(folder.to_owned()));
    resolver.add(Bundled);
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    for proto in protos {
        compiler
            .open_file(proto)
            .unwrap_or_else(|error| panic!("{proto}: {error}"));
    }
    compiler.encode_file_descriptor_set()
}

fn by_protoc(folder: &Path, protos: &[String]) -> Vec<u8> {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/proto");
    let out = std::env::temp_dir().join(format!(
        "rmicro-{}-{:?}.binpb",
        std::process::id(),
        std::thread::current().id()
    ));
    let status = std::process::Command::new(protoc_bin_vendored::protoc_bin_path().unwrap())
        .args(["--include_imports", "--include_source_info"])
        .arg(format!("--descriptor_set_out={}", out.display()))
        .arg(format!("-I{}", folder.display()))
        .arg(format!("-I{}", bundled.display()))
        .args(protos)
        .status();
    assert!(status.unwrap().success());
    let set = fs::read(&out).unwrap();
    fs::remove_file(out).unwrap();
    set
}

/// The request that protoc would make for these files.
pub(crate) fn request(folder: &Path, protos: &[String], parameter: &str) -> CodeGeneratorRequest {
    let set = match has_editions(folder) {
        true => by_protoc(folder, protos),
        false => by_protox(folder, protos),
    };
    let set = FileSet::decode(&*set).unwrap();
    CodeGeneratorRequest {
        file_to_generate: protos.to_vec(),
        parameter: Some(parameter.to_owned()),
        proto_file: set.file,
    }
}

/// The plugin's response and warnings, in this process.
pub(crate) fn answer(request: &CodeGeneratorRequest) -> (CodeGeneratorResponse, String) {
    let answer = protoc_gen_rmicro::answer(&request.encode_to_vec()).unwrap();
    (
        CodeGeneratorResponse::decode(&*answer.response).unwrap(),
        answer.warnings,
    )
}

/// The parameters of a case, from its file `params`.
pub(crate) fn parameter(case: &Path) -> String {
    let text = fs::read_to_string(case.join("params")).unwrap_or_default();
    text.trim_end().to_owned()
}
