//! A service that echoes, with methods of all four kinds.

#![allow(dead_code, reason = "not every test uses all of it")]

pub(crate) mod cluster;
pub(crate) mod raw;

use std::net::SocketAddr;
use std::sync::Arc;

use rmicro::{
    BidiStreaming, Client, ClientStreaming, Context, Descriptors, Listening, Result, Routes,
    Server, ServerStreaming, ServiceDef, Status, Stream, Streaming, Stub, Unary,
};
use tokio::sync::oneshot;
use tokio_stream::StreamExt as _;

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Text {
    #[prost(string, tag = "1")]
    pub(crate) text: String,
}

pub(crate) fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

pub(crate) static FILES: Descriptors = Descriptors::new(b"", &[]);
pub(crate) const ECHO: ServiceDef = FILES.service("test.Echo");
pub(crate) const ONE: Unary<Text, Text> = ECHO.unary("One");
pub(crate) const DOWN: ServerStreaming<Text, Text> = ECHO.server_streaming("Down");
pub(crate) const UP: ClientStreaming<Text, Text> = ECHO.client_streaming("Up");
pub(crate) const BOTH: BidiStreaming<Text, Text> = ECHO.bidi_streaming("Both");

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

pub(crate) fn letters(word: &str) -> impl Stream<Item = Result<Text>> + Send + use<> {
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

/// Registers the echo as `service`.
pub(crate) fn register(routes: &mut Routes, service: &ServiceDef) {
    let (one_def, down, up, both) = (
        service.unary("One"),
        service.server_streaming("Down"),
        service.client_streaming("Up"),
        service.bidi_streaming("Both"),
    );
    routes
        .service(service, Arc::new(()))
        .unary(&one_def, |_, ctx, request| one(ctx, request))
        .server_streaming(&down, |_, ctx, request: Text| async move {
            if request.text == "endless" {
                return Ok(Streaming::new(letters("a").chain(tokio_stream::pending())));
            }
            let _ = ctx.set_header("x-letters", &request.text.len().to_string());
            let _ = ctx.set_trailer("x-cost", "3");
            Ok(Streaming::new(letters(&request.text)))
        })
        .client_streaming(&up, |_, _, mut requests: Streaming<Text>| async move {
            let mut all = String::new();
            while let Some(request) = requests.message().await? {
                all += &request.text;
            }
            Ok(text(all))
        })
        .bidi_streaming(&both, |_, _, requests: Streaming<Text>| async move {
            Ok(requests)
        });
}

/// Serves the echo.
pub(crate) async fn serve() -> (Stub, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    serve_routes(routes()).await
}

/// The routes of the echo.
pub(crate) fn routes() -> Routes {
    let mut routes = Routes::new();
    register(&mut routes, &ECHO);
    routes
}

/// Serves as `server` says until the sender is gone.
pub(crate) async fn listen(server: Server) -> (SocketAddr, oneshot::Sender<()>) {
    let listening = server.bind("127.0.0.1:0").await.unwrap();
    let address = listening.local_addr();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(listening.serve(async {
        let _ = stopped.await;
    }));
    (address, stop)
}

/// Serves `routes`; the stub calls them directly.
pub(crate) async fn serve_routes(
    routes: Routes,
) -> (Stub, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
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

pub(crate) async fn collect(mut stream: Streaming<Text>) -> (String, Option<Status>) {
    let mut all = String::new();
    loop {
        match stream.message().await {
            Ok(Some(message)) => all += &message.text,
            Ok(None) => return (all, None),
            Err(status) => return (all, Some(status)),
        }
    }
}
