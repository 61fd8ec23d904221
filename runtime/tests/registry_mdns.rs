//! The registry by multicast DNS, on the loopback interface.

#![cfg(feature = "mdns")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

use rmicro::registry::{Endpoint, Mdns, Registry, Service};
use servers::{TTL, ids, next, service};

fn registry() -> Mdns {
    // A busy machine answers late.
    Mdns::on(Ipv4Addr::LOCALHOST).patience(Duration::from_millis(500))
}

/// A service with endpoints enough for several TXT strings.
fn rich(name: &str, id: &str) -> Service {
    let endpoint = |number: u64| Endpoint {
        name: format!("Greeter.Hello{number}"),
        metadata: [("path".into(), format!("/{:x}", u64::MAX / (number + 3)))].into(),
        ..Endpoint::default()
    };
    Service {
        endpoints: (0..50).map(endpoint).collect(),
        ..service(name, id)
    }
}

#[tokio::test]
async fn every_process_answers_for_its_nodes() {
    let (one, other) = (registry(), registry());
    one.register(&rich("mdns.one", "a"), TTL).await.unwrap();
    other.register(&rich("mdns.one", "b"), TTL).await.unwrap();
    other
        .register(&service("mdns.other", "c"), TTL)
        .await
        .unwrap();
    let found = one.get_service("mdns.one").await.unwrap();
    assert_eq!(
        (found.len(), ids(&found)),
        (1, vec!["mdns.one-a", "mdns.one-b"])
    );
    assert_eq!(found[0].endpoints, rich("mdns.one", "a").endpoints);
    let listed = one.list_services().await.unwrap();
    let ours = ["mdns.one-a", "mdns.one-b", "mdns.other-c"];
    assert!(
        ours.iter().all(|id| ids(&listed).contains(id)),
        "{listed:?}"
    );
    other.deregister(&rich("mdns.one", "b")).await.unwrap();
    assert_eq!(
        one.get_service("mdns.one").await.unwrap(),
        [rich("mdns.one", "a")]
    );
    assert_eq!(one.get_service("mdns.nobody").await.unwrap(), []);
}

#[tokio::test]
async fn a_watch_tells_what_is_announced() {
    let (one, other) = (registry(), registry());
    let mut watch = other.watch("mdns.watched").await.unwrap();
    one.register(&service("mdns.watched", "a"), TTL)
        .await
        .unwrap();
    assert_eq!(next(&mut watch).await, "+mdns.watched-a");
    one.register(&service("mdns.watched", "b"), TTL)
        .await
        .unwrap();
    assert_eq!(next(&mut watch).await, "+mdns.watched-b");
    one.deregister(&service("mdns.watched", "a")).await.unwrap();
    assert_eq!(next(&mut watch).await, "-mdns.watched-a");
    // A process that dies says nothing; the roll-call finds out.
    drop(one);
    assert_eq!(next(&mut watch).await, "-mdns.watched-b");
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_and_what_cannot_be_read_is_passed_over() {
    let registry = registry();
    let mut bad = service("mdns.bad", "a");
    bad.nodes[0].address = "host.example:80".into();
    let error = registry.register(&bad, TTL).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "`host.example:80` cannot be told by multicast DNS: an IP address with a port was expected"
    );
    for name in ["", "a..b", &"a".repeat(64)] {
        assert!(
            registry.register(&service(name, "a"), TTL).await.is_err(),
            "{name}"
        );
    }
    registry
        .register(&service("mdns.good", "a"), TTL)
        .await
        .unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for length in 0..64 {
        let _ = socket.send_to(&vec![0xc0; length], "224.0.0.251:5353");
    }
    assert_eq!(
        ids(&registry.get_service("mdns.good").await.unwrap()),
        ["mdns.good-a"]
    );
}
