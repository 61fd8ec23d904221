//! What can be chosen about a gateway, each choice with its name and its default.

use std::time::Duration;

use http::HeaderName;

use super::codec::Codecs;
use super::headers::ALLOWED;
use super::hooks::Hooks;
use super::router;
use crate::descriptor::HttpRule;
use crate::json::{ParseOptions, PrintOptions};

/// Everything that is chosen about a gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(super) routing: router::Rules,
    pub(super) path_unescape: PathUnescape,
    pub(super) path_list_separator: ListSeparator,
    pub(super) unknown_query: UnknownQuery,
    pub(super) unmapped_body: UnmappedBody,
    pub(super) content_types: ContentTypes,
    pub(super) patch_mask: PatchMask,
    pub(super) wrong_method: WrongMethod,
    pub(super) method_override: MethodOverride,
    pub(super) form_fallback: FormFallback,
    pub(super) hooks: Hooks,
    #[cfg(feature = "websocket")]
    pub(super) websocket_origins: WebSocketOrigins,
    pub(super) error_format: ErrorFormat,
    pub(super) stream_format: StreamFormat,
    pub(super) header_style: HeaderStyle,
    pub(super) allowed_headers: AllowedHeaders,
    pub(super) unbound_methods: UnboundMethods,
    pub(super) parse: ParseOptions,
    pub(super) print: PrintOptions,
    pub(super) codecs: Codecs,
    /// Rules from elsewhere, which replace those of the methods that they name.
    pub(super) rules: Vec<HttpRule>,
    pub(super) limits: Limits,
}

/// What is decoded in a variable that spans several segments, such as `{name=shelves/*}` or `{path=**}`. A variable of one
/// segment is decoded as a whole in every mode, and nothing is ever decoded twice.
///
/// `google/api/http.proto` says two things: under `HttpRule` that all but `%2F` is decoded, and under
/// `Http.fully_decode_reserved_expansion` that no reserved character is. The first one is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathUnescape {
    /// All but `%2F`, which stays so that it is not taken for a slash.
    #[default]
    AllExceptSlash,
    /// All but the characters that RFC 6570 reserves: `!#$&'()*+,/:;=?@[]`. This is what Envoy does.
    AllExceptReserved,
    /// Everything; a `%2F` becomes a slash in the value, but does not separate segments.
    All,
    /// Everything, before the path is split: `%2F` separates segments. This is what grpc-gateway does unless it is told
    /// otherwise. What checks paths in front of the gateway must decode them first, too.
    BeforeSplitting,
}

/// What separates the elements of a repeated field in a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListSeparator {
    /// `,`
    #[default]
    Comma,
    /// `|`
    Pipe,
    /// A space.
    Space,
    /// A tab.
    Tab,
}

impl ListSeparator {
    pub(super) fn letter(self) -> char {
        match self {
            ListSeparator::Comma => ',',
            ListSeparator::Pipe => '|',
            ListSeparator::Space => ' ',
            ListSeparator::Tab => '\t',
        }
    }
}

/// What becomes of a query key that names no field, or one that the path or the body sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownQuery {
    /// The request is answered with 400.
    #[default]
    Reject,
    /// The pair is left out.
    Ignore,
}

/// What becomes of a JSON member that names no field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// The request is answered with 400.
    #[default]
    Reject,
    /// The member is left out.
    Ignore,
}

/// What becomes of a body that comes with a request whose rule has no `body`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnmappedBody {
    /// The request is answered with 400, which says what the rule lacks.
    #[default]
    Reject,
    /// The body is not read.
    Ignore,
}

/// What fills the field mask of a PATCH that names none: one `google.protobuf.FieldMask` of a request whose `body` is a
/// message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PatchMask {
    /// The paths of all that the JSON body gives, as in grpc-gateway.
    #[default]
    FromBody,
    /// Nothing.
    Untouched,
}

/// Which bodies are read as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentTypes {
    /// Those that say so, with `application/json` or a type that ends in `+json`, and those without a content-type. What
    /// no codec reads is answered with 415.
    #[default]
    Checked,
    /// Whatever no codec reads, as in grpc-gateway.
    AnyIsJson,
}

/// How a request is answered whose path has routes, but not for its method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WrongMethod {
    /// With 405 and the header `allow`.
    #[default]
    MethodNotAllowed,
    /// With 501, as in grpc-gateway.
    NotImplemented,
}

