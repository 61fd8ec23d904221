//! The way of one request, and what is the same for all of them.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method as HttpMethod, Request, Response};
use http_body::Body as _;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::binding::Binding;
use super::body::Body;
use super::call::call;
use super::error::Failure;
use super::headers::Head;
use super::hooks::Call;
use super::incoming::BoxError;
use super::mux::{Inner, Route};
use super::routing::{Unrouted, route, wrong_method};
#[cfg(feature = "websocket")]
use super::websocket;
use crate::Code;

/// Answers a request.
pub(super) fn answer<B>(
    mux: Arc<Inner>,
    peer: Option<SocketAddr>,
    request: Request<B>,
) -> impl Future<Output = Response<Body>> + Send + use<B>
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
    // What follows is kept small: the future is on the heap for every request, and what it takes over is moved about.
    let head = Arc::new(Head { mux, parts, peer });
    let mut body = Some(body);
    async move {
        let started = (!span.is_disabled()).then(Instant::now);
        let way = routed(&head, &mut body, &span);
        let response = way.instrument(span.clone()).await;
        if let Some(started) = started {
            let code = response.extensions().get().copied().unwrap_or(Code::Ok);
            span.record("status", response.status().as_u16());
            span.record("code", code.name());
            span.record("duration_us", started.elapsed().as_micros() as u64);
        }
        response
    }
}

async fn routed<B>(head: &Arc<Head>, body: &mut Option<B>, span: &Span) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (mux, parts) = (&head.mux, &head.parts);
    #[cfg(feature = "websocket")]
    if websocket::is_handshake(&parts.headers)
        && parts.method == HttpMethod::GET
        && let Some((binding, path)) = super::routing::websocket(mux, parts)
    {
        span.record("route", &*binding.text);
        span.record("rpc", binding.method.path());
        let upgrade = parts.extensions.get::<hyper::upgrade::OnUpgrade>().cloned();
        let answered = websocket::answer(head, binding, path, upgrade);
        return answered.unwrap_or_else(|failure| mux.failure(&failure, Some(binding)));
    }
    let mut response = match route(mux, parts) {
        Ok(routed) => match routed.route {
            Route::Method(binding) => {
                span.record("route", &*binding.text);
                span.record("rpc", binding.method.path());
                let called = call(head, binding, &routed, body).await;
                let mut response =
                    called.unwrap_or_else(|failure| mux.failure(&failure, Some(binding)));
                if let Some(hook) = &mux.options.hooks.response {
                    hook(&Call::of(binding), &mut response);
                }
                response
            }
            Route::Handler(handler) => {
                span.record("route", &*handler.text);
                let answered = handler.answer(mux, &routed.path, parts, body).await;
                answered.unwrap_or_else(|failure| mux.failure(&failure, None))
            }
        },
        Err(Unrouted::Failure(failure)) => mux.failure(&failure, None),
        Err(Unrouted::Method(allowed)) => wrong_method(mux, &parts.method, allowed),
    };
    if parts.method == HttpMethod::HEAD {
        without_body(&mut response);
    }
    response
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_future_of_a_request_is_small() {
        let mux = crate::ServeMux::new();
        let request = Request::new(http_body_util::Full::new(Bytes::new()));
        let size = size_of_val(&mux.answer(request));
        assert!(size <= 1200, "{size} bytes");
    }
}
