//! Google's types, for fields and errors that have them.
#![allow(missing_docs, reason = "the names say it, or Google does")]
// @generated from the bundled files. Do not edit.

/// Package `google.api`.
pub mod api {
    /// The rules of an API.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct Http {
        #[prost(message, repeated, tag = "1")]
        pub rules: ::prost::alloc::vec::Vec<HttpRule>,
        #[prost(bool, tag = "2")]
        pub fully_decode_reserved_expansion: bool,
    }
    impl ::prost::Name for Http {
        const NAME: &'static str = "Http";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.Http".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.Http".into()
        }
    }
    /// One rule with its additional bindings.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct HttpRule {
        /// The method that it is for; empty in an annotation.
        #[prost(string, tag = "1")]
        pub selector: ::prost::alloc::string::String,
        /// The field that takes the body, `*` for all that the path leaves, empty for none.
        #[prost(string, tag = "7")]
        pub body: ::prost::alloc::string::String,
        /// The field of the response that is the body, empty for the whole response.
        #[prost(string, tag = "12")]
        pub response_body: ::prost::alloc::string::String,
        /// Further ways to the same method, one level deep.
        #[prost(message, repeated, tag = "11")]
        pub additional_bindings: ::prost::alloc::vec::Vec<HttpRule>,
        #[prost(oneof = "http_rule::Pattern", tags = "2, 3, 4, 5, 6, 8")]
        pub pattern: ::core::option::Option<http_rule::Pattern>,
    }
    /// Nested message and enum types in `HttpRule`.
    pub mod http_rule {
        #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
        pub enum Pattern {
            #[prost(string, tag = "2")]
            Get(::prost::alloc::string::String),
            #[prost(string, tag = "3")]
            Put(::prost::alloc::string::String),
            #[prost(string, tag = "4")]
            Post(::prost::alloc::string::String),
            #[prost(string, tag = "5")]
            Delete(::prost::alloc::string::String),
            #[prost(string, tag = "6")]
            Patch(::prost::alloc::string::String),
            #[prost(message, tag = "8")]
            Custom(super::CustomHttpPattern),
        }
    }
    impl ::prost::Name for HttpRule {
        const NAME: &'static str = "HttpRule";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.HttpRule".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.HttpRule".into()
        }
    }
    /// An HTTP method that has no field of its own.
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct CustomHttpPattern {
        #[prost(string, tag = "1")]
        pub kind: ::prost::alloc::string::String,
        #[prost(string, tag = "2")]
        pub path: ::prost::alloc::string::String,
    }
    impl ::prost::Name for CustomHttpPattern {
        const NAME: &'static str = "CustomHttpPattern";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.CustomHttpPattern".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.CustomHttpPattern".into()
        }
    }
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum LaunchStage {
        Unspecified = 0,
        Unimplemented = 6,
        Prelaunch = 7,
        EarlyAccess = 1,
        Alpha = 2,
        Beta = 3,
        Ga = 4,
        Deprecated = 5,
    }
    impl LaunchStage {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Unspecified => "LAUNCH_STAGE_UNSPECIFIED",
                Self::Unimplemented => "UNIMPLEMENTED",
                Self::Prelaunch => "PRELAUNCH",
                Self::EarlyAccess => "EARLY_ACCESS",
                Self::Alpha => "ALPHA",
                Self::Beta => "BETA",
                Self::Ga => "GA",
                Self::Deprecated => "DEPRECATED",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "LAUNCH_STAGE_UNSPECIFIED" => Some(Self::Unspecified),
                "UNIMPLEMENTED" => Some(Self::Unimplemented),
                "PRELAUNCH" => Some(Self::Prelaunch),
                "EARLY_ACCESS" => Some(Self::EarlyAccess),
                "ALPHA" => Some(Self::Alpha),
                "BETA" => Some(Self::Beta),
                "GA" => Some(Self::Ga),
                "DEPRECATED" => Some(Self::Deprecated),
                _ => None,
            }
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct CommonLanguageSettings {
        #[deprecated]
        #[prost(string, tag = "1")]
        pub reference_docs_uri: ::prost::alloc::string::String,
        #[prost(enumeration = "ClientLibraryDestination", repeated, tag = "2")]
        pub destinations: ::prost::alloc::vec::Vec<i32>,
        #[prost(message, optional, tag = "3")]
        pub selective_gapic_generation: ::core::option::Option<SelectiveGapicGeneration>,
    }
    impl ::prost::Name for CommonLanguageSettings {
        const NAME: &'static str = "CommonLanguageSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.CommonLanguageSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.CommonLanguageSettings".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct ClientLibrarySettings {
        #[prost(string, tag = "1")]
        pub version: ::prost::alloc::string::String,
        #[prost(enumeration = "LaunchStage", tag = "2")]
        pub launch_stage: i32,
        #[prost(bool, tag = "3")]
        pub rest_numeric_enums: bool,
        #[prost(message, optional, tag = "21")]
        pub java_settings: ::core::option::Option<JavaSettings>,
        #[prost(message, optional, tag = "22")]
        pub cpp_settings: ::core::option::Option<CppSettings>,
        #[prost(message, optional, tag = "23")]
        pub php_settings: ::core::option::Option<PhpSettings>,
        #[prost(message, optional, tag = "24")]
        pub python_settings: ::core::option::Option<PythonSettings>,
        #[prost(message, optional, tag = "25")]
        pub node_settings: ::core::option::Option<NodeSettings>,
        #[prost(message, optional, tag = "26")]
        pub dotnet_settings: ::core::option::Option<DotnetSettings>,
        #[prost(message, optional, tag = "27")]
        pub ruby_settings: ::core::option::Option<RubySettings>,
        #[prost(message, optional, tag = "28")]
        pub go_settings: ::core::option::Option<GoSettings>,
    }
    impl ::prost::Name for ClientLibrarySettings {
        const NAME: &'static str = "ClientLibrarySettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.ClientLibrarySettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.ClientLibrarySettings".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct Publishing {
        #[prost(message, repeated, tag = "2")]
        pub method_settings: ::prost::alloc::vec::Vec<MethodSettings>,
        #[prost(string, tag = "101")]
        pub new_issue_uri: ::prost::alloc::string::String,
        #[prost(string, tag = "102")]
        pub documentation_uri: ::prost::alloc::string::String,
        #[prost(string, tag = "103")]
        pub api_short_name: ::prost::alloc::string::String,
        #[prost(string, tag = "104")]
        pub github_label: ::prost::alloc::string::String,
        #[prost(string, repeated, tag = "105")]
        pub codeowner_github_teams: ::prost::alloc::vec::Vec<
            ::prost::alloc::string::String,
        >,
        #[prost(string, tag = "106")]
        pub doc_tag_prefix: ::prost::alloc::string::String,
        #[prost(enumeration = "ClientLibraryOrganization", tag = "107")]
        pub organization: i32,
        #[prost(message, repeated, tag = "109")]
        pub library_settings: ::prost::alloc::vec::Vec<ClientLibrarySettings>,
        #[prost(string, tag = "110")]
        pub proto_reference_documentation_uri: ::prost::alloc::string::String,
        #[prost(string, tag = "111")]
        pub rest_reference_documentation_uri: ::prost::alloc::string::String,
    }
    impl ::prost::Name for Publishing {
        const NAME: &'static str = "Publishing";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.Publishing".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.Publishing".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct JavaSettings {
        #[prost(string, tag = "1")]
        pub library_package: ::prost::alloc::string::String,
        #[prost(map = "string, string", tag = "2")]
        pub service_class_names: ::std::collections::HashMap<
            ::prost::alloc::string::String,
            ::prost::alloc::string::String,
        >,
        #[prost(message, optional, tag = "3")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
    }
    impl ::prost::Name for JavaSettings {
        const NAME: &'static str = "JavaSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.JavaSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.JavaSettings".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct CppSettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
    }
    impl ::prost::Name for CppSettings {
        const NAME: &'static str = "CppSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.CppSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.CppSettings".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct PhpSettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
        #[prost(string, tag = "2")]
        pub library_package: ::prost::alloc::string::String,
    }
    impl ::prost::Name for PhpSettings {
        const NAME: &'static str = "PhpSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.PhpSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.PhpSettings".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct PythonSettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
        #[prost(message, optional, tag = "2")]
        pub experimental_features: ::core::option::Option<
            python_settings::ExperimentalFeatures,
        >,
    }
    /// Nested message and enum types in `PythonSettings`.
    pub mod python_settings {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
        pub struct ExperimentalFeatures {
            #[prost(bool, tag = "1")]
            pub rest_async_io_enabled: bool,
            #[prost(bool, tag = "2")]
            pub protobuf_pythonic_types_enabled: bool,
            #[prost(bool, tag = "3")]
            pub unversioned_package_disabled: bool,
        }
        impl ::prost::Name for ExperimentalFeatures {
            const NAME: &'static str = "ExperimentalFeatures";
            const PACKAGE: &'static str = "google.api";
            fn full_name() -> ::prost::alloc::string::String {
                "google.api.PythonSettings.ExperimentalFeatures".into()
            }
            fn type_url() -> ::prost::alloc::string::String {
                "type.googleapis.com/google.api.PythonSettings.ExperimentalFeatures"
                    .into()
            }
        }
    }
    impl ::prost::Name for PythonSettings {
        const NAME: &'static str = "PythonSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.PythonSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.PythonSettings".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct NodeSettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
    }
    impl ::prost::Name for NodeSettings {
        const NAME: &'static str = "NodeSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.NodeSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.NodeSettings".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct DotnetSettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
        #[prost(map = "string, string", tag = "2")]
        pub renamed_services: ::std::collections::HashMap<
            ::prost::alloc::string::String,
            ::prost::alloc::string::String,
        >,
        #[prost(map = "string, string", tag = "3")]
        pub renamed_resources: ::std::collections::HashMap<
            ::prost::alloc::string::String,
            ::prost::alloc::string::String,
        >,
        #[prost(string, repeated, tag = "4")]
        pub ignored_resources: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
        #[prost(string, repeated, tag = "5")]
        pub forced_namespace_aliases: ::prost::alloc::vec::Vec<
            ::prost::alloc::string::String,
        >,
        #[prost(string, repeated, tag = "6")]
        pub handwritten_signatures: ::prost::alloc::vec::Vec<
            ::prost::alloc::string::String,
        >,
    }
    impl ::prost::Name for DotnetSettings {
        const NAME: &'static str = "DotnetSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.DotnetSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.DotnetSettings".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct RubySettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
    }
    impl ::prost::Name for RubySettings {
        const NAME: &'static str = "RubySettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.RubySettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.RubySettings".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct GoSettings {
        #[prost(message, optional, tag = "1")]
        pub common: ::core::option::Option<CommonLanguageSettings>,
        #[prost(map = "string, string", tag = "2")]
        pub renamed_services: ::std::collections::HashMap<
            ::prost::alloc::string::String,
            ::prost::alloc::string::String,
        >,
    }
    impl ::prost::Name for GoSettings {
        const NAME: &'static str = "GoSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.GoSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.GoSettings".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct MethodSettings {
        #[prost(string, tag = "1")]
        pub selector: ::prost::alloc::string::String,
        #[prost(message, optional, tag = "2")]
        pub long_running: ::core::option::Option<method_settings::LongRunning>,
        #[prost(string, repeated, tag = "3")]
        pub auto_populated_fields: ::prost::alloc::vec::Vec<
            ::prost::alloc::string::String,
        >,
        #[prost(message, optional, tag = "4")]
        pub batching: ::core::option::Option<BatchingConfigProto>,
    }
    /// Nested message and enum types in `MethodSettings`.
    pub mod method_settings {
        #[derive(Clone, Copy, PartialEq, ::prost::Message)]
        pub struct LongRunning {
            #[prost(message, optional, tag = "1")]
            pub initial_poll_delay: ::core::option::Option<::prost_types::Duration>,
            #[prost(float, tag = "2")]
            pub poll_delay_multiplier: f32,
            #[prost(message, optional, tag = "3")]
            pub max_poll_delay: ::core::option::Option<::prost_types::Duration>,
            #[prost(message, optional, tag = "4")]
            pub total_poll_timeout: ::core::option::Option<::prost_types::Duration>,
        }
        impl ::prost::Name for LongRunning {
            const NAME: &'static str = "LongRunning";
            const PACKAGE: &'static str = "google.api";
            fn full_name() -> ::prost::alloc::string::String {
                "google.api.MethodSettings.LongRunning".into()
            }
            fn type_url() -> ::prost::alloc::string::String {
                "type.googleapis.com/google.api.MethodSettings.LongRunning".into()
            }
        }
    }
    impl ::prost::Name for MethodSettings {
        const NAME: &'static str = "MethodSettings";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.MethodSettings".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.MethodSettings".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct SelectiveGapicGeneration {
        #[prost(string, repeated, tag = "1")]
        pub methods: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
        #[prost(bool, tag = "2")]
        pub generate_omitted_as_internal: bool,
    }
    impl ::prost::Name for SelectiveGapicGeneration {
        const NAME: &'static str = "SelectiveGapicGeneration";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.SelectiveGapicGeneration".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.SelectiveGapicGeneration".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct BatchingConfigProto {
        #[prost(message, optional, tag = "1")]
        pub thresholds: ::core::option::Option<BatchingSettingsProto>,
        #[prost(message, optional, tag = "2")]
        pub batch_descriptor: ::core::option::Option<BatchingDescriptorProto>,
    }
    impl ::prost::Name for BatchingConfigProto {
        const NAME: &'static str = "BatchingConfigProto";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.BatchingConfigProto".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.BatchingConfigProto".into()
        }
    }
    #[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct BatchingSettingsProto {
        #[prost(int32, tag = "1")]
        pub element_count_threshold: i32,
        #[prost(int64, tag = "2")]
        pub request_byte_threshold: i64,
        #[prost(message, optional, tag = "3")]
        pub delay_threshold: ::core::option::Option<::prost_types::Duration>,
        #[prost(int32, tag = "4")]
        pub element_count_limit: i32,
        #[prost(int32, tag = "5")]
        pub request_byte_limit: i32,
        #[prost(int32, tag = "6")]
        pub flow_control_element_limit: i32,
        #[prost(int32, tag = "7")]
        pub flow_control_byte_limit: i32,
        #[prost(enumeration = "FlowControlLimitExceededBehaviorProto", tag = "8")]
        pub flow_control_limit_exceeded_behavior: i32,
    }
    impl ::prost::Name for BatchingSettingsProto {
        const NAME: &'static str = "BatchingSettingsProto";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.BatchingSettingsProto".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.BatchingSettingsProto".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct BatchingDescriptorProto {
        #[prost(string, tag = "1")]
        pub batched_field: ::prost::alloc::string::String,
        #[prost(string, repeated, tag = "2")]
        pub discriminator_fields: ::prost::alloc::vec::Vec<
            ::prost::alloc::string::String,
        >,
        #[prost(string, tag = "3")]
        pub subresponse_field: ::prost::alloc::string::String,
    }
    impl ::prost::Name for BatchingDescriptorProto {
        const NAME: &'static str = "BatchingDescriptorProto";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.BatchingDescriptorProto".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.BatchingDescriptorProto".into()
        }
    }
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum ClientLibraryOrganization {
        Unspecified = 0,
        Cloud = 1,
        Ads = 2,
        Photos = 3,
        StreetView = 4,
        Shopping = 5,
        Geo = 6,
        GenerativeAi = 7,
    }
    impl ClientLibraryOrganization {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Unspecified => "CLIENT_LIBRARY_ORGANIZATION_UNSPECIFIED",
                Self::Cloud => "CLOUD",
                Self::Ads => "ADS",
                Self::Photos => "PHOTOS",
                Self::StreetView => "STREET_VIEW",
                Self::Shopping => "SHOPPING",
                Self::Geo => "GEO",
                Self::GenerativeAi => "GENERATIVE_AI",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "CLIENT_LIBRARY_ORGANIZATION_UNSPECIFIED" => Some(Self::Unspecified),
                "CLOUD" => Some(Self::Cloud),
                "ADS" => Some(Self::Ads),
                "PHOTOS" => Some(Self::Photos),
                "STREET_VIEW" => Some(Self::StreetView),
                "SHOPPING" => Some(Self::Shopping),
                "GEO" => Some(Self::Geo),
                "GENERATIVE_AI" => Some(Self::GenerativeAi),
                _ => None,
            }
        }
    }
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum ClientLibraryDestination {
        Unspecified = 0,
        Github = 10,
        PackageManager = 20,
    }
    impl ClientLibraryDestination {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Unspecified => "CLIENT_LIBRARY_DESTINATION_UNSPECIFIED",
                Self::Github => "GITHUB",
                Self::PackageManager => "PACKAGE_MANAGER",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "CLIENT_LIBRARY_DESTINATION_UNSPECIFIED" => Some(Self::Unspecified),
                "GITHUB" => Some(Self::Github),
                "PACKAGE_MANAGER" => Some(Self::PackageManager),
                _ => None,
            }
        }
    }
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum FlowControlLimitExceededBehaviorProto {
        UnsetBehavior = 0,
        ThrowException = 1,
        Block = 2,
        Ignore = 3,
    }
    impl FlowControlLimitExceededBehaviorProto {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::UnsetBehavior => "UNSET_BEHAVIOR",
                Self::ThrowException => "THROW_EXCEPTION",
                Self::Block => "BLOCK",
                Self::Ignore => "IGNORE",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "UNSET_BEHAVIOR" => Some(Self::UnsetBehavior),
                "THROW_EXCEPTION" => Some(Self::ThrowException),
                "BLOCK" => Some(Self::Block),
                "IGNORE" => Some(Self::Ignore),
                _ => None,
            }
        }
    }
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum FieldBehavior {
        Unspecified = 0,
        Optional = 1,
        Required = 2,
        OutputOnly = 3,
        InputOnly = 4,
        Immutable = 5,
        UnorderedList = 6,
        NonEmptyDefault = 7,
        Identifier = 8,
    }
    impl FieldBehavior {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Unspecified => "FIELD_BEHAVIOR_UNSPECIFIED",
                Self::Optional => "OPTIONAL",
                Self::Required => "REQUIRED",
                Self::OutputOnly => "OUTPUT_ONLY",
                Self::InputOnly => "INPUT_ONLY",
                Self::Immutable => "IMMUTABLE",
                Self::UnorderedList => "UNORDERED_LIST",
                Self::NonEmptyDefault => "NON_EMPTY_DEFAULT",
                Self::Identifier => "IDENTIFIER",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "FIELD_BEHAVIOR_UNSPECIFIED" => Some(Self::Unspecified),
                "OPTIONAL" => Some(Self::Optional),
                "REQUIRED" => Some(Self::Required),
                "OUTPUT_ONLY" => Some(Self::OutputOnly),
                "INPUT_ONLY" => Some(Self::InputOnly),
                "IMMUTABLE" => Some(Self::Immutable),
                "UNORDERED_LIST" => Some(Self::UnorderedList),
                "NON_EMPTY_DEFAULT" => Some(Self::NonEmptyDefault),
                "IDENTIFIER" => Some(Self::Identifier),
                _ => None,
            }
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct FieldInfo {
        #[prost(enumeration = "field_info::Format", tag = "1")]
        pub format: i32,
        #[prost(message, repeated, tag = "2")]
        pub referenced_types: ::prost::alloc::vec::Vec<TypeReference>,
    }
    /// Nested message and enum types in `FieldInfo`.
    pub mod field_info {
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            ::prost::Enumeration
        )]
        #[repr(i32)]
        pub enum Format {
            Unspecified = 0,
            Uuid4 = 1,
            Ipv4 = 2,
            Ipv6 = 3,
            Ipv4OrIpv6 = 4,
        }
        impl Format {
            /// String value of the enum field names used in the ProtoBuf definition.
            ///
            /// The values are not transformed in any way and thus are considered stable
            /// (if the ProtoBuf definition does not change) and safe for programmatic use.
            pub fn as_str_name(&self) -> &'static str {
                match self {
                    Self::Unspecified => "FORMAT_UNSPECIFIED",
                    Self::Uuid4 => "UUID4",
                    Self::Ipv4 => "IPV4",
                    Self::Ipv6 => "IPV6",
                    Self::Ipv4OrIpv6 => "IPV4_OR_IPV6",
                }
            }
            /// Creates an enum from field names used in the ProtoBuf definition.
            pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
                match value {
                    "FORMAT_UNSPECIFIED" => Some(Self::Unspecified),
                    "UUID4" => Some(Self::Uuid4),
                    "IPV4" => Some(Self::Ipv4),
                    "IPV6" => Some(Self::Ipv6),
                    "IPV4_OR_IPV6" => Some(Self::Ipv4OrIpv6),
                    _ => None,
                }
            }
        }
    }
    impl ::prost::Name for FieldInfo {
        const NAME: &'static str = "FieldInfo";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.FieldInfo".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.FieldInfo".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct TypeReference {
        #[prost(string, tag = "1")]
        pub type_name: ::prost::alloc::string::String,
    }
    impl ::prost::Name for TypeReference {
        const NAME: &'static str = "TypeReference";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.TypeReference".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.TypeReference".into()
        }
    }
    /// A body that is passed on as it is, whatever its content type.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct HttpBody {
        /// The value of the header `content-type`.
        #[prost(string, tag = "1")]
        pub content_type: ::prost::alloc::string::String,
        /// The bytes of the body.
        #[prost(bytes = "vec", tag = "2")]
        pub data: ::prost::alloc::vec::Vec<u8>,
        /// Metadata that an application adds.
        #[prost(message, repeated, tag = "3")]
        pub extensions: ::prost::alloc::vec::Vec<::prost_types::Any>,
    }
    impl ::prost::Name for HttpBody {
        const NAME: &'static str = "HttpBody";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.HttpBody".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.HttpBody".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct ResourceDescriptor {
        #[prost(string, tag = "1")]
        pub r#type: ::prost::alloc::string::String,
        #[prost(string, repeated, tag = "2")]
        pub pattern: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
        #[prost(string, tag = "3")]
        pub name_field: ::prost::alloc::string::String,
        #[prost(enumeration = "resource_descriptor::History", tag = "4")]
        pub history: i32,
        #[prost(string, tag = "5")]
        pub plural: ::prost::alloc::string::String,
        #[prost(string, tag = "6")]
        pub singular: ::prost::alloc::string::String,
        #[prost(enumeration = "resource_descriptor::Style", repeated, tag = "10")]
        pub style: ::prost::alloc::vec::Vec<i32>,
    }
    /// Nested message and enum types in `ResourceDescriptor`.
    pub mod resource_descriptor {
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            ::prost::Enumeration
        )]
        #[repr(i32)]
        pub enum History {
            Unspecified = 0,
            OriginallySinglePattern = 1,
            FutureMultiPattern = 2,
        }
        impl History {
            /// String value of the enum field names used in the ProtoBuf definition.
            ///
            /// The values are not transformed in any way and thus are considered stable
            /// (if the ProtoBuf definition does not change) and safe for programmatic use.
            pub fn as_str_name(&self) -> &'static str {
                match self {
                    Self::Unspecified => "HISTORY_UNSPECIFIED",
                    Self::OriginallySinglePattern => "ORIGINALLY_SINGLE_PATTERN",
                    Self::FutureMultiPattern => "FUTURE_MULTI_PATTERN",
                }
            }
            /// Creates an enum from field names used in the ProtoBuf definition.
            pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
                match value {
                    "HISTORY_UNSPECIFIED" => Some(Self::Unspecified),
                    "ORIGINALLY_SINGLE_PATTERN" => Some(Self::OriginallySinglePattern),
                    "FUTURE_MULTI_PATTERN" => Some(Self::FutureMultiPattern),
                    _ => None,
                }
            }
        }
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            ::prost::Enumeration
        )]
        #[repr(i32)]
        pub enum Style {
            Unspecified = 0,
            DeclarativeFriendly = 1,
        }
        impl Style {
            /// String value of the enum field names used in the ProtoBuf definition.
            ///
            /// The values are not transformed in any way and thus are considered stable
            /// (if the ProtoBuf definition does not change) and safe for programmatic use.
            pub fn as_str_name(&self) -> &'static str {
                match self {
                    Self::Unspecified => "STYLE_UNSPECIFIED",
                    Self::DeclarativeFriendly => "DECLARATIVE_FRIENDLY",
                }
            }
            /// Creates an enum from field names used in the ProtoBuf definition.
            pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
                match value {
                    "STYLE_UNSPECIFIED" => Some(Self::Unspecified),
                    "DECLARATIVE_FRIENDLY" => Some(Self::DeclarativeFriendly),
                    _ => None,
                }
            }
        }
    }
    impl ::prost::Name for ResourceDescriptor {
        const NAME: &'static str = "ResourceDescriptor";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.ResourceDescriptor".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.ResourceDescriptor".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct ResourceReference {
        #[prost(string, tag = "1")]
        pub r#type: ::prost::alloc::string::String,
        #[prost(string, tag = "2")]
        pub child_type: ::prost::alloc::string::String,
    }
    impl ::prost::Name for ResourceReference {
        const NAME: &'static str = "ResourceReference";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.ResourceReference".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.ResourceReference".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct RoutingRule {
        #[prost(message, repeated, tag = "2")]
        pub routing_parameters: ::prost::alloc::vec::Vec<RoutingParameter>,
    }
    impl ::prost::Name for RoutingRule {
        const NAME: &'static str = "RoutingRule";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.RoutingRule".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.RoutingRule".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct RoutingParameter {
        #[prost(string, tag = "1")]
        pub field: ::prost::alloc::string::String,
        #[prost(string, tag = "2")]
        pub path_template: ::prost::alloc::string::String,
    }
    impl ::prost::Name for RoutingParameter {
        const NAME: &'static str = "RoutingParameter";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.RoutingParameter".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.RoutingParameter".into()
        }
    }
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct Visibility {
        #[prost(message, repeated, tag = "1")]
        pub rules: ::prost::alloc::vec::Vec<VisibilityRule>,
    }
    impl ::prost::Name for Visibility {
        const NAME: &'static str = "Visibility";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.Visibility".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.Visibility".into()
        }
    }
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct VisibilityRule {
        #[prost(string, tag = "1")]
        pub selector: ::prost::alloc::string::String,
        #[prost(string, tag = "2")]
        pub restriction: ::prost::alloc::string::String,
    }
    impl ::prost::Name for VisibilityRule {
        const NAME: &'static str = "VisibilityRule";
        const PACKAGE: &'static str = "google.api";
        fn full_name() -> ::prost::alloc::string::String {
            "google.api.VisibilityRule".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.api.VisibilityRule".into()
        }
    }
}
/// Package `google.rpc`.
pub mod rpc {
    /// How a call ended, as a number.
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum Code {
        Ok = 0,
        Cancelled = 1,
        Unknown = 2,
        InvalidArgument = 3,
        DeadlineExceeded = 4,
        NotFound = 5,
        AlreadyExists = 6,
        PermissionDenied = 7,
        Unauthenticated = 16,
        ResourceExhausted = 8,
        FailedPrecondition = 9,
        Aborted = 10,
        OutOfRange = 11,
        Unimplemented = 12,
        Internal = 13,
        Unavailable = 14,
        DataLoss = 15,
    }
    impl Code {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Ok => "OK",
                Self::Cancelled => "CANCELLED",
                Self::Unknown => "UNKNOWN",
                Self::InvalidArgument => "INVALID_ARGUMENT",
                Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
                Self::NotFound => "NOT_FOUND",
                Self::AlreadyExists => "ALREADY_EXISTS",
                Self::PermissionDenied => "PERMISSION_DENIED",
                Self::Unauthenticated => "UNAUTHENTICATED",
                Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
                Self::FailedPrecondition => "FAILED_PRECONDITION",
                Self::Aborted => "ABORTED",
                Self::OutOfRange => "OUT_OF_RANGE",
                Self::Unimplemented => "UNIMPLEMENTED",
                Self::Internal => "INTERNAL",
                Self::Unavailable => "UNAVAILABLE",
                Self::DataLoss => "DATA_LOSS",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "OK" => Some(Self::Ok),
                "CANCELLED" => Some(Self::Cancelled),
                "UNKNOWN" => Some(Self::Unknown),
                "INVALID_ARGUMENT" => Some(Self::InvalidArgument),
                "DEADLINE_EXCEEDED" => Some(Self::DeadlineExceeded),
                "NOT_FOUND" => Some(Self::NotFound),
                "ALREADY_EXISTS" => Some(Self::AlreadyExists),
                "PERMISSION_DENIED" => Some(Self::PermissionDenied),
                "UNAUTHENTICATED" => Some(Self::Unauthenticated),
                "RESOURCE_EXHAUSTED" => Some(Self::ResourceExhausted),
                "FAILED_PRECONDITION" => Some(Self::FailedPrecondition),
                "ABORTED" => Some(Self::Aborted),
                "OUT_OF_RANGE" => Some(Self::OutOfRange),
                "UNIMPLEMENTED" => Some(Self::Unimplemented),
                "INTERNAL" => Some(Self::Internal),
                "UNAVAILABLE" => Some(Self::Unavailable),
                "DATA_LOSS" => Some(Self::DataLoss),
                _ => None,
            }
        }
    }
    /// The cause of an error, for programs.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct ErrorInfo {
        /// The cause in upper snake case, unique in `domain`.
        #[prost(string, tag = "1")]
        pub reason: ::prost::alloc::string::String,
        /// Who says so, often a name of a service.
        #[prost(string, tag = "2")]
        pub domain: ::prost::alloc::string::String,
        /// More about this error.
        #[prost(map = "string, string", tag = "3")]
        pub metadata: ::std::collections::HashMap<
            ::prost::alloc::string::String,
            ::prost::alloc::string::String,
        >,
    }
    impl ::prost::Name for ErrorInfo {
        const NAME: &'static str = "ErrorInfo";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.ErrorInfo".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.ErrorInfo".into()
        }
    }
    /// When to try again.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct RetryInfo {
        /// The least time to wait.
        #[prost(message, optional, tag = "1")]
        pub retry_delay: ::core::option::Option<::prost_types::Duration>,
    }
    impl ::prost::Name for RetryInfo {
        const NAME: &'static str = "RetryInfo";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.RetryInfo".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.RetryInfo".into()
        }
    }
    /// What a developer wants to see.
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct DebugInfo {
        /// The stack, innermost first.
        #[prost(string, repeated, tag = "1")]
        pub stack_entries: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
        /// More, as text.
        #[prost(string, tag = "2")]
        pub detail: ::prost::alloc::string::String,
    }
    impl ::prost::Name for DebugInfo {
        const NAME: &'static str = "DebugInfo";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.DebugInfo".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.DebugInfo".into()
        }
    }
    /// The quotas that a call would have exceeded.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct QuotaFailure {
        /// One for each quota.
        #[prost(message, repeated, tag = "1")]
        pub violations: ::prost::alloc::vec::Vec<quota_failure::Violation>,
    }
    /// Nested message and enum types in `QuotaFailure`.
    pub mod quota_failure {
        /// A quota that a call would have exceeded.
        #[derive(Clone, PartialEq, ::prost::Message)]
        pub struct Violation {
            /// Whose quota it is.
            #[prost(string, tag = "1")]
            pub subject: ::prost::alloc::string::String,
            /// How the check failed.
            #[prost(string, tag = "2")]
            pub description: ::prost::alloc::string::String,
            /// The service that the quota is from.
            #[prost(string, tag = "3")]
            pub api_service: ::prost::alloc::string::String,
            /// What the quota counts.
            #[prost(string, tag = "4")]
            pub quota_metric: ::prost::alloc::string::String,
            /// The name of the quota.
            #[prost(string, tag = "5")]
            pub quota_id: ::prost::alloc::string::String,
            /// The dimensions in which it was exceeded.
            #[prost(map = "string, string", tag = "6")]
            pub quota_dimensions: ::std::collections::HashMap<
                ::prost::alloc::string::String,
                ::prost::alloc::string::String,
            >,
            /// The quota at the time.
            #[prost(int64, tag = "7")]
            pub quota_value: i64,
            /// The quota that is being rolled out.
            #[prost(int64, optional, tag = "8")]
            pub future_quota_value: ::core::option::Option<i64>,
        }
        impl ::prost::Name for Violation {
            const NAME: &'static str = "Violation";
            const PACKAGE: &'static str = "google.rpc";
            fn full_name() -> ::prost::alloc::string::String {
                "google.rpc.QuotaFailure.Violation".into()
            }
            fn type_url() -> ::prost::alloc::string::String {
                "type.googleapis.com/google.rpc.QuotaFailure.Violation".into()
            }
        }
    }
    impl ::prost::Name for QuotaFailure {
        const NAME: &'static str = "QuotaFailure";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.QuotaFailure".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.QuotaFailure".into()
        }
    }
    /// The preconditions that did not hold.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct PreconditionFailure {
        /// One for each precondition.
        #[prost(message, repeated, tag = "1")]
        pub violations: ::prost::alloc::vec::Vec<precondition_failure::Violation>,
    }
    /// Nested message and enum types in `PreconditionFailure`.
    pub mod precondition_failure {
        /// A precondition that did not hold.
        #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
        pub struct Violation {
            /// The kind of precondition.
            #[prost(string, tag = "1")]
            pub r#type: ::prost::alloc::string::String,
            /// What it is about.
            #[prost(string, tag = "2")]
            pub subject: ::prost::alloc::string::String,
            /// How it failed.
            #[prost(string, tag = "3")]
            pub description: ::prost::alloc::string::String,
        }
        impl ::prost::Name for Violation {
            const NAME: &'static str = "Violation";
            const PACKAGE: &'static str = "google.rpc";
            fn full_name() -> ::prost::alloc::string::String {
                "google.rpc.PreconditionFailure.Violation".into()
            }
            fn type_url() -> ::prost::alloc::string::String {
                "type.googleapis.com/google.rpc.PreconditionFailure.Violation".into()
            }
        }
    }
    impl ::prost::Name for PreconditionFailure {
        const NAME: &'static str = "PreconditionFailure";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.PreconditionFailure".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.PreconditionFailure".into()
        }
    }
    /// The fields of a request that are wrong.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct BadRequest {
        /// One for each mistake.
        #[prost(message, repeated, tag = "1")]
        pub field_violations: ::prost::alloc::vec::Vec<bad_request::FieldViolation>,
    }
    /// Nested message and enum types in `BadRequest`.
    pub mod bad_request {
        /// A field that is wrong.
        #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
        pub struct FieldViolation {
            /// Path of the field in the request.
            #[prost(string, tag = "1")]
            pub field: ::prost::alloc::string::String,
            /// What is wrong with it.
            #[prost(string, tag = "2")]
            pub description: ::prost::alloc::string::String,
            /// The cause in upper snake case.
            #[prost(string, tag = "3")]
            pub reason: ::prost::alloc::string::String,
            /// What is wrong, for the user.
            #[prost(message, optional, tag = "4")]
            pub localized_message: ::core::option::Option<super::LocalizedMessage>,
        }
        impl ::prost::Name for FieldViolation {
            const NAME: &'static str = "FieldViolation";
            const PACKAGE: &'static str = "google.rpc";
            fn full_name() -> ::prost::alloc::string::String {
                "google.rpc.BadRequest.FieldViolation".into()
            }
            fn type_url() -> ::prost::alloc::string::String {
                "type.googleapis.com/google.rpc.BadRequest.FieldViolation".into()
            }
        }
    }
    impl ::prost::Name for BadRequest {
        const NAME: &'static str = "BadRequest";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.BadRequest".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.BadRequest".into()
        }
    }
    /// Which request it was.
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct RequestInfo {
        /// The id in the logs.
        #[prost(string, tag = "1")]
        pub request_id: ::prost::alloc::string::String,
        /// More about who served it.
        #[prost(string, tag = "2")]
        pub serving_data: ::prost::alloc::string::String,
    }
    impl ::prost::Name for RequestInfo {
        const NAME: &'static str = "RequestInfo";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.RequestInfo".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.RequestInfo".into()
        }
    }
    /// The resource that was asked for.
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct ResourceInfo {
        /// Its type.
        #[prost(string, tag = "1")]
        pub resource_type: ::prost::alloc::string::String,
        /// Its name.
        #[prost(string, tag = "2")]
        pub resource_name: ::prost::alloc::string::String,
        /// Who owns it.
        #[prost(string, tag = "3")]
        pub owner: ::prost::alloc::string::String,
        /// What went wrong with it.
        #[prost(string, tag = "4")]
        pub description: ::prost::alloc::string::String,
    }
    impl ::prost::Name for ResourceInfo {
        const NAME: &'static str = "ResourceInfo";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.ResourceInfo".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.ResourceInfo".into()
        }
    }
    /// Where to read more.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct Help {
        /// The pages.
        #[prost(message, repeated, tag = "1")]
        pub links: ::prost::alloc::vec::Vec<help::Link>,
    }
    /// Nested message and enum types in `Help`.
    pub mod help {
        /// A page to read.
        #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
        pub struct Link {
            /// What it offers.
            #[prost(string, tag = "1")]
            pub description: ::prost::alloc::string::String,
            /// Its address.
            #[prost(string, tag = "2")]
            pub url: ::prost::alloc::string::String,
        }
        impl ::prost::Name for Link {
            const NAME: &'static str = "Link";
            const PACKAGE: &'static str = "google.rpc";
            fn full_name() -> ::prost::alloc::string::String {
                "google.rpc.Help.Link".into()
            }
            fn type_url() -> ::prost::alloc::string::String {
                "type.googleapis.com/google.rpc.Help.Link".into()
            }
        }
    }
    impl ::prost::Name for Help {
        const NAME: &'static str = "Help";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.Help".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.Help".into()
        }
    }
    /// A sentence for the user.
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
    pub struct LocalizedMessage {
        /// Its language as BCP 47 has it, such as `en-US`.
        #[prost(string, tag = "1")]
        pub locale: ::prost::alloc::string::String,
        /// The sentence.
        #[prost(string, tag = "2")]
        pub message: ::prost::alloc::string::String,
    }
    impl ::prost::Name for LocalizedMessage {
        const NAME: &'static str = "LocalizedMessage";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.LocalizedMessage".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.LocalizedMessage".into()
        }
    }
    /// How a call ended: a code, a sentence and details.
    #[derive(Clone, PartialEq, ::prost::Message)]
    pub struct Status {
        /// A number of `google.rpc.Code`.
        #[prost(int32, tag = "1")]
        pub code: i32,
        /// A sentence for developers, in English.
        #[prost(string, tag = "2")]
        pub message: ::prost::alloc::string::String,
        /// Messages that say more, such as those of error_details.proto.
        #[prost(message, repeated, tag = "3")]
        pub details: ::prost::alloc::vec::Vec<::prost_types::Any>,
    }
    impl ::prost::Name for Status {
        const NAME: &'static str = "Status";
        const PACKAGE: &'static str = "google.rpc";
        fn full_name() -> ::prost::alloc::string::String {
            "google.rpc.Status".into()
        }
        fn type_url() -> ::prost::alloc::string::String {
            "type.googleapis.com/google.rpc.Status".into()
        }
    }
}
