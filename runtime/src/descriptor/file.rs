//! Files and what they declare.

use super::{
    EnumOptions, EnumValueOptions, FieldOptions, FileOptions, MessageOptions, MethodOptions,
    OneofOptions, ServiceOptions, SourceCodeInfo,
};

/// Several files; those that a file imports come before it.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FileDescriptorSet {
    /// The files.
    #[prost(message, repeated, tag = "1")]
    pub file: Vec<FileDescriptorProto>,
}

/// One `.proto` file.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FileDescriptorProto {
    /// Path below the import root, such as `google/api/http.proto`.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Package, such as `google.api`; absent or empty for none.
    #[prost(string, optional, tag = "2")]
    pub package: Option<String>,
    /// Names of the imported files.
    #[prost(string, repeated, tag = "3")]
    pub dependency: Vec<String>,
    /// Which of `dependency` are `import public`.
    #[prost(int32, repeated, packed = "false", tag = "10")]
    pub public_dependency: Vec<i32>,
    /// Names of files imported for their options only (`import option`, edition 2024).
    #[prost(string, repeated, tag = "15")]
    pub option_dependency: Vec<String>,
    /// Top-level messages.
    #[prost(message, repeated, tag = "4")]
    pub message_type: Vec<DescriptorProto>,
    /// Top-level enums.
    #[prost(message, repeated, tag = "5")]
    pub enum_type: Vec<EnumDescriptorProto>,
    /// Services.
    #[prost(message, repeated, tag = "6")]
    pub service: Vec<ServiceDescriptorProto>,
    /// Top-level extensions.
    #[prost(message, repeated, tag = "7")]
    pub extension: Vec<FieldDescriptorProto>,
    /// Options of the file.
    #[prost(message, optional, tag = "8")]
    pub options: Option<FileOptions>,
    /// Positions and comments.
    #[prost(message, optional, tag = "9")]
    pub source_code_info: Option<SourceCodeInfo>,
    /// `proto2`, `proto3` or `editions`; absent means `proto2`.
    #[prost(string, optional, tag = "12")]
    pub syntax: Option<String>,
    /// The edition, set when `syntax` is `editions`.
    #[prost(enumeration = "super::Edition", optional, tag = "14")]
    pub edition: Option<i32>,
}

/// A message type.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct DescriptorProto {
    /// Name without its scope.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Fields in the order of the file.
    #[prost(message, repeated, tag = "2")]
    pub field: Vec<FieldDescriptorProto>,
    /// Messages declared inside.
    #[prost(message, repeated, tag = "3")]
    pub nested_type: Vec<DescriptorProto>,
    /// Enums declared inside.
    #[prost(message, repeated, tag = "4")]
    pub enum_type: Vec<EnumDescriptorProto>,
    /// Numbers that extensions may use.
    #[prost(message, repeated, tag = "5")]
    pub extension_range: Vec<ExtensionRange>,
    /// Extensions declared inside.
    #[prost(message, repeated, tag = "6")]
    pub extension: Vec<FieldDescriptorProto>,
    /// Options of the message.
    #[prost(message, optional, tag = "7")]
    pub options: Option<MessageOptions>,
    /// Oneofs; those made for proto3 `optional` come last.
    #[prost(message, repeated, tag = "8")]
    pub oneof_decl: Vec<OneofDescriptorProto>,
}

/// A range of field numbers given to extensions.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ExtensionRange {
    /// First number, included.
    #[prost(int32, optional, tag = "1")]
    pub start: Option<i32>,
    /// Last number, excluded.
    #[prost(int32, optional, tag = "2")]
    pub end: Option<i32>,
}

