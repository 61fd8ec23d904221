//! gRPC over HTTP/2, on tonic's machinery: the only place that knows it, beside the conversions of the status.

mod caller;
mod channel;
mod codec;
mod format;
mod json;
mod server;
mod timeout;

pub use channel::{Channel, GrpcBackend};
pub(crate) use server::{GrpcBody, is_grpc, serve};
pub(crate) use timeout::parse_timeout;
