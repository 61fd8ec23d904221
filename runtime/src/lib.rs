//! Serve gRPC and HTTP/JSON from one `.proto`.
pub mod bundled;
pub mod descriptor;
pub mod json;
pub mod pool;
pub mod wire;

pub use pool::{Descriptors, Pool};
