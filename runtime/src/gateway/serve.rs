//! The way of one request: route, bind, call, answer.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method as HttpMethod, Request, Response, StatusCode};

use super::answer::{Writer, content_type};
use super::binding::{Binding, BodyRule, Content};
use super::body::Body;
use super::error::Failure;
use super::frames::{Frames, Framing};
use super::incoming::BoxError;
use super::mux::{Inner, Route};
use super::options::{DerivedMethods, PathUnescape, StreamFormat, WrongMethod};
use super::router::{Allowed, Miss};
use super::upload::{Link, Upload};
use super::{accept, headers, percent, request};
use crate::template::escapes_are_whole;
use crate::{Context, Kind, Messages, Status, Streaming};

/// Answers a request.
pub(super) async fn answer<B>(mux: Arc<Inner>, request: Request<B>) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (parts, body) = request.into_parts();
    let mut response = match route(&mux, &parts) {
        Ok((Route::Method(binding), path)) => {
            let binding = binding.clone();
            match call(&mux, &binding, &path, &parts, body).await {
                Ok(response) => response,
                Err(failure) => failure.response(Some(&binding.pool), &mux.options),
            }
        }
        Err(Unrouted::Failure(failure)) => failure.response(None, &mux.options),
        Err(Unrouted::Method(allowed)) => wrong_method(&mux, &parts.method, allowed),
    };
    if parts.method == HttpMethod::HEAD {
        without_body(&mut response);
    }
    response
}

/// Why a request takes no route.
enum Unrouted {
    Failure(Failure),
    Method(Allowed),
}

/// The route of a request, and the path to bind from, without its leading slash and its verb.
fn route<'a>(mux: &'a Inner, parts: &'a Parts) -> Result<(&'a Route, Cow<'a, str>), Unrouted> {
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let most = mux.options.limits.max_target_bytes;
    if target.len() > most {
        let status =
            Status::invalid_argument(format!("path and query are longer than {most} bytes"));
        return Err(Unrouted::Failure(Failure::new(
            StatusCode::URI_TOO_LONG,
            status,
        )));
    }
    let raw = parts.uri.path();
    if !escapes_are_whole(raw.as_bytes()) {
        return Err(malformed(percent::Malformed::Escape));
    }
    let path = match mux.options.path_unescape {
        PathUnescape::BeforeSplitting => {
            percent::decode_before_splitting(raw).map_err(malformed)?
        }
        _ => Cow::Borrowed(raw),
    };
    let found = mux
        .router
        .find(&parts.method, &path)
        .map_err(|miss| match miss {
            Miss::NotFound => Unrouted::Failure(Status::not_found("Not Found").into()),
            Miss::Method(allowed) => Unrouted::Method(allowed),
        })?;
    let Some(route) = mux.routes.get(found.route as usize) else {
        return Err(Unrouted::Failure(Status::not_found("Not Found").into()));
    };
    let range = 1..path.len() - found.cut;
    let inner = match path {
        Cow::Borrowed(path) => Cow::Borrowed(&path[range]),
        Cow::Owned(path) => Cow::Owned(path[range].to_owned()),
    };
    Ok((route, inner))
}

fn malformed(what: percent::Malformed) -> Unrouted {
    Unrouted::Failure(Status::invalid_argument(format!("the path {}", what.reason())).into())
}

fn wrong_method(mux: &Inner, method: &HttpMethod, allowed: Allowed) -> Response<Body> {
    let derived = mux.options.derived_methods == DerivedMethods::HeadAndOptions;
    let allow = || HeaderValue::try_from(mux.router.names(allowed).join(", ")).ok();
    if derived && *method == HttpMethod::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
            .headers_mut()
            .extend(allow().map(|value| (ALLOW, value)));
        return response;
    }
    let status = Status::unimplemented("Method Not Allowed");
    match mux.options.wrong_method {
        WrongMethod::NotImplemented => Failure::from(status).response(None, &mux.options),
        WrongMethod::MethodNotAllowed => {
            let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, status);
            let mut response = failure.response(None, &mux.options);
            response
                .headers_mut()
                .extend(allow().map(|value| (ALLOW, value)));
            response
        }
    }
}