/// A field or an extension.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FieldDescriptorProto {
    /// Name as written.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// For an extension, the message that it extends.
    #[prost(string, optional, tag = "2")]
    pub extendee: Option<String>,
    /// Number on the wire.
    #[prost(int32, optional, tag = "3")]
    pub number: Option<i32>,
    /// How often it may stand.
    #[prost(enumeration = "Label", optional, tag = "4")]
    pub label: Option<i32>,
    /// Its type.
    #[prost(enumeration = "Type", optional, tag = "5")]
    pub r#type: Option<i32>,
    /// For messages, groups and enums: the full name with a leading dot.
    #[prost(string, optional, tag = "6")]
    pub type_name: Option<String>,
    /// Default of proto2, as text.
    #[prost(string, optional, tag = "7")]
    pub default_value: Option<String>,
    /// Options of the field.
    #[prost(message, optional, tag = "8")]
    pub options: Option<FieldOptions>,
    /// The oneof that it belongs to, as an index.
    #[prost(int32, optional, tag = "9")]
    pub oneof_index: Option<i32>,
    /// Name in JSON; compilers always set it.
    #[prost(string, optional, tag = "10")]
    pub json_name: Option<String>,
    /// Declared `optional` in proto3.
    #[prost(bool, optional, tag = "17")]
    pub proto3_optional: Option<bool>,
}

/// A oneof.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct OneofDescriptorProto {
    /// Name as written.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Options of the oneof.
    #[prost(message, optional, tag = "2")]
    pub options: Option<OneofOptions>,
}

/// An enum type.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct EnumDescriptorProto {
    /// Name without its scope.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Values in the order of the file.
    #[prost(message, repeated, tag = "2")]
    pub value: Vec<EnumValueDescriptorProto>,
    /// Options of the enum.
    #[prost(message, optional, tag = "3")]
    pub options: Option<EnumOptions>,
}

/// A value of an enum.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct EnumValueDescriptorProto {
    /// Name as written.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Number on the wire.
    #[prost(int32, optional, tag = "2")]
    pub number: Option<i32>,
    /// Options of the value.
    #[prost(message, optional, tag = "3")]
    pub options: Option<EnumValueOptions>,
}

/// A service.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ServiceDescriptorProto {
    /// Name without its package.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Methods in the order of the file.
    #[prost(message, repeated, tag = "2")]
    pub method: Vec<MethodDescriptorProto>,
    /// Options of the service.
    #[prost(message, optional, tag = "3")]
    pub options: Option<ServiceOptions>,
}

/// A method.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MethodDescriptorProto {
    /// Name as written.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Request message: the full name with a leading dot.
    #[prost(string, optional, tag = "2")]
    pub input_type: Option<String>,
    /// Response message: the full name with a leading dot.
    #[prost(string, optional, tag = "3")]
    pub output_type: Option<String>,
    /// Options of the method, `google.api.http` among them.
    #[prost(message, optional, tag = "4")]
    pub options: Option<MethodOptions>,
    /// The client sends a stream.
    #[prost(bool, optional, tag = "5")]
    pub client_streaming: Option<bool>,
    /// The server answers with a stream.
    #[prost(bool, optional, tag = "6")]
    pub server_streaming: Option<bool>,
}

/// How often a field may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Label {
    /// At most once.
    Optional = 1,
    /// Exactly once (proto2).
    Required = 2,
    /// Any number of times.
    Repeated = 3,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Type {
    /// `double`
    Double = 1,
    /// `float`
    Float = 2,
    /// `int64`
    Int64 = 3,
    /// `uint64`
    Uint64 = 4,
    /// `int32`
    Int32 = 5,
    /// `fixed64`
    Fixed64 = 6,
    /// `fixed32`
    Fixed32 = 7,
    /// `bool`
    Bool = 8,
    /// `string`
    String = 9,
    /// A group of proto2, or a message with delimited encoding.
    Group = 10,
    /// A message.
    Message = 11,
    /// `bytes`
    Bytes = 12,
    /// `uint32`
    Uint32 = 13,
    /// An enum.
    Enum = 14,
    /// `sfixed32`
    Sfixed32 = 15,
    /// `sfixed64`
    Sfixed64 = 16,
    /// `sint32`
    Sint32 = 17,
    /// `sint64`
    Sint64 = 18,
}
