//! What go-micro's clients, and others, put on the wire, and what they get back.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;

use std::net::SocketAddr;

use echo::raw::{Answer, post, post_bytes, post_without_end};
use echo::{ECHO, FILES, Text, listen, text};
use prost::Message as _;
use rmicro::{Context, MicroError, Routes, Server, ServiceDef, Status, Unary};

const SHOP: ServiceDef = FILES.service("shop.v1.Shop");
const GET: Unary<Text, Text> = SHOP.unary("Get");

/// The headers of a go-micro client.
const MICRO: [(&str, &str); 2] = [
    ("content-type", "application/grpc+proto"),
    ("x-content-type", "application/grpc+proto"),
];

async fn get(ctx: Context, request: Text) -> rmicro::Result<Text> {
    match &*request.text {
        "micro" => Err(MicroError::new("shop", 404, "no such book").into()),
        "plain" => {
            Err(Status::invalid_argument("bad").with_detail(&prost_types::Duration::default()))
        }
        "left" => Ok(text(format!(
            "{:?}",
            ctx.remaining().map(|left| left.as_secs())
        ))),
        "seen" => Ok(text(ctx.metadata().names().collect::<Vec<_>>().join(" "))),
        other => Ok(text(other)),
    }
}

fn routes() -> Routes {
    let mut routes = echo::routes();
    routes
        .service(&SHOP, ())
        .unary(&GET, |_, ctx, request| get(ctx, request));
    routes
}

async fn serve() -> (SocketAddr, tokio::sync::oneshot::Sender<()>) {
    listen(Server::new().routes(routes())).await
}

fn words(answer: &Answer) -> Vec<String> {
    let messages = answer.messages.iter();
    messages
        .map(|message| Text::decode(message.clone()).unwrap().text)
        .collect()
}

#[tokio::test]
async fn a_path_is_found_by_the_last_part_of_its_service() {
    let (address, _stop) = serve().await;
    for path in [
        "/shop.v1.Shop/Get",
        "/Shop/Get",
        "/go.micro.server.worker.Shop/Get",
        "/rust.svc.Shop/Get",
    ] {
        let answer = post(address, path, &MICRO, &text("book")).await;
        assert_eq!(words(&answer), ["book"], "{path}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/grpc+proto");
    }
    for (path, message) in [
        (
            "/shop.v1.Shop/Put",
            "unknown method Put for service shop.v1.Shop",
        ),
        ("/x.Shop/Put", "unknown method Put for service shop.v1.Shop"),
        ("/x.Nope/Get", "unknown service x.Nope"),
        ("/shop.v1.Shop", "malformed method name: \"/shop.v1.Shop\""),
        ("/a/b/c", "malformed method name: \"/a/b/c\""),
        ("/x.Health/Check", "unknown service x.Health"),
    ] {
        let answer = post(address, path, &[], &text("book")).await;
        assert_eq!(answer.status(), ("12", message.to_owned()));
    }
}

#[tokio::test]
async fn the_exact_path_wins_and_a_part_of_two_services_is_ambiguous() {
    let mut routes = routes();
    routes.service(&FILES.service("old.Shop"), ()).unary(
        &FILES.service("old.Shop").unary("Get"),
        |_, _, _: Text| async { Ok(text("old")) },
    );
    let (address, _stop) = listen(Server::new().routes(routes)).await;
    for (path, expected) in [("/shop.v1.Shop/Get", "new"), ("/old.Shop/Get", "old")] {
        let answer = post(address, path, &[], &text("new")).await;
        assert_eq!(words(&answer), [expected]);
    }
    let answer = post(address, "/worker.Shop/Get", &[], &text("x")).await;
    let message = "service `worker.Shop` is ambiguous here: `shop.v1.Shop` and `old.Shop` have the same last part; \
                   send the full name";
    assert_eq!(answer.status(), ("12", message.to_owned()));
}

#[tokio::test]
async fn a_stream_is_served_to_a_client_that_never_half_closes() {
    let (address, _stop) = serve().await;
    let answer = post_without_end(address, "/x.Echo/Down", &MICRO, &text("abc")).await;
    assert_eq!(words(&answer), ["a", "b", "c"]);
    assert_eq!(answer.header("grpc-status"), "0");
}

#[tokio::test]
async fn a_go_micro_caller_gets_errors_in_its_own_form() {
    let (address, _stop) = serve().await;
    for (path, request, code, message) in [
        (
            "/go.worker.Shop/Get",
            "micro",
            "5",
            r#"{"id":"shop","code":404,"detail":"no such book","status":"Not Found"}"#,
        ),
        (
            "/go.worker.Shop/Get",
            "plain",
            "3",
            r#"{"id":"go.worker","code":400,"detail":"bad","status":"Bad Request"}"#,
        ),
        (
            "/go.worker.Echo/One",
            "panic",
            "13",
            r#"{"id":"go.worker","code":500,"detail":"the handler panicked","status":"Internal Server Error"}"#,
        ),
        (
            "/go.worker.Echo/Down",
            "!",
            "10",
            r#"{"id":"go.worker","code":409,"detail":"a bang","status":"Conflict"}"#,
        ),
        (
            "/go.worker.Nope/Get",
            "",
            "12",
            r#"{"id":"go.worker","code":501,"detail":"unknown service go.worker.Nope","status":"Not Implemented"}"#,
        ),
    ] {
        let answer = post(address, path, &MICRO, &text(request)).await;
        assert_eq!(answer.status(), (code, message.to_owned()));
        assert_ne!(answer.header("grpc-status-details-bin"), "");
    }
}

