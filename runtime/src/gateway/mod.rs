//! The gateway: HTTP/JSON in front of gRPC methods, by the `google.api.http` rules of their `.proto` files.

mod accept;
mod answer;
mod bind;
mod binding;
mod body;
mod builder;
mod call;
mod capture;
mod codec;
mod error;
mod frames;
mod handler;
mod headers;
mod hooks;
mod incoming;
mod mask;
mod mux;
mod options;
mod percent;
mod record;
mod request;
mod router;
mod routing;
mod serve;
mod transcode;
mod upload;
mod value;
#[cfg(feature = "websocket")]
mod websocket;

#[cfg(feature = "websocket")]
pub use self::options::WebSocketOrigins;
pub use self::{
    body::{Body, BrokenOff},
    builder::{Compat, ServeMuxBuilder},
    codec::Codec,
    error::http_status,
    handler::PathParams,
    hooks::Call,
    mux::ServeMux,
    options::{
        ContentTypes, ErrorFormat, FormFallback, HeaderStyle, Limits, ListSeparator,
        MethodOverride, PatchMask, PathUnescape, StreamFormat, UnboundMethods, UnknownFields,
        UnknownQuery, UnmappedBody, WrongMethod,
    },
    router::{DerivedMethods, EmptySegments, RouteOrder, TrailingSlash, VerbMatching},
};
