//! What a REST client sees: requests through the gateway to a backend in memory.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod limits;
mod support;
mod vectors;
#[cfg(feature = "websocket")]
mod websocket;

use rmicro::gateway::{Compat, ServeMux};

#[tokio::test]
async fn requests_are_bound_as_the_specification_says() {
    support::transcript("binding", ServeMux::new()).await;
}

#[tokio::test]
async fn errors_are_answered_as_google_publishes() {
    support::transcript("errors", ServeMux::new()).await;
}

#[tokio::test]
async fn streams_are_framed_as_the_client_accepts() {
    support::transcript("streams", ServeMux::new()).await;
}

#[tokio::test]
async fn the_compat_preset_answers_as_grpc_gateway_does() {
    let mux = ServeMux::builder().compat(Compat::GrpcGateway).build();
    support::transcript("compat", mux).await;
}
