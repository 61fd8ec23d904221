//! The server that one would write by hand, on axum.

use std::convert::Infallible;
use std::io;

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use bench_common::data::{
    Book, Event, HelloReply, HelloRequest, ListReply, Shelf, Thing, greeting,
};
use bench_common::things::ROUTES;
use bench_common::{books, event, listen};
use futures_util::stream;

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut router = Router::new()
        .route("/greeter/hello", post(hello))
        .route("/v1/books", get(list))
        .route("/v1/events/{count}", get(watch));
    for kind in 0..ROUTES {
        router = router.route(
            &format!("/v1/thing{kind}/{{id}}/parts/{{part}}"),
            get(thing),
        );
    }
    let listener = listen::listen().await?.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    // A bare router would be copied, with all its routes, for every connection.
    axum::serve(listener, router.into_make_service()).await
}

async fn hello(Json(request): Json<HelloRequest>) -> Json<HelloReply> {
    Json(HelloReply {
        greeting: greeting(&request.name),
    })
}

async fn list() -> Json<ListReply> {
    Json(ListReply {
        books: books!(Book, Shelf),
    })
}

async fn watch(Path(count): Path<i32>) -> impl IntoResponse {
    let lines = stream::iter((1..=count).map(|sequence| {
        let mut line = serde_json::to_vec(&event!(Event, sequence)).unwrap_or_default();
        line.push(b'\n');
        Ok::<_, Infallible>(line)
    }));
    (
        [(CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(lines),
    )
}

async fn thing(Path((id, part)): Path<(String, String)>) -> Json<Thing> {
    Json(Thing { id, part })
}
