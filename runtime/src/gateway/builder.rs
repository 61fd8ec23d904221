//! A gateway with options.

use std::sync::Arc;

use http::{HeaderName, Response};

use super::body::Body;
use super::codec::Codec;
use super::hooks::Call;
use super::mux::ServeMux;
use super::options::{
    ContentTypes, ErrorFormat, FormFallback, HeaderStyle, Limits, ListSeparator, MethodOverride,
    Options, PatchMask, PathUnescape, StreamFormat, UnboundMethods, UnknownFields, UnknownQuery,
    UnmappedBody, WrongMethod,
};
use super::router::{DerivedMethods, EmptySegments, RouteOrder, TrailingSlash, VerbMatching};
use crate::Status;
use crate::descriptor::HttpRule;
use crate::json::PrintOptions;

/// Builds a [`ServeMux`] with options; what is not set has its default.
///
/// ```
/// use rmicro::gateway::{ServeMux, UnknownQuery};
///
/// let mux = ServeMux::builder().unknown_query(UnknownQuery::Ignore).build();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until it builds"]
pub struct ServeMuxBuilder {
    options: Options,
}

/// A peer whose answers a gateway can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compat {
    /// grpc-gateway v2.
    GrpcGateway,
}

impl ServeMux {
    /// Starts a gateway with options.
    pub fn builder() -> ServeMuxBuilder {
        ServeMuxBuilder::default()
    }
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident: $type:ty => $($place:ident).+)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, choice: $type) -> Self {
            self.options.$($place).+ = choice;
            self
        }
    )*};
}

impl ServeMuxBuilder {
    /// Sets every option by which that peer differs from the defaults, so that clients see no change. What is set
    /// afterwards wins.
    pub fn compat(mut self, compat: Compat) -> Self {
        match compat {
            Compat::GrpcGateway => self = self.like_grpc_gateway(),
        }
        self
    }

    fn like_grpc_gateway(self) -> Self {
        self.route_order(RouteOrder::LastRegistered)
            .verb_matching(VerbMatching::WhereItMatches)
            .empty_segments(EmptySegments::Matched)
            .path_unescape(PathUnescape::BeforeSplitting)
            .unknown_query(UnknownQuery::Ignore)
            .unknown_fields(UnknownFields::Ignore)
            .unmapped_body(UnmappedBody::Ignore)
            .content_types(ContentTypes::AnyIsJson)
            .wrong_method(WrongMethod::NotImplemented)
            .derived_methods(DerivedMethods::None)
            .method_override(MethodOverride::Forms)
            .form_fallback(FormFallback::Get)
            .stream_format(StreamFormat::Enveloped)
            .header_style(HeaderStyle::GrpcGateway)
            .allow_only_headers([])
            .print(PrintOptions {
                always_print_fields_with_no_presence: true,
                ..PrintOptions::default()
            })
    }

    #[cfg(feature = "websocket")]
    choices! {
        /// From which pages a browser may open a WebSocket.
        websocket_origins: super::options::WebSocketOrigins => websocket_origins
    }

    choices! {
        /// Which of several routes that match a request takes it.
        route_order: RouteOrder => routing.order
        /// Where the part after the last colon of a path is a verb.
        verb_matching: VerbMatching => routing.verbs
        /// Whether a slash at the end of a path matters.
        trailing_slash: TrailingSlash => routing.trailing_slash
        /// Whether `*` matches an empty segment.
        empty_segments: EmptySegments => routing.empty_segments
        /// What is decoded in a variable of several segments.
        path_unescape: PathUnescape => path_unescape
        /// What separates the elements of a repeated field in a path.
        path_list_separator: ListSeparator => path_list_separator
        /// What becomes of a query key that names no field, or one that path or body set.
        unknown_query: UnknownQuery => unknown_query
        /// What becomes of a body that the rule has no place for.
        unmapped_body: UnmappedBody => unmapped_body
        /// Which bodies are read as JSON.
        content_types: ContentTypes => content_types
        /// What fills the field mask of a PATCH.
        patch_mask: PatchMask => patch_mask
        /// How a request with the wrong method is answered.
        wrong_method: WrongMethod => wrong_method
        /// Whether HEAD and OPTIONS are answered without rules of their own.
        derived_methods: DerivedMethods => routing.derived_methods
        /// Whether a form may name another method than POST.
        method_override: MethodOverride => method_override
        /// What a form does that no route of POST takes.
        form_fallback: FormFallback => form_fallback
        /// How errors are written.
        error_format: ErrorFormat => error_format
        /// How the messages of a stream are framed.
        stream_format: StreamFormat => stream_format
        /// Under which names headers become metadata.
        header_style: HeaderStyle => header_style
        /// Whether methods without a rule are reached by HTTP.
        unbound_methods: UnboundMethods => unbound_methods
        /// What one request may take up.
        limits: Limits => limits
        /// How answers are written as JSON.
        print: PrintOptions => print
    }

