//! Serve gRPC and HTTP/JSON from one `.proto`.

// Code that the plugin generates for this crate itself names it as any other code does.
#[cfg(feature = "etcd")]
extern crate self as rmicro;

pub mod bundled;
pub mod descriptor;
pub mod json;
pub mod pool;
pub mod template;
pub mod wire;

#[cfg(feature = "transport")]
mod backend;
#[cfg(feature = "transport")]
mod builtin;
#[cfg(feature = "transport")]
mod client;
#[doc(hidden)]
pub mod codegen;
#[cfg(feature = "transport")]
mod context;
#[cfg(feature = "transport")]
mod error;
#[cfg(feature = "transport")]
pub mod gateway;
#[cfg(feature = "transport")]
#[rustfmt::skip]
pub mod google;
#[cfg(feature = "transport")]
mod grpc;
#[cfg(feature = "transport")]
mod guard;
#[cfg(feature = "transport")]
mod metadata;
#[cfg(feature = "transport")]
mod method;
#[cfg(feature = "transport")]
mod micro_error;
#[cfg(feature = "transport")]
mod middleware;
#[cfg(feature = "transport")]
pub mod registry;
#[cfg(feature = "transport")]
mod routes;
#[cfg(feature = "transport")]
mod server;
#[cfg(feature = "transport")]
mod service;
#[cfg(feature = "transport")]
mod status;
#[cfg(feature = "transport")]
mod streaming;

pub use pool::{Descriptors, Pool};

#[cfg(feature = "transport")]
pub use self::{
    backend::{Backend, BoxFuture, Messages},
    builtin::health::Health,
    client::{
        Client, ClientBuilder, ConsistentHash, Hedge, Peer, Pick, Picker, PowerOfTwo, Random,
        Retry, RoundRobin, Stub,
    },
    context::Context,
    error::Error,
    gateway::ServeMux,
    grpc::{Channel, GrpcBackend},
    metadata::Metadata,
    method::{
        BidiStreaming, ClientStreaming, Kind, Method, MethodDef, ServerStreaming, ServiceDef,
        Unary, kind,
    },
    micro_error::MicroError,
    middleware::{Middleware, Next},
    routes::{Routes, ServiceRoutes},
    server::{Limits, Listening, Server},
    service::{Running, Service, ServiceBuilder},
    status::{Code, Result, Status},
    streaming::Streaming,
};
#[cfg(feature = "transport")]
pub use futures_core::Stream;
