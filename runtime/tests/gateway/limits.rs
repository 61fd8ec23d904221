//! What one request may take up.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame};
use rmicro::gateway::{Limits, ServeMux};

use crate::support::{gateway, request, response, send, send_chunks};

fn small() -> ServeMux {
    let mut limits = Limits::default();
    limits.max_message_bytes = 32;
    limits.max_target_bytes = 64;
    limits.max_query_pairs = 2;
    ServeMux::builder().limits(limits).build()
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let (mux, rich) = gateway(small());
    let expected = "< 413\n< content-type: application/json\n<\n< {\"code\":8,\"message\":\"the body is larger than 32 bytes\",\"details\":[]}\n";
    let long = format!("{{\"id\": \"{}\"}}", "x".repeat(30));
    let whole = request(&format!("POST /v1/notes\n\n{long}"));
    assert_eq!(response(send(&mux, whole).await).await, expected);

    let chunks = long
        .as_bytes()
        .chunks(5)
        .map(Bytes::copy_from_slice)
        .collect();
    let chunked = Request::post("/v1/notes").body(chunks).unwrap();
    assert_eq!(response(send_chunks(&mux, chunked).await).await, expected);

    let endless = "{\"id\": \"".to_owned() + &"x".repeat(100);
    let chunks = endless
        .as_bytes()
        .chunks(5)
        .map(Bytes::copy_from_slice)
        .collect();
    let stream = Request::post("/v1/merge/m").body(chunks).unwrap();
    assert_eq!(response(send_chunks(&mux, stream).await).await, expected);
    assert_eq!(rich.seen(), "");
}

#[tokio::test]
async fn many_small_messages_of_a_stream_are_no_large_one() {
    let (mux, _) = gateway(small());
    let halves = ["{\"tags\": [\"a\"]}\n{\"tags\"", ": [\"b\"]}"];
    let chunks = halves.repeat(20).into_iter().map(Bytes::from).collect();
    let stream = Request::post("/v1/merge/m").body(chunks).unwrap();
    assert_eq!(send_chunks(&mux, stream).await.status(), 200);
}

#[tokio::test]
async fn a_target_that_is_too_long_is_refused() {
    let (mux, _) = gateway(small());
    let long = request(&format!("GET /v1/notes/{}", "x".repeat(64)));
    assert_eq!(
        response(send(&mux, long).await).await,
        "< 414\n< content-type: application/json\n<\n< {\"code\":3,\"message\":\"path and query are longer than 64 bytes\",\"details\":[]}\n"
    );
    let pairs = request("GET /v1/notes/n?tags=1&tags=2&tags=3");
    assert_eq!(
        response(send(&mux, pairs).await).await,
        "< 400\n< content-type: application/json\n<\n< {\"code\":3,\"message\":\"the query has more than 2 pairs\",\"details\":[]}\n"
    );
}

/// A body that never comes.
struct Silent;

impl Body for Silent {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let (mux, _) = gateway(ServeMux::new());
    for target in ["/v1/notes", "/v1/nobody/n"] {
        let silent = Request::post(target).body(Silent).unwrap();
        assert_eq!(
            response(mux.answer(silent).await).await,
            "< 408\n< content-type: application/json\n<\n< {\"code\":4,\"message\":\"the body of the request did not arrive in time\",\"details\":[]}\n"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_falls_silent_ends() {
    let mut limits = Limits::default();
    limits.stream_idle_timeout = Some(Duration::from_secs(9));
    let (mux, _) = gateway(ServeMux::builder().limits(limits).build());
    let silent = Request::post("/v1/chat").body(Silent).unwrap();
    let started = tokio::time::Instant::now();
    assert_eq!(
        response(mux.answer(silent).await).await,
        "< 200\n< content-type: application/x-ndjson\n<\n< {\"error\":{\"code\":4,\"message\":\"the body of the request did not arrive in time\",\"details\":[]}}\n"
    );
    assert_eq!(started.elapsed().as_secs(), 9);
}

#[tokio::test]
async fn json_may_nest_a_hundred_levels_and_no_more() {
    let (mux, _) = gateway(ServeMux::new());
    let nested = |depth: usize| {
        let open = "{\"deeper\":".repeat(depth);
        let text = format!("{{\"inner\":{open}{{}}{}}}", "}".repeat(depth));
        request(&format!("POST /v1/notes\n\n{text}"))
    };
    assert_eq!(send(&mux, nested(90)).await.status(), 200);
    assert_eq!(send(&mux, nested(10_000)).await.status(), 400);
    let key = format!("inner{}.text", ".deeper".repeat(200));
    assert_eq!(
        send(&mux, request(&format!("GET /v1/notes/n?{key}=x")))
            .await
            .status(),
        400
    );
}

#[tokio::test]
async fn a_message_that_is_wrong_ends_a_stream_in_band() {
    let (mux, _) = gateway(ServeMux::new());
    let answer = send(&mux, request("POST /v1/chat\n\n{\"i32\": 1}\n{\"i32\": x}")).await;
    assert_eq!(
        response(answer).await,
        "< 200\n< content-type: application/x-ndjson\n<\n< {\"i32\":1}\n< {\"error\":{\"code\":3,\"message\":\"line 1, column 9: field \\\"i32\\\" of rich.v1.Note: expected a number, found `x`\",\"details\":[]}}\n"
    );
}