#[tokio::test]
async fn other_callers_get_plain_messages_and_standard_details() {
    let (address, _stop) = serve().await;
    let answer = post(address, "/shop.v1.Shop/Get", &[], &text("micro")).await;
    assert_eq!(answer.status(), ("5", "no such book".to_owned()));
    assert_eq!(answer.header("grpc-status-details-bin"), "");
    let answer = post(address, "/shop.v1.Shop/Get", &[], &text("plain")).await;
    assert_eq!(answer.status(), ("3", "bad".to_owned()));
    assert_ne!(answer.header("grpc-status-details-bin"), "");
}

#[tokio::test]
async fn the_earlier_of_both_timeouts_holds() {
    let (address, _stop) = serve().await;
    let path = "/shop.v1.Shop/Get";
    for (grpc, micro, expected) in [
        ("90S", "30999000000", "Some(30)"),
        ("30900m", "90000000000", "Some(30)"),
        ("30900m", "soon", "Some(30)"),
    ] {
        let headers = [MICRO[1], ("grpc-timeout", grpc), ("timeout", micro)];
        let answer = post(address, path, &headers, &text("left")).await;
        assert_eq!(words(&answer), [expected]);
    }
    // It is metadata like any other where it does not come from go-micro.
    let answer = post(address, path, &[("timeout", "5")], &text("left")).await;
    assert_eq!(words(&answer), ["None"]);
    let answer = post(address, path, &[("timeout", "5")], &text("seen")).await;
    assert_eq!(words(&answer), ["content-type timeout"]);
    let answer = post(
        address,
        path,
        &[MICRO[1], ("timeout", "5000000000")],
        &text("seen"),
    )
    .await;
    assert_eq!(words(&answer), ["content-type"]);
}

#[tokio::test]
async fn a_format_that_is_not_spoken_is_unimplemented() {
    let (address, _stop) = serve().await;
    let headers = [("content-type", "application/grpc+thrift")];
    let answer = post(address, "/test.Echo/One", &headers, &text("x")).await;
    assert_eq!(answer.header("grpc-status"), "12");
    assert!(
        answer
            .status()
            .1
            .contains("`application/grpc+thrift` is not served")
    );
    assert_eq!(ECHO.name(), "test.Echo");
}

#[tokio::test]
async fn json_goes_inside_the_frames() {
    let (address, _stop) = serve().await;
    let headers = [
        ("content-type", "application/grpc+json"),
        ("x-content-type", "application/json"),
    ];
    let check = "/grpc.health.v1.Health/Check";
    let answer = post_bytes(address, check, &headers, br#"{"service":"shop.v1.Shop"}"#).await;
    assert_eq!(answer.header("content-type"), "application/grpc+json");
    assert_eq!(answer.messages, [r#"{"status":"SERVING"}"#]);
    let watch = "/grpc.health.v1.Health/List";
    let answer = post_bytes(address, watch, &headers, b"{}").await;
    assert_eq!(answer.messages.len(), 1);
    let answer = post_bytes(address, check, &headers, br#"{"service":5}"#).await;
    assert_eq!(answer.header("grpc-status"), "3");
    assert!(
        answer.status().1.contains("expected a string"),
        "{answer:?}"
    );
    // What has no descriptors cannot be told in JSON.
    let answer = post_bytes(address, "/shop.v1.Shop/Get", &headers[..1], b"{}").await;
    let message = "/shop.v1.Shop/Get takes no JSON: its descriptors are not known here";
    assert_eq!(answer.status(), ("12", message.to_owned()));
}

#[tokio::test]
async fn compression_is_negotiated_and_never_forced() {
    let (address, _stop) = serve().await;
    let path = "/shop.v1.Shop/Get";
    let asking = [("grpc-accept-encoding", "gzip")];
    let answer = post(address, path, &asking, &text("book")).await;
    let expected = if cfg!(feature = "gzip") { "gzip" } else { "" };
    assert_eq!(answer.header("grpc-encoding"), expected);
    let answer = post(address, path, &[], &text("book")).await;
    assert_eq!(answer.header("grpc-encoding"), "");
    let answer = post(address, path, &[("grpc-encoding", "br")], &text("book")).await;
    assert_eq!(answer.header("grpc-status"), "12");
}
