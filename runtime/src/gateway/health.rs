//! An endpoint that says whether a service is up, by `grpc.health.v1`.

use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};

use super::body::Body;
use super::error::http_status;
use super::percent::decode_form;
use super::transcode;
use crate::wire::{self, WireType};
use crate::{Backend, Code, Context, Kind, Messages, Method, Result};

/// Answers like grpc-gateway's health endpoint: `?service=` names the service, none asks for the server as a whole.
pub(super) async fn answer(backend: Arc<dyn Backend>, request: Request<Bytes>) -> Response<Body> {
    let (http, status) = match check(&*backend, request.uri().query().unwrap_or_default()).await {
        Ok(Serving::Yes) => (StatusCode::OK, "SERVING".to_owned()),
        Ok(Serving::No(name)) => (StatusCode::SERVICE_UNAVAILABLE, name.to_owned()),
        Err(status) if status.code() == Code::NotFound => {
            (StatusCode::NOT_FOUND, "SERVICE_UNKNOWN".to_owned())
        }
        Err(status) => (http_status(status.code()), status.code().name().to_owned()),
    };
    let mut text = "{\"status\":".to_owned();
    transcode::quote(&status, &mut text);
    text.push('}');
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = http;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

enum Serving {
    Yes,
    /// What it is instead.
    No(&'static str),
}

async fn check(backend: &dyn Backend, query: &str) -> Result<Serving> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let service = pairs
        .filter(|(key, _)| *key == "service")
        .find_map(|(_, value)| decode_form(value).ok())
        .unwrap_or_default();
    let mut request = Vec::new();
    if !service.is_empty() {
        wire::tag(&mut request, 1, WireType::Length);
        wire::length_delimited(&mut request, service.as_bytes());
    }
    let method = Method::new("grpc.health.v1.Health", "Check", Kind::Unary);
    let answer = backend
        .call(Context::new(), &method, Messages::One(request.into()))
        .await?;
    let Messages::One(mut answer) = answer else {
        return Ok(Serving::No("UNKNOWN"));
    };
    // `status` is field 1, an enum whose numbers are below 128.
    let (tag, number) = match answer.remaining() {
        0 | 1 => (0, 0),
        _ => (answer.get_u8(), answer.get_u8()),
    };
    Ok(match (tag, number) {
        (8, 1) => Serving::Yes,
        (8, 2) => Serving::No("NOT_SERVING"),
        (8, 3) => Serving::No("SERVICE_UNKNOWN"),
        _ => Serving::No("UNKNOWN"),
    })
}
