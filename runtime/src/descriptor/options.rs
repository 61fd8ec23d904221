//! Options, as far as the generator or the transcoder reads them.

use super::{FeatureSet, HttpRule};

/// Options of a file.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FileOptions {
    /// Everything in the file is deprecated.
    #[prost(bool, optional, tag = "23")]
    pub deprecated: Option<bool>,
    /// Features.
    #[prost(message, optional, tag = "50")]
    pub features: Option<FeatureSet>,
}

/// Options of a message.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MessageOptions {
    /// The wire form of the old MessageSet.
    #[prost(bool, optional, tag = "1")]
    pub message_set_wire_format: Option<bool>,
    /// Deprecated.
    #[prost(bool, optional, tag = "3")]
    pub deprecated: Option<bool>,
    /// Made by the compiler for a `map<K, V>` field.
    #[prost(bool, optional, tag = "7")]
    pub map_entry: Option<bool>,
    /// Features.
    #[prost(message, optional, tag = "12")]
    pub features: Option<FeatureSet>,
}

/// Options of a field.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FieldOptions {
    /// Repeated scalars in one record.
    #[prost(bool, optional, tag = "2")]
    pub packed: Option<bool>,
    /// Deprecated.
    #[prost(bool, optional, tag = "3")]
    pub deprecated: Option<bool>,
    /// Features.
    #[prost(message, optional, tag = "21")]
    pub features: Option<FeatureSet>,
    /// `google.api.field_behavior` as numbers: 2 is REQUIRED, 3 is OUTPUT_ONLY.
    #[prost(int32, repeated, packed = "false", tag = "1052")]
    pub field_behavior: Vec<i32>,
}

/// Options of a oneof.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct OneofOptions {
    /// Features.
    #[prost(message, optional, tag = "1")]
    pub features: Option<FeatureSet>,
}

/// Options of an enum.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct EnumOptions {
    /// Two names may share a number.
    #[prost(bool, optional, tag = "2")]
    pub allow_alias: Option<bool>,
    /// Deprecated.
    #[prost(bool, optional, tag = "3")]
    pub deprecated: Option<bool>,
    /// Features.
    #[prost(message, optional, tag = "7")]
    pub features: Option<FeatureSet>,
}

/// Options of an enum's value.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct EnumValueOptions {
    /// Deprecated.
    #[prost(bool, optional, tag = "1")]
    pub deprecated: Option<bool>,
    /// Features.
    #[prost(message, optional, tag = "2")]
    pub features: Option<FeatureSet>,
}

/// Options of a service.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ServiceOptions {
    /// Deprecated.
    #[prost(bool, optional, tag = "33")]
    pub deprecated: Option<bool>,
    /// Features.
    #[prost(message, optional, tag = "34")]
    pub features: Option<FeatureSet>,
}

/// Options of a method.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MethodOptions {
    /// Deprecated.
    #[prost(bool, optional, tag = "33")]
    pub deprecated: Option<bool>,
    /// 0 unknown, 1 without side effects, 2 idempotent.
    #[prost(int32, optional, tag = "34")]
    pub idempotency_level: Option<i32>,
    /// Features.
    #[prost(message, optional, tag = "35")]
    pub features: Option<FeatureSet>,
    /// The extension `google.api.http`.
    #[prost(message, optional, tag = "72295728")]
    pub http: Option<HttpRule>,
}
