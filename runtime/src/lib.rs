//! Serve gRPC and HTTP/JSON from one `.proto`.
//!
//! This crate is what the code that `protoc-gen-rmicro` generates stands on. For every service there is a handler trait, a
//! client, a function that registers a handler, and functions that route HTTP by the `google.api.http` rules:
//!
//! | generated | stands on |
//! | --- | --- |
//! | `trait GreeterHandler`, `register_greeter_handler` | [`Routes`], [`Context`], [`Status`], [`Streaming`] |
//! | `GreeterClient` | [`Client`], by a [`registry`] or by an address |
//! | `register_greeter_gw_server`: to a handler in this process | [`ServeMux`] over [`Routes`] |
//! | `register_greeter_gw_from_endpoint`: to a server elsewhere | [`ServeMux`] over a [`Channel`] |
//! | `register_greeter_gw_client`: to a service by its name | [`ServeMux`] over a [`Client`] |
//! | `register_greeter_gw`: to anything that takes calls | [`ServeMux`] over any [`Backend`] |
//!
//! A [`Service`] puts them together under a name, starts and stops them; [`Server`] serves them without a registry;
//! [`ServeMux`] and [`Routes`] go into servers of your own.
//!
//! Without the default feature `transport`, what remains is [`descriptor`], [`pool`], [`json`], [`template`] and [`wire`]:
//! descriptors, protobuf JSON and path templates, with no tokio.

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
