//! One call: bind, call the backend, write the answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::answer::{Writer, content_type};
use super::binding::{Binding, BodyRule, Content};
use super::body::Body;
use super::error::Failure;
use super::frames::{Frames, Framing};
use super::headers::Head;
use super::incoming::BoxError;
use super::mux::Inner;
use super::options::StreamFormat;
use super::routing::Routed;
use super::upload::{Link, Upload};
use super::{accept, headers, request};
use crate::{Context, Kind, Messages, Status, Streaming};

/// Answers a request by a method.
pub(super) async fn call<B>(
    head: &Arc<Head>,
    binding: &Arc<Binding>,
    routed: &Routed<'_>,
    body: &mut Option<B>,
) -> Result<Response<Body>, Failure>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (mux, parts) = (&head.mux, &head.parts);
    let kind = binding.method.kind();
    let longest = mux.options.limits.timeout.filter(|_| kind == Kind::Unary);
    let ctx = head.context(longest)?;
    let link = kind.client_streams().then(Link::default);
    let streams = kind.client_streams() && binding.body != BodyRule::Unmapped;
    let request = match if streams { body.take() } else { None } {
        Some(body) => {
            let fields = request::fields(mux, binding, &routed.path, parts)?;
            let link = link.clone().unwrap_or_default();
            Messages::Stream(Upload::messages(
                mux,
                binding,
                &parts.headers,
                fields,
                body,
                link,
            ))
        }
        None => {
            let message = request::message(mux, binding, routed, parts, body).await?;
            match kind.client_streams() {
                true => Messages::Stream(Streaming::new(Once(Some(message)))),
                false => Messages::One(message),
            }
        }
    };
    let called = binding
        .backend
        .call(ctx.clone(), &binding.method, request)
        .await;
    let writer = Writer { mux, binding };
    let failed = |status: Status| {
        let broken = link.as_ref().and_then(Link::failure);
        let failure = broken.unwrap_or_else(|| status.into());
        let mut response = mux.failure(&failure, Some(binding));
        headers::write_headers(
            &ctx.response_headers(),
            response.headers_mut(),
            &mux.options,
        );
        headers::write_status(&failure.status, &parts.headers, &mut response, &mux.options);
        response
    };
    match called {
        Ok(Messages::One(message)) => {
            let mut response = writer.response(message, &parts.headers)?;
            finish(mux, &ctx, &mut response);
            headers::write_trailers(&ctx.response_trailers(), &parts.headers, &mut response);
            Ok(response)
        }
        Ok(Messages::Stream(mut messages)) => {
            match first_message(&mut messages, kind, link.as_ref()).await {
                Ok(first) => Ok(stream(
                    mux,
                    binding,
                    &ctx,
                    first,
                    messages,
                    link.clone(),
                    &parts.headers,
                )?),
                Err(status) => Ok(early(mux, failed(status))),
            }
        }
        Err(status) => Ok(failed(status)),
    }
}

/// The answer of a stream that fails with its first message: in grpc-gateway's framing it is in the envelope too.
fn early(mux: &Inner, mut response: Response<Body>) -> Response<Body> {
    if mux.options.stream_format == StreamFormat::Enveloped && mux.options.hooks.error.is_none() {
        let body = std::mem::take(response.body_mut());
        *response.body_mut() = body.enveloped("{\"error\":", "}");
    }
    response
}

/// The first message of an answer, on which its HTTP status depends. A client that sends a stream may want to see an answer
/// before it sends on: then there is none yet.
async fn first_message(
    messages: &mut Streaming<Bytes>,
    kind: Kind,
    link: Option<&Link>,
) -> crate::Result<Option<Bytes>> {
    let Some(link) = link.filter(|_| kind == Kind::BidiStreaming) else {
        return messages.message().await;
    };
    tokio::select! {
        biased;
        first = messages.message() => first,
        () = link.waits() => Ok(None),
    }
}

/// Puts the response's metadata on a success.
fn finish(mux: &Inner, ctx: &Context, response: &mut Response<Body>) {
    let metadata = std::mem::take(&mut *ctx.response_headers());
    if metadata.is_empty() {
        return;
    }
    let chosen = metadata
        .get(headers::STATUS_HEADER.as_str())
        .and_then(|code| StatusCode::from_bytes(code.as_bytes()).ok());
    if let Some(status) = chosen.filter(|status| status.as_u16() >= 200) {
        *response.status_mut() = status;
    }
    headers::write_headers(&metadata, response.headers_mut(), &mux.options);
}

/// The answer of a call that streams.
fn stream(
    mux: &Arc<Inner>,
    binding: &Arc<Binding>,
    ctx: &Context,
    first: Option<Bytes>,
    messages: Streaming<Bytes>,
    link: Option<Link>,
    headers: &HeaderMap,
) -> crate::Result<Response<Body>> {
    let writer = Writer { mux, binding };
    let (framing, media_type) = match (writer.content(), mux.options.stream_format) {
        (Content::Raw, _) => {
            let body = first
                .as_ref()
                .map(|first| writer.http_body(first))
                .transpose()?;
            (
                Framing::Raw,
                content_type(body.as_ref().map_or("", |body| &body.content_type)),
            )
        }
        (_, StreamFormat::Enveloped) => (
            Framing::Envelopes,
            Some(HeaderValue::from_static("application/json")),
        ),
        (_, StreamFormat::Negotiated) => {
            let (framing, media_type) = negotiated(headers);
            (framing, Some(HeaderValue::from_static(media_type)))
        }
    };
    let idle = mux.options.limits.stream_idle_timeout;
    let frames = Frames::new(
        first,
        messages,
        (mux.clone(), binding.clone()),
        link,
        framing,
        idle,
    );
    let mut response = Response::new(Body::stream(frames));
    if let Some(media_type) = media_type {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    finish(mux, ctx, &mut response);
    Ok(response)
}

/// The framing that a client accepts for a stream.
fn negotiated(headers: &HeaderMap) -> (Framing, &'static str) {
    const OFFERS: [&str; 5] = [
        "application/x-ndjson",
        "application/jsonl",
        "application/json",
        "text/event-stream",
        "application/x-protobuf",
    ];
    let at = accept::choose(headers, &OFFERS);
    let framing = match at {
        2 => Framing::Array,
        3 => Framing::Events,
        4 => Framing::Delimited,
        _ => Framing::Lines,
    };
    (framing, OFFERS[at])
}

/// A stream of one message.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = crate::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}
