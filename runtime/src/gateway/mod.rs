//! The gateway: HTTP/JSON in front of gRPC methods, by the `google.api.http` rules of their `.proto` files.

mod accept;
mod answer;
mod bind;
mod binding;
mod body;
mod builder;
mod capture;
mod codec;
mod error;
mod frames;
mod headers;
mod incoming;
mod mux;
mod options;
mod percent;
mod record;
mod request;
mod router;
mod serve;
mod transcode;
mod upload;
mod value;

pub use self::{
    body::{Body, BrokenOff},
    builder::{Compat, ServeMuxBuilder},
    codec::Codec,
    error::http_status,
    mux::ServeMux,
    options::{
        ContentTypes, DerivedMethods, ErrorFormat, HeaderStyle, Limits, ListSeparator,
        PathUnescape, StreamFormat, UnboundMethods, UnknownFields, UnknownQuery, UnmappedBody,
        WrongMethod,
    },
    router::{EmptySegments, RouteOrder, TrailingSlash, VerbMatching},
};
