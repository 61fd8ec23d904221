//! `google.api.http`: how a method is reached by HTTP.

/// A list of rules, as the `http` part of a service configuration holds it.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Http {
    /// The rules; later ones win over earlier ones for the same selector.
    #[prost(message, repeated, tag = "1")]
    pub rules: Vec<HttpRule>,
    /// Decode reserved characters in multi-segment variables too, all but `%2F`.
    #[prost(bool, tag = "2")]
    pub fully_decode_reserved_expansion: bool,
}

/// One rule with its additional bindings.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct HttpRule {
    /// The method that it is for; empty in an annotation.
    #[prost(string, tag = "1")]
    pub selector: String,
    /// The field that takes the body, `*` for all that the path leaves, empty for none.
    #[prost(string, tag = "7")]
    pub body: String,
    /// The response's field that is the body, empty for the whole message.
    #[prost(string, tag = "12")]
    pub response_body: String,
    /// Further bindings, one level deep.
    #[prost(message, repeated, tag = "11")]
    pub additional_bindings: Vec<HttpRule>,
    /// HTTP method and path template.
    #[prost(oneof = "Pattern", tags = "2, 3, 4, 5, 6, 8")]
    pub pattern: Option<Pattern>,
}

/// HTTP method and path template of a rule.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
pub enum Pattern {
    /// GET
    #[prost(string, tag = "2")]
    Get(String),
    /// PUT
    #[prost(string, tag = "3")]
    Put(String),
    /// POST
    #[prost(string, tag = "4")]
    Post(String),
    /// DELETE
    #[prost(string, tag = "5")]
    Delete(String),
    /// PATCH
    #[prost(string, tag = "6")]
    Patch(String),
    /// Any other method.
    #[prost(message, tag = "8")]
    Custom(CustomHttpPattern),
}

/// A method that has no field of its own in [`Pattern`].
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CustomHttpPattern {
    /// The HTTP method, or `*` for every one.
    #[prost(string, tag = "1")]
    pub kind: String,
    /// The path template.
    #[prost(string, tag = "2")]
    pub path: String,
}
