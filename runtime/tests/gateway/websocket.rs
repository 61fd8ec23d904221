//! Methods that stream, over a real socket.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use rmicro::Server;
use rmicro::gateway::ServeMux;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::support::gateway;

async fn serve() -> SocketAddr {
    let (mux, _) = gateway(ServeMux::new());
    let listening = Server::new()
        .gateway(mux)
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let address = listening.local_addr();
    tokio::spawn(listening.serve(std::future::pending()));
    address
}

async fn open(
    address: SocketAddr,
    target: &str,
    origin: Option<&str>,
) -> Result<WebSocketStream<TcpStream>, Error> {
    let mut request = format!("ws://{address}{target}")
        .into_client_request()
        .unwrap();
    if let Some(origin) = origin {
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
    }
    let stream = TcpStream::connect(address).await.unwrap();
    Ok(client_async(request, stream).await?.0)
}

/// What comes until the socket is closed, and how it was.
async fn rest(mut socket: WebSocketStream<TcpStream>) -> Vec<String> {
    let mut seen = Vec::new();
    while let Some(message) = socket.next().await {
        match message.unwrap() {
            Message::Text(text) => seen.push(text.to_string()),
            Message::Close(Some(frame)) => {
                seen.push(format!("{} {}", u16::from(frame.code), frame.reason))
            }
            _ => {}
        }
    }
    seen
}

#[tokio::test]
async fn both_sides_stream_at_once() {
    let mut socket = open(serve().await, "/v1/chat", None).await.unwrap();
    for i in 1..=3 {
        socket
            .send(Message::text(format!("{{\"i32\": {i}}}")))
            .await
            .unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        assert_eq!(answer.to_text().unwrap(), format!("{{\"i32\":{i}}}"));
    }
    socket.send(Message::text("")).await.unwrap();
    assert_eq!(rest(socket).await, ["1000 "]);
}

#[tokio::test]
async fn a_client_that_streams_gets_its_answer_after_an_empty_message() {
    let mut socket = open(serve().await, "/v1/merge/m", None).await.unwrap();
    for tag in ["a", "b"] {
        socket
            .send(Message::text(format!("{{\"tags\": [\"{tag}\"]}}")))
            .await
            .unwrap();
    }
    socket.send(Message::text("")).await.unwrap();
    assert_eq!(
        rest(socket).await,
        ["{\"id\":\"m\",\"tags\":[\"a\",\"b\"]}", "1000 "]
    );
}

#[tokio::test]
async fn an_answer_that_streams_starts_with_what_the_rule_maps() {
    let target = "/v1/list/a?i32=2&inner.text=gone";
    let socket = open(serve().await, target, None).await.unwrap();
    assert_eq!(
        rest(socket).await,
        [
            "{\"id\":\"a\",\"i32\":2,\"inner\":{\"text\":\"gone\"}}",
            "{\"id\":\"a\",\"i32\":2,\"inner\":{\"text\":\"gone\"}}",
            "{\"error\":{\"code\":5,\"message\":\"gone\",\"details\":[]}}",
            "1011 NOT_FOUND",
        ]
    );
}

#[tokio::test]
async fn a_message_that_is_wrong_ends_the_call() {
    let mut socket = open(serve().await, "/v1/chat", None).await.unwrap();
    socket.send(Message::text("{\"i32\": x}")).await.unwrap();
    assert_eq!(
        rest(socket).await,
        [
            "{\"error\":{\"code\":3,\"message\":\"line 1, column 9: field \\\"i32\\\" of rich.v1.Note: expected a number, found `x`\",\"details\":[]}}",
            "1011 INVALID_ARGUMENT",
        ]
    );
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused() {
    let address = serve().await;
    let refused = open(address, "/v1/chat", Some("http://evil.example"))
        .await
        .unwrap_err();
    assert_eq!(refused.to_string(), "HTTP error: 403 Forbidden");
    assert!(
        open(address, "/v1/chat", Some(&format!("http://{address}")))
            .await
            .is_ok()
    );
    let unary = open(address, "/v1/notes/n", None).await.unwrap_err();
    assert_eq!(unary.to_string(), "HTTP error: 200 OK");
}
