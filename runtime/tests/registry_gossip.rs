//! The registry among processes that gossip.

#![cfg(feature = "gossip")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use rmicro::registry::{Gossip, Registry};
use servers::{TTL, ids, next, service};

fn registry(port: u16, seed: u16) -> Gossip {
    Gossip::new(([127, 0, 0, 1], port).into(), [format!("127.0.0.1:{seed}")])
}

fn free_port() -> u16 {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

#[tokio::test]
async fn what_one_registers_the_others_hear_of() {
    let (first, second) = (free_port(), free_port());
    let (one, other) = (registry(first, second), registry(second, first));
    let mut watch = other.watch("x").await.unwrap();
    one.register(&service("x", "a"), TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-a");
    one.register(&service("y", "a"), TTL).await.unwrap();
    one.register(&service("x", "b"), TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    let found = other.get_service("x").await.unwrap();
    assert_eq!((found.len(), ids(&found)), (1, vec!["x-a", "x-b"]));
    assert_eq!(
        ids(&other.list_services().await.unwrap()),
        ["x-a", "x-b", "y-a"]
    );
    assert_eq!(ids(&one.get_service("x").await.unwrap()), ["x-a", "x-b"]);
    one.deregister(&service("x", "a")).await.unwrap();
    assert_eq!(next(&mut watch).await, "-x-a");
    // Silence is all that is heard of a process that dies.
    drop(one);
    assert_eq!(next(&mut watch).await, "-x-b");
    assert_eq!(other.get_service("x").await.unwrap(), []);
}

#[tokio::test]
async fn an_address_in_use_is_an_error() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let error = registry(port, port).get_service("x").await.unwrap_err();
    let expected = format!("cannot gossip at `127.0.0.1:{port}`");
    assert!(error.to_string().starts_with(&expected), "{error}");
}
