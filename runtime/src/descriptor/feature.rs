//! Editions and the features that they switch.

/// The edition of a file, `proto2` and `proto3` among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Edition {
    /// Not given.
    Unknown = 0,
    /// What holds for everything before editions.
    Legacy = 900,
    /// `syntax = "proto2"`
    Proto2 = 998,
    /// `syntax = "proto3"`
    Proto3 = 999,
    /// `edition = "2023"`
    Edition2023 = 1000,
    /// `edition = "2024"`
    Edition2024 = 1001,
    /// `edition = "2026"`
    Edition2026 = 1002,
}

/// Features set on one element; what is absent is inherited from the element around it, and in the end from the
/// defaults of the edition.
#[derive(Clone, Copy, PartialEq, ::prost::Message)]
pub struct FeatureSet {
    /// Whether a field knows that it was set.
    #[prost(enumeration = "FieldPresence", optional, tag = "1")]
    pub field_presence: Option<i32>,
    /// Whether an enum takes numbers that it does not declare.
    #[prost(enumeration = "EnumType", optional, tag = "2")]
    pub enum_type: Option<i32>,
    /// How repeated scalars stand on the wire.
    #[prost(enumeration = "RepeatedFieldEncoding", optional, tag = "3")]
    pub repeated_field_encoding: Option<i32>,
    /// Whether strings are checked.
    #[prost(enumeration = "Utf8Validation", optional, tag = "4")]
    pub utf8_validation: Option<i32>,
    /// How messages stand on the wire.
    #[prost(enumeration = "MessageEncoding", optional, tag = "5")]
    pub message_encoding: Option<i32>,
    /// Whether JSON is promised to work.
    #[prost(enumeration = "JsonFormat", optional, tag = "6")]
    pub json_format: Option<i32>,
}

/// Whether a field knows that it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum FieldPresence {
    /// Not given.
    Unknown = 0,
    /// Set and unset differ.
    Explicit = 1,
    /// The default value counts as unset.
    Implicit = 2,
    /// `required` of proto2.
    LegacyRequired = 3,
}

/// Whether an enum takes numbers that it does not declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum EnumType {
    /// Not given.
    Unknown = 0,
    /// It does.
    Open = 1,
    /// It does not; such a number is an unknown field.
    Closed = 2,
}

/// How repeated scalars stand on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum RepeatedFieldEncoding {
    /// Not given.
    Unknown = 0,
    /// All in one record.
    Packed = 1,
    /// One record each.
    Expanded = 2,
}

/// Whether strings are checked to be UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Utf8Validation {
    /// Not given.
    Unknown = 0,
    /// They are.
    Verify = 2,
    /// They are not.
    None = 3,
}

/// How messages stand on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum MessageEncoding {
    /// Not given.
    Unknown = 0,
    /// Length first.
    LengthPrefixed = 1,
    /// Between a start and an end tag, as groups of proto2.
    Delimited = 2,
}

/// Whether JSON is promised to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum JsonFormat {
    /// Not given.
    Unknown = 0,
    /// It is.
    Allow = 1,
    /// As far as it goes.
    LegacyBestEffort = 2,
}
