//! The registry in a real ZooKeeper.

#![cfg(feature = "zookeeper")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use std::process::Command;
use std::time::Duration;

use rmicro::registry::{Registry, ZooKeeper, record};
use servers::{Folder, Process, Proxy, TTL, free_port, ids, installed, next, service};
use zookeeper_client::{Acls, Client, CreateMode};

struct Server {
    _process: Process,
    _folder: Folder,
    port: u16,
}

impl Server {
    fn start() -> Option<Self> {
        // Debian's package `zookeeper`.
        const JAR: &str = "/usr/share/java/zookeeper.jar";
        if !installed("java") || !servers::present(JAR) {
            return None;
        }
        let (folder, port) = (Folder::new(), free_port());
        let configuration = format!(
            "dataDir={}\nclientPort={port}\nclientPortAddress=127.0.0.1\ntickTime=1000\nadmin.enableServer=false\n",
            folder.path().display()
        );
        let path = folder.path().join("zoo.cfg");
        std::fs::write(&path, configuration).unwrap();
        let mut command = Command::new("java");
        // The second one writes the log to standard error.
        let jars = format!("{JAR}:/usr/share/java/slf4j-simple.jar");
        command.args(["-Xmx256m", "-cp", &jars]);
        command
            .arg("org.apache.zookeeper.server.ZooKeeperServerMain")
            .arg(path);
        Some(Self {
            _process: Process::start(&mut command, "ZooKeeper audit is"),
            _folder: folder,
            port,
        })
    }

    fn registry(&self) -> ZooKeeper {
        registry(self.port)
    }

    async fn client(&self) -> Client {
        Client::connect(&format!("127.0.0.1:{}", self.port))
            .await
            .unwrap()
    }
}

fn registry(port: u16) -> ZooKeeper {
    ZooKeeper::new([format!("127.0.0.1:{port}")]).unwrap()
}

const PATH: &str = "/micro-registry/x/x-a";

#[tokio::test]
async fn a_node_is_an_ephemeral_znode_until_it_is_taken_out() {
    let Some(zookeeper) = Server::start() else {
        return;
    };
    let registry = zookeeper.registry();
    assert_eq!(registry.list_services().await.unwrap(), []);
    registry.register(&service("x", "a"), TTL).await.unwrap();
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let (data, stat) = zookeeper.client().await.get_data(PATH).await.unwrap();
    assert_eq!(record::from_json(&data).unwrap(), service("x", "a"));
    assert_ne!(stat.ephemeral_owner, 0);
    let other = zookeeper.registry();
    other.register(&service("x", "b"), TTL).await.unwrap();
    other.register(&service("a/b", "c/d"), TTL).await.unwrap();
    let found = registry.get_service("x").await.unwrap();
    assert_eq!((found.len(), ids(&found)), (1, vec!["x-a", "x-b"]));
    assert_eq!(
        ids(&registry.list_services().await.unwrap()),
        ["a/b-c/d", "x-a", "x-b"]
    );
    registry.deregister(&service("x", "a")).await.unwrap();
    registry.deregister(&service("x", "a")).await.unwrap();
    assert_eq!(ids(&registry.get_service("x").await.unwrap()), ["x-b"]);
    assert_eq!(registry.get_service("a-b").await.unwrap(), []);
}

#[tokio::test]
async fn a_watch_tells_what_comes_changes_and_goes() {
    let Some(zookeeper) = Server::start() else {
        return;
    };
    let (one, other) = (zookeeper.registry(), zookeeper.registry());
    let mut watch = one.watch("x").await.unwrap();
    one.register(&service("x", "a"), TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-a");
    other.register(&service("x", "b"), TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    let mut changed = service("x", "b");
    changed.nodes[0].address = "127.0.0.1:9".into();
    other.register(&changed, TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    zookeeper.client().await.delete(PATH, None).await.unwrap();
    // It comes back.
    assert_eq!(next(&mut watch).await, "-x-a");
    assert_eq!(next(&mut watch).await, "+x-a");
    drop(other);
    assert_eq!(next(&mut watch).await, "-x-b");
}

#[tokio::test]
async fn a_cut_connection_costs_no_event_and_no_node() {
    let Some(zookeeper) = Server::start() else {
        return;
    };
    let mut proxy = Proxy::new(zookeeper.port).await;
    let (cut_off, other) = (registry(proxy.port), zookeeper.registry());
    let ttl = Duration::from_secs(2);
    cut_off.register(&service("x", "a"), ttl).await.unwrap();
    other.register(&service("x", "b"), TTL).await.unwrap();
    let mut near = other.watch("x").await.unwrap();
    let mut far = cut_off.watch("x").await.unwrap();
    proxy.cut().await;
    assert_eq!(next(&mut near).await, "-x-a");
    other.register(&service("x", "c"), TTL).await.unwrap();
    other.deregister(&service("x", "b")).await.unwrap();
    proxy.mend().await;
    assert_eq!(next(&mut near).await, "+x-c");
    assert_eq!(next(&mut near).await, "-x-b");
    assert_eq!(next(&mut near).await, "+x-a");
    let mut known: std::collections::BTreeSet<_> = ["x-a", "x-b"].map(String::from).into();
    while known != ["x-a", "x-c"].map(String::from).into() {
        let event = next(&mut far).await;
        match event.split_at(1) {
            ("+", id) => known.insert(id.to_owned()),
            (_, id) => known.remove(id),
        };
    }
}

#[tokio::test]
async fn an_id_belongs_to_whoever_took_it_last() {
    let Some(zookeeper) = Server::start() else {
        return;
    };
    let (old, new) = (zookeeper.registry(), zookeeper.registry());
    let mut record = service("x", "a");
    old.register(&record, TTL).await.unwrap();
    record.nodes[0].address = "127.0.0.1:1".into();
    new.register(&record, TTL).await.unwrap();
    old.register(&service("x", "a"), TTL).await.unwrap();
    assert_eq!(old.get_service("x").await.unwrap(), [record.clone()]);
    old.deregister(&service("x", "a")).await.unwrap();
    assert_eq!(new.get_service("x").await.unwrap(), [record]);
}

#[tokio::test]
async fn a_bad_record_costs_no_good_node() {
    let Some(zookeeper) = Server::start() else {
        return;
    };
    let registry = zookeeper.registry();
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    let client = zookeeper.client().await;
    let options = CreateMode::Persistent.with_acls(Acls::anyone_all());
    for (name, data) in [
        ("empty", &b""[..]),
        ("nonsense", b"\xff"),
        ("no-nodes", br#"{"name":"x"}"#),
        (
            "bad-address",
            br#"{"name":"x","nodes":[{"id":"b","address":":"}]}"#,
        ),
        (
            "good",
            br#"{"name":"x","nodes":[{"id":"good","address":"a:1"}]}"#,
        ),
    ] {
        client
            .create(&format!("/micro-registry/x/{name}"), data, &options)
            .await
            .unwrap();
    }
    assert_eq!(next(&mut watch).await, "+good");
    assert_eq!(
        ids(&registry.get_service("x").await.unwrap()),
        ["good", "x-a"]
    );
    for name in ["", "..", "a\0"] {
        assert!(registry.register(&service(name, "1"), TTL).await.is_err());
    }
}

#[tokio::test]
async fn a_zookeeper_that_is_not_there_is_an_error_in_time() {
    let registry = registry(free_port());
    let error = registry
        .register(&service("x", "a"), TTL)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "ZooKeeper cannot be reached");
    let error = registry.get_service("x").await.unwrap_err();
    assert_eq!(error.to_string(), "ZooKeeper cannot be reached");
}
