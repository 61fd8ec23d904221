//! The registry in a real Consul agent. Debian has none; the Go module `github.com/hashicorp/consul` builds one.

#![cfg(feature = "consul")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use std::process::Command;
use std::time::Duration;

use rmicro::registry::{Consul, Endpoint, Registry, Service};
use serde_json::json;
use servers::{Folder, Process, TTL, free_port, http, ids, installed, next, service};

struct Server {
    _process: Process,
    port: u16,
}

impl Server {
    fn start() -> Option<Self> {
        installed("consul").then(|| {
            let (port, folder) = (free_port(), Folder::new());
            let mut command = Command::new("consul");
            command.args([
                "agent",
                "-dev",
                "-bind",
                "127.0.0.1",
                "-client",
                "127.0.0.1",
            ]);
            command.args([
                "-http-port",
                &port.to_string(),
                "-dns-port",
                "-1",
                "-grpc-port",
                "-1",
            ]);
            command.args([
                "-grpc-tls-port",
                "-1",
                "-server-port",
                &free_port().to_string(),
            ]);
            command.args([
                "-serf-lan-port",
                &free_port().to_string(),
                "-serf-wan-port",
                "-1",
            ]);
            command.current_dir(folder.path());
            Self {
                _process: Process::start(&mut command, "Synced node info"),
                port,
            }
        })
    }

    fn registry(&self) -> Consul {
        Consul::new([format!("127.0.0.1:{}", self.port)]).unwrap()
    }
}

fn rich(id: &str) -> Service {
    let endpoint = Endpoint {
        name: "Greeter.Hello".into(),
        metadata: [("method".into(), "POST".into())].into(),
        ..Endpoint::default()
    };
    Service {
        endpoints: vec![endpoint],
        ..service("x", id)
    }
}

#[tokio::test]
async fn a_node_is_a_service_of_the_agent() {
    let Some(consul) = Server::start() else {
        return;
    };
    let registry = consul.registry();
    assert_eq!(registry.list_services().await.unwrap(), []);
    registry.register(&rich("a"), TTL).await.unwrap();
    registry.register(&rich("a"), TTL).await.unwrap();
    registry
        .register(&service("a/b \u{e9}", "c/d"), TTL)
        .await
        .unwrap();
    assert_eq!(registry.get_service("x").await.unwrap(), [rich("a")]);
    assert_eq!(
        ids(&registry.get_service("a/b \u{e9}").await.unwrap()),
        ["a/b \u{e9}-c/d"]
    );
    assert_eq!(
        ids(&registry.list_services().await.unwrap()),
        ["a/b \u{e9}-c/d", "x-a"]
    );
    registry.deregister(&rich("a")).await.unwrap();
    registry.deregister(&rich("a")).await.unwrap();
    assert_eq!(registry.get_service("x").await.unwrap(), []);
}

#[tokio::test]
async fn a_watch_tells_what_comes_and_goes() {
    let Some(consul) = Server::start() else {
        return;
    };
    let (one, other) = (consul.registry(), consul.registry());
    one.register(&rich("a"), TTL).await.unwrap();
    let mut watch = other.watch("x").await.unwrap();
    one.register(&rich("b"), Duration::from_secs(1))
        .await
        .unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    one.deregister(&rich("a")).await.unwrap();
    assert_eq!(next(&mut watch).await, "-x-a");
    // Nobody renews it.
    assert_eq!(next(&mut watch).await, "-x-b");
    one.register(&rich("b"), TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
}

#[tokio::test]
async fn a_node_that_the_agent_has_forgotten_comes_back() {
    let Some(consul) = Server::start() else {
        return;
    };
    let registry = consul.registry();
    registry.register(&rich("a"), TTL).await.unwrap();
    http(
        "PUT",
        consul.port,
        "/v1/agent/service/deregister/x-a",
        "",
        "",
    );
    assert_eq!(registry.get_service("x").await.unwrap(), []);
    registry.register(&rich("a"), TTL).await.unwrap();
    assert_eq!(registry.get_service("x").await.unwrap(), [rich("a")]);
}

#[tokio::test]
async fn a_bad_service_costs_no_good_node() {
    let Some(consul) = Server::start() else {
        return;
    };
    let registry = consul.registry();
    registry.register(&rich("a"), TTL).await.unwrap();
    for (id, address, tags) in [
        (
            "bad",
            "not an address",
            json!(["v-zz", "e-00", "t-", "t=[]"]),
        ),
        (
            "good",
            "10.0.0.1",
            json!(["nothing", "e={}", "t={\"a\":1}"]),
        ),
    ] {
        let body = json!({"ID": id, "Name": "x", "Address": address, "Port": 1, "Tags": tags});
        http(
            "PUT",
            consul.port,
            "/v1/agent/service/register",
            "",
            &body.to_string(),
        );
    }
    assert_eq!(
        ids(&registry.get_service("x").await.unwrap()),
        ["good", "x-a"]
    );
}

#[tokio::test]
async fn a_consul_that_is_not_there_is_an_error() {
    let registry = Consul::new([format!("127.0.0.1:{}", free_port())]).unwrap();
    let error = registry.register(&rich("a"), TTL).await.unwrap_err();
    assert_eq!(error.to_string(), "Consul cannot be reached");
    for bad in ["", ":1", "ftp://a", "a b", "u@a"] {
        let error = Consul::new([bad]).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("`{bad}` is no address of Consul: `host:port` was expected")
        );
    }
}