/// How an error is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorFormat {
    /// As a bare `google.rpc.Status`: `{"code":5,"message":"no such book","details":[]}`.
    #[default]
    Status,
    /// As [AIP-193](https://google.aip.dev/193) has it:
    /// `{"error":{"code":404,"message":"no such book","status":"NOT_FOUND","details":[]}}`.
    Aip193,
}

/// How the messages of a stream of JSON are framed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamFormat {
    /// By what the client accepts: one message a line (`application/x-ndjson`, unless it asks for another), an array
    /// (`application/json`) or server-sent events (`text/event-stream`).
    #[default]
    Negotiated,
    /// As in grpc-gateway: `{"result":...}` a line, `{"error":...}` at the end, under `application/json`.
    Enveloped,
}

/// What one request may take up. All limits are on unless they are raised.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the body of a unary call, and of one message of a stream, either way. More is answered with 413.
    /// 4 MiB unless set.
    pub max_message_bytes: usize,
    /// Bytes of path and query. More is answered with 414. 16 KiB unless set.
    pub max_target_bytes: usize,
    /// Pairs in a query or a form. More is answered with 400. 1,000 unless set.
    pub max_query_pairs: usize,
    /// How long a call may take that does not stream, its body included, and the longest that a client may ask for with
    /// `grpc-timeout`. 60 s unless set; `None` for no end.
    pub timeout: Option<Duration>,
    /// How long the next bytes of a body may take. Then the request is answered with 408. 30 s unless set.
    pub read_timeout: Duration,
    /// How long a stream may be without a message. Then it ends with DEADLINE_EXCEEDED. 5 minutes unless set; `None` for
    /// no end.
    pub stream_idle_timeout: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_bytes: 4 * 1024 * 1024,
            max_target_bytes: 16 * 1024,
            max_query_pairs: 1000,
            timeout: Some(Duration::from_secs(60)),
            read_timeout: Duration::from_secs(30),
            stream_idle_timeout: Some(Duration::from_secs(300)),
        }
    }
}

/// Under which names headers become metadata, and metadata headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderStyle {
    /// Headers of the allow-list keep their names both ways; `grpc-metadata-x` becomes `x`, unless proxies vouch for that
    /// name, and metadata that is no usual header becomes `grpc-metadata-*`.
    #[default]
    Plain,
    /// As in grpc-gateway: the usual headers become `grpcgateway-*`, `authorization` is there under its own name as well,
    /// `grpc-metadata-x` becomes `x`, and all metadata of an answer `grpc-metadata-*`.
    GrpcGateway,
}

/// The request headers that become metadata.
#[derive(Clone, Debug)]
pub(super) struct AllowedHeaders(pub(super) Vec<HeaderName>);

impl AllowedHeaders {
    pub(super) fn contains(&self, name: &HeaderName) -> bool {
        self.0.contains(name)
    }
}

impl Default for AllowedHeaders {
    fn default() -> Self {
        Self(ALLOWED.to_vec())
    }
}

/// What becomes of methods without a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnboundMethods {
    /// They are not reached by HTTP.
    #[default]
    Skip,
    /// They are reached as `POST /package.Service/Method`, with the message as the body.
    Post,
}

/// Whether a form may name another method than POST.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MethodOverride {
    /// It may not.
    #[default]
    Off,
    /// A POST of exactly `application/x-www-form-urlencoded` takes the route of the method that its header
    /// `x-http-method-override` names, as in grpc-gateway. What filters requests by their method in front of the gateway
    /// does not see it (CVE-2026-37236).
    Forms,
}

/// What a form does that no route of POST takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormFallback {
    /// It is answered as any other request with the wrong method.
    #[default]
    Off,
    /// It takes the route of GET, with the form as the query, as in grpc-gateway.
    Get,
}

/// From which pages a browser may open a WebSocket. Clients that are no browsers do not say, and always may.
#[cfg(feature = "websocket")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WebSocketOrigins {
    /// From pages of the host that the request is for.
    #[default]
    Same,
    /// From pages of these origins, such as `https://shop.example`.
    Only(Vec<String>),
    /// From every page: whoever visits one lends it their cookies.
    Any,
}