fn without_body(response: &mut Response<Body>) {
    use http_body::Body as _;
    if let Some(length) = response.body().size_hint().exact() {
        response
            .headers_mut()
            .insert(http::header::CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::empty();
}

async fn call<B>(
    mux: &Arc<Inner>,
    binding: &Arc<Binding>,
    path: &str,
    parts: &Parts,
    body: B,
) -> Result<Response<Body>, Failure>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let kind = binding.method.kind();
    let longest = mux.options.limits.timeout.filter(|_| kind == Kind::Unary);
    let ctx = headers::context(parts, longest, &mux.options)?;
    let link = Link::default();
    let request = if kind.client_streams() && binding.body == BodyRule::Unmapped {
        let message = request::message(mux, binding, path, parts, body).await?;
        Messages::Stream(Streaming::new(Once(Some(message))))
    } else if kind.client_streams() {
        let fields = request::fields(mux, binding, path, parts)?;
        let headers = &parts.headers;
        Messages::Stream(Upload::messages(
            mux,
            binding,
            headers,
            fields,
            body,
            link.clone(),
        ))
    } else {
        Messages::One(request::message(mux, binding, path, parts, body).await?)
    };
    let called = binding
        .backend
        .call(ctx.clone(), &binding.method, request)
        .await;
    let writer = |mux: &Arc<Inner>| Writer {
        mux: mux.clone(),
        binding: binding.clone(),
    };
    let failed = |status: Status| {
        let failure = link.failure().unwrap_or_else(|| status.into());
        let mut response = failure.response(Some(&binding.pool), &mux.options);
        headers::write_headers(&ctx, response.headers_mut(), &mux.options);
        headers::write_status(&failure.status, &parts.headers, &mut response, &mux.options);
        response
    };
    match called {
        Ok(Messages::One(message)) => {
            let mut response = writer(mux).response(message, &parts.headers)?;
            finish(mux, &ctx, &mut response);
            headers::write_trailers(&ctx.response_trailers(), &parts.headers, &mut response);
            Ok(response)
        }
        Ok(Messages::Stream(mut messages)) => match first_message(&mut messages, kind, &link).await
        {
            Ok(first) => Ok(stream(
                mux,
                &ctx,
                writer(mux),
                first,
                messages,
                &parts.headers,
            )?),
            Err(status) => Ok(failed(status)),
        },
        Err(status) => Ok(failed(status)),
    }
}

/// The first message of an answer, on which its HTTP status depends. A client that sends a stream may want to see an answer
/// before it sends on: then there is none yet.
async fn first_message(
    messages: &mut Streaming<Bytes>,
    kind: Kind,
    link: &Link,
) -> crate::Result<Option<Bytes>> {
    if kind != Kind::BidiStreaming {
        return messages.message().await;
    }
    tokio::select! {
        biased;
        first = messages.message() => first,
        () = link.waits() => Ok(None),
    }
}

/// Puts the response's metadata on a success.
fn finish(mux: &Inner, ctx: &Context, response: &mut Response<Body>) {
    let chosen = ctx
        .response_headers()
        .get(headers::STATUS_HEADER.as_str())
        .and_then(|code| StatusCode::from_bytes(code.as_bytes()).ok());
    if let Some(status) = chosen.filter(|status| status.as_u16() >= 200) {
        *response.status_mut() = status;
    }
    headers::write_headers(ctx, response.headers_mut(), &mux.options);
}

/// The answer of a call that streams.
fn stream(
    mux: &Arc<Inner>,
    ctx: &Context,
    writer: Writer,
    first: Option<Bytes>,
    messages: Streaming<Bytes>,
    headers: &HeaderMap,
) -> crate::Result<Response<Body>> {
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
    let frames = Frames::new(first, messages, Arc::new(writer), framing, idle);
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
