//! Serve gRPC and HTTP/JSON from one `.proto`.
pub mod bundled;
pub mod descriptor;