    /// What becomes of a JSON member that names no field, and of a value that names none of its enum.
    pub fn unknown_fields(mut self, choice: UnknownFields) -> Self {
        let ignore = choice == UnknownFields::Ignore;
        self.options.parse.ignore_unknown_fields = ignore;
        self.options.parse.ignore_unknown_enum_names = ignore;
        self
    }

    /// Hands a request header on as metadata, besides those that are by default: `accept-language`, `authorization`,
    /// `baggage`, `cookie`, the conditional ones, `origin`, `referer`, `traceparent`, `tracestate`, `user-agent`,
    /// `x-b3-traceid`, `x-forwarded-proto` and `x-request-id`.
    pub fn allow_header(mut self, name: HeaderName) -> Self {
        self.options.allowed_headers.0.push(name);
        self
    }

    /// Hands on these request headers alone as metadata.
    pub fn allow_only_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.options.allowed_headers.0 = names.into_iter().collect();
        self
    }

    /// Decides which request headers become metadata, and under which names, instead of the allow-list. Names that mean
    /// something to HTTP or gRPC itself are never handed on, nor are values that are not visible ASCII.
    pub fn map_request_headers(
        mut self,
        map: impl Fn(&HeaderName) -> Option<HeaderName> + Send + Sync + 'static,
    ) -> Self {
        self.options.hooks.request_header = Some(Arc::new(map));
        self
    }

    /// Decides which metadata of an answer become headers, and under which names. Names that mean something to HTTP or gRPC
    /// itself are left out before.
    pub fn map_response_headers(
        mut self,
        map: impl Fn(&HeaderName) -> Option<HeaderName> + Send + Sync + 'static,
    ) -> Self {
        self.options.hooks.response_header = Some(Arc::new(map));
        self
    }

    /// Answers requests that failed, where it returns an answer; `None` as the call is for requests that took no route.
    pub fn on_error(
        mut self,
        answer: impl Fn(Option<&Call<'_>>, &Status) -> Option<Response<Body>> + Send + Sync + 'static,
    ) -> Self {
        self.options.hooks.error = Some(Arc::new(answer));
        self
    }

    /// Changes the answers of calls, successes and failures, before they go out.
    pub fn on_response(
        mut self,
        change: impl Fn(&Call<'_>, &mut Response<Body>) + Send + Sync + 'static,
    ) -> Self {
        self.options.hooks.response = Some(Arc::new(change));
        self
    }

    /// Reads and writes bodies of one more media type; it replaces a codec of the same type.
    pub fn codec(mut self, codec: impl Codec) -> Self {
        self.options.codecs.add(Arc::new(codec));
        self
    }

    /// Takes rules from elsewhere, such as the `http` part of a `google.api.Service`: they replace the annotations of the
    /// methods that their selectors name.
    pub fn rules(mut self, rules: impl IntoIterator<Item = HttpRule>) -> Self {
        self.options.rules.extend(rules);
        self
    }

    /// The gateway, without routes yet.
    #[must_use]
    pub fn build(self) -> ServeMux {
        ServeMux::with_options(self.options)
    }
}
