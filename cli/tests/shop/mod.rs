//! A gRPC server to stand behind the gateway, and the command under test.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use protoc_gen_rmicro::Config;
use rmicro::{Context, Descriptors, Routes, Server, ServiceDef, Streaming};

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Item {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(int64, tag = "2")]
    pub(crate) price: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct GetItemRequest {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(int32, tag = "2")]
    pub(crate) depth: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AddItemRequest {
    #[prost(string, tag = "1")]
    pub(crate) shelf: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) item: Option<Item>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct WatchRequest {
    #[prost(int32, tag = "1")]
    pub(crate) count: i32,
}

/// The directory of `shop.proto`.
pub(crate) fn protos() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/shop")
}

/// `shop.proto` as a descriptor set.
pub(crate) fn descriptors() -> Vec<u8> {
    Config::new()
        .descriptors(&[protos().join("shop.proto")], &[protos()])
        .unwrap()
}

/// A server of the service `shop.Shop`, with reflection; it stops with the runtime.
pub(crate) async fn serve() -> SocketAddr {
    let bytes: &'static [u8] = descriptors().leak();
    let descriptors: &'static Descriptors = Box::leak(Box::new(Descriptors::new(bytes, &[])));
    let shop: ServiceDef = descriptors.service("shop.Shop");
    let mut routes = Routes::new();
    routes
        .service(&shop, ())
        .unary(
            &shop.unary("GetItem"),
            |_, _: Context, request: GetItemRequest| async move {
                Ok(Item {
                    name: request.name,
                    price: request.depth.into(),
                })
            },
        )
        .unary(
            &shop.unary("AddItem"),
            |_, _: Context, request: AddItemRequest| async move {
                let item = request.item.unwrap_or_default();
                Ok(Item {
                    name: format!("{}/items/{}", request.shelf, item.name),
                    ..item
                })
            },
        )
        .server_streaming(
            &shop.server_streaming("Watch"),
            |_, _: Context, request: WatchRequest| async move {
                let items = (1..=request.count).map(|number| {
                    Ok(Item {
                        name: number.to_string(),
                        price: 0,
                    })
                });
                Ok(Streaming::new(tokio_stream::iter(
                    items.collect::<Vec<_>>(),
                )))
            },
        )
        .unary(
            &shop.unary("Count"),
            |_, _: Context, request: GetItemRequest| async move {
                Ok(Item {
                    name: request.name,
                    price: 3,
                })
            },
        );
    let listening = Server::new()
        .routes(routes)
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let address = listening.local_addr();
    tokio::spawn(listening.serve(std::future::pending()));
    address
}

/// Runs the command to its end: its code, its output, and what it says about errors.
pub(crate) fn run(args: &[&str]) -> (i32, String, String) {
    let output = command(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rmicro"));
    command
        .args(args)
        .current_dir(protos())
        .env_remove("RUST_LOG")
        .env_remove("PROTOC")
        .env("NO_COLOR", "1");
    command
}

/// A gateway that runs.
pub(crate) struct Gateway {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub(crate) address: SocketAddr,
}

impl Gateway {
    /// Starts the command and waits until it listens.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening on ") {
            line.clear();
            assert_ne!(
                stderr.read_line(&mut line).unwrap(),
                0,
                "it ended without listening"
            );
        }
        let address = line.split("listening on ").nth(1).unwrap();
        let address = address.split_whitespace().next().unwrap().parse().unwrap();
        Self {
            child,
            stderr,
            address,
        }
    }

    /// What the gateway answers to a request: the status and the body.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let body = if head.contains("transfer-encoding: chunked") {
            unchunked(body)
        } else {
            body.to_owned()
        };
        (head[9..12].parse().unwrap(), body)
    }

    /// Stops it as an operator does: how it ended, what it printed, and what it logged since it listened.
    pub(crate) fn stop(mut self) -> (ExitStatus, String, String) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut stdout)
            .unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap(), stdout, stderr)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unchunked(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        out.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    out
}
