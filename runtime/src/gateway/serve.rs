//! The way of one request, and what is the same for all of them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{Method as HttpMethod, Request, Response};
use http_body::Body as _;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::binding::Binding;
use super::body::Body;
use super::call::call;
use super::error::Failure;
use super::hooks::Call;
use super::incoming::BoxError;
use super::mux::{Inner, Route};
use super::routing::{Routed, Unrouted, route, wrong_method};
use crate::Code;

/// Answers a request.
pub(super) async fn answer<B>(
    mux: Arc<Inner>,
    peer: Option<SocketAddr>,
    request: Request<B>,
) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (parts, body) = request.into_parts();
    let span = tracing::info_span!(
        "http_request",
        method = parts.method.as_str(),
        route = Empty,
        rpc = Empty,
        status = Empty,
        code = Empty,
        duration_us = Empty,
    );
    if span.is_disabled() {
        return routed(&mux, peer, parts, body).await;
    }
    let started = Instant::now();
    let response = routed(&mux, peer, parts, body)
        .instrument(span.clone())
        .await;
    let code = response.extensions().get().copied().unwrap_or(Code::Ok);
    span.record("status", response.status().as_u16());
    span.record("code", code.name());
    span.record("duration_us", started.elapsed().as_micros() as u64);
    response
}

async fn routed<B>(
    mux: &Arc<Inner>,
    peer: Option<SocketAddr>,
    parts: Parts,
    body: B,
) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut response = match route(mux, &parts) {
        Ok(routed) => by_route(mux, routed, peer, &parts, body).await,
        Err(Unrouted::Failure(failure)) => mux.failure(&failure, None),
        Err(Unrouted::Method(allowed)) => wrong_method(mux, &parts.method, allowed),
    };
    if parts.method == HttpMethod::HEAD {
        without_body(&mut response);
    }
    response
}

async fn by_route<B>(
    mux: &Arc<Inner>,
    routed: Routed<'_>,
    peer: Option<SocketAddr>,
    parts: &Parts,
    body: B,
) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    match routed.route {
        Route::Method(binding) => {
            let span = Span::current();
            span.record("route", &*binding.text);
            span.record("rpc", binding.method.path());
            let called = call(mux, binding, &routed, peer, parts, body).await;
            let mut response =
                called.unwrap_or_else(|failure| mux.failure(&failure, Some(binding)));
            if let Some(hook) = &mux.options.hooks.response {
                hook(&Call::of(binding), &mut response);
            }
            response
        }
        Route::Handler(handler) => {
            Span::current().record("route", &*handler.text);
            match handler.answer(mux, &routed.path, parts, body).await {
                Ok(response) => response,
                Err(failure) => mux.failure(&failure, None),
            }
        }
    }
}

impl Inner {
    /// The answer of a request that failed, by that binding if it came so far.
    pub(super) fn failure(&self, failure: &Failure, binding: Option<&Binding>) -> Response<Body> {
        let hook = self.options.hooks.error.as_ref();
        let call = binding.map(Call::of);
        let mut response = hook
            .and_then(|hook| hook(call.as_ref(), &failure.status))
            .unwrap_or_else(|| {
                failure.response(binding.map(|binding| &*binding.pool), &self.options)
            });
        response.extensions_mut().insert(failure.status.code());
        response
    }
}

fn without_body(response: &mut Response<Body>) {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::empty();
}
