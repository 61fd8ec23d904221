//! What is to be generated: files as descriptors, from a plugin's request or from a descriptor set.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use rmicro::descriptor::FileDescriptorProto;

/// The files of one run, imports before the files that import them.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Every file, those that are only imported among them.
    pub(crate) files: Vec<File>,
    /// The parameter string of a plugin's run.
    pub(crate) parameter: String,
    /// Who asks for the code.
    pub(crate) caller: Caller,
}

/// One file of a run.
#[derive(Debug)]
pub(crate) struct File {
    /// The descriptor as far as the generator reads it.
    pub(crate) descriptor: FileDescriptorProto,
    /// The descriptor as it came, with everything that `descriptor` does not know.
    pub(crate) bytes: Vec<u8>,
    /// Whether code is generated for it.
    pub(crate) generate: bool,
}

/// Who asks for the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Caller {
    /// protoc, which tells its version.
    Protoc,
    /// buf, which does not; or `build.rs`.
    #[default]
    Other,
}

/// `google.protobuf.compiler.CodeGeneratorRequest`, with the files left as bytes.
#[derive(Clone, PartialEq, prost::Message)]
struct CodeGeneratorRequest {
    #[prost(string, repeated, tag = "1")]
    file_to_generate: Vec<String>,
    #[prost(string, optional, tag = "2")]
    parameter: Option<String>,
    #[prost(bytes = "vec", optional, tag = "3")]
    compiler_version: Option<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "15")]
    proto_file: Vec<Vec<u8>>,
}

/// `google.protobuf.FileDescriptorSet`, with the files left as bytes.
#[derive(Clone, PartialEq, prost::Message)]
struct FileSet {
    #[prost(bytes = "vec", repeated, tag = "1")]
    file: Vec<Vec<u8>>,
}

impl Request {
    /// The request that protoc or buf sends to a plugin.
    ///
    /// # Errors
    /// A sentence that tells why `bytes` are none.
    pub(crate) fn from_plugin(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("standard input is empty; protoc and buf send a request there".to_owned());
        }
        let request = CodeGeneratorRequest::decode(bytes)
            .map_err(|error| format!("standard input is no request of protoc or buf: {error}"))?;
        if request.file_to_generate.is_empty() || request.proto_file.is_empty() {
            return Err("the request names no file to generate code for".to_owned());
        }
        let names: BTreeSet<_> = request
            .file_to_generate
            .iter()
            .map(String::as_str)
            .collect();
        let files = files(request.proto_file, |name| names.contains(name))?;
        let missing = names
            .iter()
            .find(|name| !files.iter().any(|file| file.descriptor.name() == **name));
        if let Some(name) = missing {
            return Err(format!("the request has no descriptor of `{name}`"));
        }
        Ok(Self {
            files,
            parameter: request.parameter.unwrap_or_default(),
            caller: match request.compiler_version {
                Some(_) => Caller::Protoc,
                None => Caller::Other,
            },
        })
    }

    /// All files of a serialized `FileDescriptorSet`; code is generated for those that rmicro does not bundle.
    ///
    /// # Errors
    /// A sentence that tells why `bytes` are none.
    pub(crate) fn from_set(bytes: &[u8]) -> Result<Self, String> {
        let set = FileSet::decode(bytes)
            .map_err(|error| format!("the bytes are no descriptor set: {error}"))?;
        let files = files(set.file, |name| rmicro::bundled::file(name).is_none())?;
        Ok(Self {
            files,
            ..Self::default()
        })
    }

    /// The files that code is generated for, with their indexes.
    pub(crate) fn generated(&self) -> impl Iterator<Item = (usize, &File)> {
        self.files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.generate)
    }

    /// The index of each file by its name.
    pub(crate) fn by_name(&self) -> BTreeMap<&str, usize> {
        let indexes = self.files.iter().enumerate();
        indexes
            .map(|(index, file)| (file.descriptor.name(), index))
            .collect()
    }
}

fn files(files: Vec<Vec<u8>>, generate: impl Fn(&str) -> bool) -> Result<Vec<File>, String> {
    let mut seen = BTreeSet::new();
    let mut decoded = Vec::with_capacity(files.len());
    for bytes in files {
        let descriptor = FileDescriptorProto::decode(&*bytes)
            .map_err(|error| format!("a file descriptor is not valid: {error}"))?;
        if descriptor.name().is_empty() {
            return Err("a file descriptor has no name".to_owned());
        }
        if !seen.insert(descriptor.name().to_owned()) {
            return Err(format!(
                "two file descriptors are named `{}`",
                descriptor.name()
            ));
        }
        decoded.push(File {
            generate: generate(descriptor.name()),
            descriptor,
            bytes,
        });
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request_is_told_in_a_sentence() {
        let file = FileDescriptorProto {
            name: Some("a.proto".to_owned()),
            ..Default::default()
        };
        let request = |names: &[&str], files: &[&FileDescriptorProto]| {
            CodeGeneratorRequest {
                file_to_generate: names.iter().map(|&name| name.to_owned()).collect(),
                proto_file: files.iter().map(|file| file.encode_to_vec()).collect(),
                ..Default::default()
            }
            .encode_to_vec()
        };
        for (bytes, sentence) in [
            (
                Vec::new(),
                "standard input is empty; protoc and buf send a request there",
            ),
            (
                b"\x0a\x7f".to_vec(),
                "standard input is no request of protoc or buf: failed to decode Protobuf message: CodeGeneratorRequest.file_to_generate: buffer underflow",
            ),
            (
                request(&[], &[&file]),
                "the request names no file to generate code for",
            ),
            (
                request(&["b.proto"], &[&file]),
                "the request has no descriptor of `b.proto`",
            ),
            (
                request(&["a.proto"], &[&file, &file]),
                "two file descriptors are named `a.proto`",
            ),
            (
                request(&["a.proto"], &[&FileDescriptorProto::default()]),
                "a file descriptor has no name",
            ),
        ] {
            assert_eq!(Request::from_plugin(&bytes).unwrap_err(), sentence);
        }
    }
}
