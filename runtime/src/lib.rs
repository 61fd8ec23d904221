//! Serve gRPC and HTTP/JSON from one `.proto`.
pub mod bundled;
pub mod descriptor;
pub mod pool;
pub mod template;

#[cfg(feature = "transport")]
mod backend;
#[cfg(feature = "transport")]
mod context;
#[cfg(feature = "transport")]
mod error;
#[cfg(feature = "transport")]
pub mod gateway;
#[cfg(feature = "transport")]
mod metadata;
#[cfg(feature = "transport")]
mod method;
#[cfg(feature = "transport")]
mod status;
#[cfg(feature = "transport")]
mod streaming;

pub use pool::Descriptors;

#[cfg(feature = "transport")]
pub use self::{
    backend::{Backend, BoxFuture, Messages},
    context::Context,
    error::Error,
    metadata::Metadata,
    method::{
        BidiStreaming, ClientStreaming, Kind, Method, MethodDef, ServerStreaming, ServiceDef,
        Unary, kind,
    },
    status::{Code, Result, Status},
    streaming::Streaming,
};
#[cfg(feature = "transport")]
pub use futures_core::Stream;
