//! Calls over a real connection: what handlers see, what callers get back, for all four kinds of methods.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;

use std::time::Duration;

use echo::{BOTH, DOWN, ECHO, FILES, ONE, Text, UP, collect, serve, text};
use rmicro::{Channel, Client, Code, Context, Routes, Server, Stub, Unary};

#[tokio::test]
async fn metadata_goes_both_ways() {
    let (stub, _stop, _) = serve().await;
    let ctx = Context::new()
        .with_metadata("x-user", "ann")
        .unwrap()
        .with_timeout(Duration::from_secs(60));
    let answer = stub
        .unary(&ONE, ctx.clone(), text("headers"))
        .await
        .unwrap();
    assert_eq!(answer.text, "true true");
    assert_eq!(ctx.response_headers().get("x-seen"), Some("ann"));
    assert_eq!(ctx.response_trailers().get("x-cost"), Some("7"));
    assert_eq!(ctx.response_trailers().get("grpc-status"), None);
}

#[tokio::test]
async fn a_status_arrives_with_details_and_trailers() {
    let (stub, _stop, _) = serve().await;
    let status = stub
        .unary(&ONE, Context::new(), text("fail"))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::FailedPrecondition, "not now")
    );
    assert_eq!(status.detail::<prost_types::Duration>().unwrap().seconds, 5);
    assert_eq!(status.metadata().get("x-cost"), Some("9"));
}

#[tokio::test]
async fn a_panic_costs_one_call_and_not_the_connection() {
    let (stub, _stop, _) = serve().await;
    let status = stub
        .unary(&ONE, Context::new(), text("panic"))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Internal, "the handler panicked")
    );
    assert_eq!(
        stub.unary(&ONE, Context::new(), text("still here"))
            .await
            .unwrap()
            .text,
        "still here"
    );
}

#[tokio::test]
async fn the_deadline_ends_a_call_that_hangs() {
    let (stub, _stop, _) = serve().await;
    let ctx = Context::new().with_timeout(Duration::from_millis(50));
    let status = stub.unary(&ONE, ctx, text("hang")).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    let ctx = Context::new().with_timeout(Duration::from_millis(200));
    let stream = stub
        .server_streaming(&DOWN, ctx, text("endless"))
        .await
        .unwrap();
    let (all, status) = collect(stream).await;
    assert_eq!(
        (all.as_str(), status.unwrap().code()),
        ("a", Code::DeadlineExceeded)
    );
}

#[tokio::test]
async fn every_kind_carries_its_messages() {
    let (stub, _stop, _) = serve().await;
    let ctx = Context::new();
    let stream = stub
        .server_streaming(&DOWN, ctx.clone(), text("abc"))
        .await
        .unwrap();
    assert_eq!(ctx.response_headers().get("x-letters"), Some("3"));
    assert_eq!(collect(stream).await.0, "abc");
    assert_eq!(ctx.response_trailers().get("x-cost"), Some("3"));

    let requests = tokio_stream::iter(["a", "b", "c"].map(text));
    assert_eq!(
        stub.client_streaming(&UP, Context::new(), requests)
            .await
            .unwrap()
            .text,
        "abc"
    );

    let (send, receive) = tokio::sync::mpsc::channel(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(receive);
    let mut answers = stub
        .bidi_streaming(&BOTH, Context::new(), requests)
        .await
        .unwrap();
    for word in ["ping", "pong"] {
        send.send(text(word)).await.unwrap();
        assert_eq!(answers.message().await.unwrap(), Some(text(word)));
    }
    drop(send);
    assert_eq!(answers.message().await.unwrap(), None);
}

#[tokio::test]
async fn an_error_after_the_first_message_ends_the_stream() {
    let (stub, _stop, _) = serve().await;
    let stream = stub
        .server_streaming(&DOWN, Context::new(), text("ab!c"))
        .await
        .unwrap();
    let (all, status) = collect(stream).await;
    let status = status.unwrap();
    assert_eq!(
        (all.as_str(), status.code(), status.message()),
        ("ab", Code::Aborted, "a bang")
    );
}

#[tokio::test]
async fn what_is_not_served_is_unimplemented() {
    let (stub, _stop, _) = serve().await;
    let missing: Unary<Text, Text> = ECHO.unary("Missing");
    let status = stub
        .unary(&missing, Context::new(), text(""))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (
            Code::Unimplemented,
            "unknown method Missing for service test.Echo"
        )
    );
    let missing: Unary<Text, Text> = FILES.service("test.Other").unary("One");
    let status = stub
        .unary(&missing, Context::new(), text(""))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unimplemented, "unknown service test.Other")
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let stub = Stub::new("test", Client::direct("127.0.0.1:1").unwrap());
    let status = stub
        .unary(&ONE, Context::new(), text("x"))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    for wrong in ["", "http://", "ftp://x:1", "a b"] {
        let error = Channel::lazy(wrong).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("`{wrong}` is no endpoint: `http://host:port` was expected")
        );
    }
}

#[tokio::test]
async fn stopping_finishes_the_calls_in_flight() {
    let (stub, stop, server) = serve().await;
    let (send, receive) = tokio::sync::mpsc::channel(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(receive);
    let mut answers = stub
        .bidi_streaming(&BOTH, Context::new(), requests)
        .await
        .unwrap();
    send.send(text("before")).await.unwrap();
    assert_eq!(answers.message().await.unwrap(), Some(text("before")));
    stop.send(()).unwrap();
    send.send(text("after")).await.unwrap();
    assert_eq!(answers.message().await.unwrap(), Some(text("after")));
    drop(send);
    assert_eq!(answers.message().await.unwrap(), None);
    server.await.unwrap();
    assert_eq!(
        stub.unary(&ONE, Context::new(), text("x"))
            .await
            .unwrap_err()
            .code(),
        Code::Unavailable
    );
}

#[tokio::test]
async fn a_service_registered_twice_does_not_start() {
    let mut routes = Routes::new();
    routes.service(&ECHO, ());
    routes.service(&ECHO, ());
    let error = Server::new()
        .routes(routes)
        .bind("127.0.0.1:0")
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "service `test.Echo` is registered twice");
}
