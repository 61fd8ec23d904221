//! The answer of a plugin: files, or what is wrong.

use prost::Message as _;
use rmicro::descriptor::Edition;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Path below the output directory.
    pub(crate) name: String,
    /// The text.
    pub(crate) content: String,
}

/// `google.protobuf.compiler.CodeGeneratorResponse`
#[derive(Clone, PartialEq, prost::Message)]
struct CodeGeneratorResponse {
    #[prost(string, optional, tag = "1")]
    error: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    supported_features: Option<u64>,
    #[prost(int32, optional, tag = "3")]
    minimum_edition: Option<i32>,
    #[prost(int32, optional, tag = "4")]
    maximum_edition: Option<i32>,
    #[prost(message, repeated, tag = "15")]
    file: Vec<ResponseFile>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ResponseFile {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "15")]
    content: Option<String>,
}

const PROTO3_OPTIONAL: u64 = 1;
const SUPPORTS_EDITIONS: u64 = 2;

/// The serialized answer with those files.
pub(crate) fn files(outputs: Vec<Output>) -> Vec<u8> {
    let file = outputs
        .into_iter()
        .map(|output| ResponseFile {
            name: Some(output.name),
            content: Some(output.content),
        })
        .collect();
    response(None, file)
}

/// The serialized answer that nothing could be generated, with the reason: lines that each start at a line of their own,
/// because protoc prints the plugin's name before the first one.
pub(crate) fn error(text: &str) -> Vec<u8> {
    response(Some(format!("\n{}", text.trim_end())), Vec::new())
}

/// What is supported is told on the error path too; otherwise protoc adds a complaint of its own.
fn response(error: Option<String>, file: Vec<ResponseFile>) -> Vec<u8> {
    CodeGeneratorResponse {
        error,
        supported_features: Some(PROTO3_OPTIONAL | SUPPORTS_EDITIONS),
        minimum_edition: Some(Edition::Proto2 as i32),
        maximum_edition: Some(Edition::Edition2024 as i32),
        file,
    }
    .encode_to_vec()
}
