//! Calls over a real connection: what handlers see, what callers get back, for all four kinds of methods.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use rmicro::{
    BidiStreaming, Channel, Client, ClientStreaming, Code, Context, Descriptors, Listening, Result,
    Routes, Server, ServerStreaming, ServiceDef, Status, Stream, Streaming, Stub, Unary,
};
use tokio::sync::oneshot;
use tokio_stream::StreamExt as _;

#[derive(Clone, PartialEq, prost::Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

static FILES: Descriptors = Descriptors::new(b"", &[]);
const ECHO: ServiceDef = FILES.service("test.Echo");
const ONE: Unary<Text, Text> = ECHO.unary("One");
const DOWN: ServerStreaming<Text, Text> = ECHO.server_streaming("Down");
const UP: ClientStreaming<Text, Text> = ECHO.client_streaming("Up");
const BOTH: BidiStreaming<Text, Text> = ECHO.bidi_streaming("Both");

async fn one(ctx: Context, request: Text) -> Result<Text> {
    match &*request.text {
        "headers" => {
            let user = ctx.metadata().get("x-user").unwrap_or("nobody").to_owned();
            let _ = ctx.set_header("x-seen", &user);
            let _ = ctx.set_trailer("x-cost", "7");
            let _ = ctx.set_trailer("grpc-status", "13");
            Ok(text(format!(
                "{} {}",
                ctx.peer().is_some(),
                ctx.remaining().is_some()
            )))
        }
        "fail" => {
            let _ = ctx.set_trailer("x-cost", "9");
            Err(
                Status::failed_precondition("not now").with_detail(&prost_types::Duration {
                    seconds: 5,
                    nanos: 0,
                }),
            )
        }
        "panic" => panic!("as asked"),
        "hang" => std::future::pending().await,
        other => Ok(text(other)),
    }
}

fn letters(word: &str) -> impl Stream<Item = Result<Text>> + Send + use<> {
    let letters: Vec<_> = word
        .chars()
        .map(|letter| {
            if letter == '!' {
                Err(Status::aborted("a bang"))
            } else {
                Ok(text(letter))
            }
        })
        .collect();
    tokio_stream::iter(letters)
}

async fn serve() -> (Stub, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let mut routes = Routes::new();
    routes
        .service(&ECHO, ())
        .unary(&ONE, |_, ctx, request| one(ctx, request))
        .server_streaming(&DOWN, |_, ctx, request: Text| async move {
            if request.text == "endless" {
                return Ok(Streaming::new(letters("a").chain(tokio_stream::pending())));
            }
            let _ = ctx.set_header("x-letters", &request.text.len().to_string());
            let _ = ctx.set_trailer("x-cost", "3");
            Ok(Streaming::new(letters(&request.text)))
        })
        .client_streaming(&UP, |_, _, mut requests: Streaming<Text>| async move {
            let mut all = String::new();
            while let Some(request) = requests.message().await? {
                all += &request.text;
            }
            Ok(text(all))
        })
        .bidi_streaming(&BOTH, |_, _, requests: Streaming<Text>| async move {
            Ok(requests)
        });
    let listening: Listening = Server::new()
        .routes(routes)
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let address = listening.local_addr();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(listening.serve(async {
        let _ = stopped.await;
    }));
    let client = Client::direct(&format!("http://{address}")).unwrap();
    (Stub::new("test", client), stop, server)
}

async fn collect(mut stream: Streaming<Text>) -> (String, Option<Status>) {
    let mut all = String::new();
    loop {
        match stream.message().await {
            Ok(Some(message)) => all += &message.text,
            Ok(None) => return (all, None),
            Err(status) => return (all, Some(status)),
        }
    }
}

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
