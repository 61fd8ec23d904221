//! gRPC over HTTP/2, on tonic's machinery: the only place that knows it, beside the conversions of the status.

mod caller;
mod channel;
mod codec;
mod connection;
mod format;
mod json;
mod lost;
mod server;
mod timeout;

pub use channel::{Channel, GrpcBackend};
pub(crate) use connection::ConnectionOptions;
pub(crate) use lost::Unprocessed;
pub(crate) use server::{GrpcBody, is_grpc, serve};
pub(crate) use timeout::parse_timeout;
