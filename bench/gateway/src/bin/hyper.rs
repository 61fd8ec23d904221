//! The server that one would write by hand, on hyper alone: the least that a request can cost.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bench_common::data::{
    Book, Event, HelloReply, HelloRequest, ListReply, Shelf, Thing, greeting,
};
use bench_common::things::ROUTES;
use bench_common::{books, event, listen};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Either, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use serde::Serialize;

type Body = Either<Full<Bytes>, StreamBody<BoxStream<'static, Result<Frame<Bytes>, Infallible>>>>;
type Kinds = HashMap<String, usize>;

#[tokio::main]
async fn main() -> io::Result<()> {
    let kinds: Arc<Kinds> = Arc::new(
        (0..ROUTES)
            .map(|kind| (format!("thing{kind}"), kind))
            .collect(),
    );
    let listener = listen::listen().await?;
    loop {
        let stream = listen::accept(&listener).await?;
        let kinds = kinds.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let kinds = kinds.clone();
                async move { Ok::<_, Infallible>(answer(&kinds, request).await) }
            });
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(kinds: &Kinds, request: Request<Incoming>) -> Response<Body> {
    let mut segments = request.uri().path().split('/').skip(1);
    let path = [(); 4].map(|()| segments.next());
    match (request.method(), path) {
        (&Method::POST, [Some("greeter"), Some("hello"), None, None]) => hello(request).await,
        (&Method::GET, [Some("v1"), Some("books"), None, None]) => json(&ListReply {
            books: books!(Book, Shelf),
        }),
        (&Method::GET, [Some("v1"), Some("events"), Some(count), None]) => events(count),
        (&Method::GET, [Some("v1"), Some(kind), Some(id), Some("parts")])
            if kinds.contains_key(kind) =>
        {
            match (segments.next(), segments.next()) {
                (Some(part), None) => thing(id, part),
                _ => failed(StatusCode::NOT_FOUND),
            }
        }
        _ => failed(StatusCode::NOT_FOUND),
    }
}

async fn hello(request: Request<Incoming>) -> Response<Body> {
    let Ok(body) = request.into_body().collect().await else {
        return failed(StatusCode::BAD_REQUEST);
    };
    match serde_json::from_slice::<HelloRequest>(&body.to_bytes()) {
        Ok(request) => json(&HelloReply {
            greeting: greeting(&request.name),
        }),
        Err(_) => failed(StatusCode::BAD_REQUEST),
    }
}

fn thing(id: &str, part: &str) -> Response<Body> {
    let decoded = |text| {
        percent_decode_str(text)
            .decode_utf8()
            .map(|text| text.into_owned())
    };
    match (decoded(id), decoded(part)) {
        (Ok(id), Ok(part)) => json(&Thing { id, part }),
        _ => failed(StatusCode::BAD_REQUEST),
    }
}

fn events(count: &str) -> Response<Body> {
    let Ok(count) = count.parse::<i32>() else {
        return failed(StatusCode::BAD_REQUEST);
    };
    let lines = stream::iter((1..=count).map(|sequence| {
        let mut line = serde_json::to_vec(&event!(Event, sequence)).unwrap_or_default();
        line.push(b'\n');
        Ok(Frame::data(Bytes::from(line)))
    }));
    typed(
        "application/x-ndjson",
        Either::Right(StreamBody::new(Box::pin(lines))),
    )
}

fn json(value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => typed("application/json", Either::Left(Full::from(bytes))),
        Err(_) => failed(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn typed(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn failed(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::default()));
    *response.status_mut() = status;
    response
}
