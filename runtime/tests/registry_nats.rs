//! The registry among the clients of a real NATS server.

#![cfg(feature = "nats")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use std::io::{Read as _, Write as _};
use std::process::Command;
use std::time::Duration;

use rmicro::registry::{Nats, Registry};
use servers::{PATIENCE, Process, TTL, free_port, ids, installed, next, service};

struct Server {
    process: Process,
    port: u16,
}

impl Server {
    fn start(more: &[&str]) -> Option<Self> {
        installed("nats-server").then(|| {
            let port = free_port();
            Self {
                process: run(port, more),
                port,
            }
        })
    }

    fn registry(&self) -> Nats {
        registry(&format!("127.0.0.1:{}", self.port))
    }
}

fn run(port: u16, more: &[&str]) -> Process {
    let mut command = Command::new("nats-server");
    command
        .args(["-a", "127.0.0.1", "-p", &port.to_string()])
        .args(more);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin"));
    Process::start(&mut command, "Server is ready")
}

fn registry(address: &str) -> Nats {
    // A busy machine answers late.
    Nats::new([address])
        .unwrap()
        .patience(Duration::from_millis(500))
}

#[tokio::test]
async fn every_process_answers_for_its_nodes() {
    let Some(nats) = Server::start(&[]) else {
        return;
    };
    let (one, other) = (nats.registry(), nats.registry());
    one.register(&service("x", "a"), TTL).await.unwrap();
    other.register(&service("x", "b"), TTL).await.unwrap();
    other.register(&service("y", "c"), TTL).await.unwrap();
    let found = one.get_service("x").await.unwrap();
    assert_eq!((found.len(), ids(&found)), (1, vec!["x-a", "x-b"]));
    assert_eq!(
        ids(&one.list_services().await.unwrap()),
        ["x-a", "x-b", "y-c"]
    );
    assert_eq!(one.get_service("z").await.unwrap(), []);
    other.deregister(&service("x", "b")).await.unwrap();
    assert_eq!(one.get_service("x").await.unwrap(), [service("x", "a")]);
    one.register(&service("x", "a"), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(one.get_service("x").await.unwrap(), []);
}

#[tokio::test]
async fn a_watch_tells_what_is_announced() {
    let Some(nats) = Server::start(&[]) else {
        return;
    };
    let (one, other) = (nats.registry(), nats.registry());
    one.register(&service("x", "a"), TTL).await.unwrap();
    let mut watch = other.watch("x").await.unwrap();
    one.register(&service("y", "a"), TTL).await.unwrap();
    one.register(&service("x", "a"), TTL).await.unwrap();
    one.register(&service("x", "b"), TTL).await.unwrap();
    one.deregister(&service("x", "a")).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    assert_eq!(next(&mut watch).await, "-x-a");
    // Dropping the registry is all that is heard of a process that dies; the roll-call finds out.
    drop(one);
    assert_eq!(next(&mut watch).await, "-x-b");
}

#[tokio::test]
async fn nodes_are_announced_again_when_the_server_comes_back() {
    let Some(mut nats) = Server::start(&[]) else {
        return;
    };
    let one = nats.registry();
    one.register(&service("x", "a"), TTL).await.unwrap();
    nats.process.kill();
    nats.process = run(nats.port, &[]);
    let other = nats.registry();
    let mut watch = other.watch("x").await.unwrap();
    one.register(&service("x", "b"), TTL).await.unwrap();
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            let found = other.get_service("x").await.unwrap();
            if ids(&found).len() == 2 {
                return found;
            }
            next(&mut watch).await;
        }
    });
    assert_eq!(ids(&found.await.unwrap()), ["x-a", "x-b"]);
}

#[tokio::test]
async fn a_password_is_asked_for() {
    let Some(nats) = Server::start(&["--user", "u", "--pass", "p"]) else {
        return;
    };
    let login = registry(&format!("nats://u:p@127.0.0.1:{}", nats.port));
    login.register(&service("x", "a"), TTL).await.unwrap();
    assert_eq!(ids(&login.get_service("x").await.unwrap()), ["x-a"]);
    let error = nats.registry().get_service("x").await.unwrap_err();
    assert_eq!(error.to_string(), "NATS cannot be reached within 5s");
}

#[tokio::test]
async fn a_bad_message_costs_no_good_node() {
    let Some(nats) = Server::start(&[]) else {
        return;
    };
    let registry = nats.registry();
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", nats.port)).unwrap();
    let mut messages = "CONNECT {}\r\n".to_owned();
    for subject in [
        "micro.registry.nats.query",
        "micro.nats.query",
        "micro.registry.nats.watch",
        "micro.nats.watch",
    ] {
        for body in [
            "",
            "[]",
            "nonsense",
            r#"{"Action":1}"#,
            r#"{"Action":"get","Service":[]}"#,
            r#"{"Action":"create","Service":null}"#,
            r#"{"Action":"create","Service":{"name":"x"}}"#,
            r#"{"Action":"create","Service":{"name":"x","nodes":[{"id":"e","address":""}]}}"#,
            r#"{"action":"UPDATE","service":{"name":"x","nodes":[{"id":"good","address":"a:1"},null]}}"#,
        ] {
            messages += &format!("PUB {subject} reply {}\r\n{body}\r\n", body.len());
        }
    }
    stream
        .write_all((messages + "PING\r\n").as_bytes())
        .unwrap();
    let mut said = String::new();
    while !said.contains("PONG") {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).unwrap();
        said += &String::from_utf8_lossy(&part[..length]);
    }
    assert_eq!(next(&mut watch).await, "+good");
    assert_eq!(ids(&registry.get_service("x").await.unwrap()), ["x-a"]);
}
