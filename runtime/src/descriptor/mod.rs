//! Descriptors of `.proto` files, as a compiler hands them over.
//!
//! These are our own messages over the published field numbers of `google/protobuf/descriptor.proto` and
//! `google/api/http.proto`. They keep what `prost-types` drops: the edition, the features, and `google.api.http`,
//! which is an ordinary field here. Whatever else a descriptor holds is skipped on reading, so bytes that must not
//! lose anything are to be passed on as bytes.

mod feature;
mod file;
mod http;
mod options;
mod source;

pub use feature::{
    Edition, EnumType, FeatureSet, FieldPresence, JsonFormat, MessageEncoding,
    RepeatedFieldEncoding, Utf8Validation,
};
pub use file::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, ExtensionRange,
    FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, Label, MethodDescriptorProto,
    OneofDescriptorProto, ServiceDescriptorProto, Type,
};
pub use http::{CustomHttpPattern, Http, HttpRule, Pattern};
pub use options::{
    EnumOptions, EnumValueOptions, FieldOptions, FileOptions, MessageOptions, MethodOptions,
    OneofOptions, ServiceOptions,
};
pub use source::{Location, SourceCodeInfo};
