//! The registry in a real etcd v3.

#![cfg(feature = "etcd")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rmicro::registry::{Etcd, Registry, record};
use serde_json::{Value, json};
use servers::{
    Folder, PATIENCE, Process, Proxy, TTL, free_port, http, ids, installed, next, service,
};

struct Server {
    process: Process,
    folder: Folder,
    port: u16,
    peer_port: u16,
    more: Vec<String>,
}

impl Server {
    fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    fn start_with(more: &[&str]) -> Option<Self> {
        if !installed("etcd") {
            return None;
        }
        let folder = Folder::new();
        let (port, peer_port) = (free_port(), free_port());
        let more: Vec<String> = more.iter().map(|&one| one.to_owned()).collect();
        let process = run(&folder, port, peer_port, &more);
        Some(Self {
            process,
            folder,
            port,
            peer_port,
            more,
        })
    }

    fn kill(&mut self) {
        self.process.kill();
    }

    fn start_again(&mut self) {
        self.process = run(&self.folder, self.port, self.peer_port, &self.more);
    }

    fn start_empty(&mut self) {
        self.folder = Folder::new();
        self.start_again();
    }

    fn registry(&self) -> Etcd {
        registry(self.port)
    }

    /// Calls etcd's own JSON gateway.
    fn call(&self, path: &str, request: &Value) -> Value {
        serde_json::from_str(&http("POST", self.port, path, "", &request.to_string())).unwrap()
    }

    fn put(&self, key: &str, value: &[u8]) {
        let request = json!({"key": BASE64.encode(key), "value": BASE64.encode(value)});
        self.call("/v3/kv/put", &request);
    }

    fn delete(&self, key: &str) {
        self.call("/v3/kv/deleterange", &json!({"key": BASE64.encode(key)}));
    }

    /// The value at the key as JSON, and its lease.
    fn get(&self, key: &str) -> Option<(Value, String)> {
        let answer = self.call("/v3/kv/range", &json!({"key": BASE64.encode(key)}));
        let pair = answer.get("kvs")?.get(0)?;
        let value = BASE64.decode(pair["value"].as_str()?).unwrap();
        let lease = pair.get("lease").and_then(Value::as_str).unwrap_or("0");
        Some((serde_json::from_slice(&value).unwrap(), lease.to_owned()))
    }
}

fn run(folder: &Folder, port: u16, peer_port: u16, more: &[String]) -> Process {
    let secure = more.iter().any(|one| one.contains("cert"));
    let scheme = if secure { "https" } else { "http" };
    let (client, peer) = (
        format!("{scheme}://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{peer_port}"),
    );
    let mut command = Command::new("etcd");
    command
        .arg("--data-dir")
        .arg(folder.path())
        .args([
            "--listen-client-urls",
            &client,
            "--advertise-client-urls",
            &client,
        ])
        .args([
            "--listen-peer-urls",
            &peer,
            "--initial-advertise-peer-urls",
            &peer,
        ])
        .args(["--initial-cluster", &format!("default={peer}")])
        .args(more)
        .env("ETCD_UNSUPPORTED_ARCH", std::env::consts::ARCH);
    Process::start(&mut command, "client requests on")
}

fn registry(port: u16) -> Etcd {
    Etcd::builder()
        .endpoint(format!("127.0.0.1:{port}"))
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap()
}

const KEY: &str = "/micro/registry/x/x-a";

#[tokio::test]
async fn a_node_is_a_key_with_a_lease_until_it_is_taken_out() {
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    assert_eq!(registry.list_services().await.unwrap(), []);
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let (value, lease) = etcd.get(KEY).unwrap();
    assert_eq!(
        value,
        json!({"name": "x", "version": "latest", "metadata": null, "endpoints": [],
            "nodes": [{"id": "x-a", "address": "127.0.0.1:9090", "metadata": {"protocol": "grpc"}}]})
    );
    let left = etcd.call("/v3/lease/timetolive", &json!({"ID": lease}));
    assert_eq!(left["grantedTTL"], "60");
    registry.register(&service("x", "a"), TTL).await.unwrap();
    assert_eq!(etcd.get(KEY).unwrap().1, lease, "a renewal keeps the lease");

    let other = etcd.registry();
    other.register(&service("x", "b"), TTL).await.unwrap();
    let found = registry.get_service("x").await.unwrap();
    assert_eq!((found.len(), ids(&found)), (1, vec!["x-a", "x-b"]));
    assert_eq!(registry.get_service("y").await.unwrap(), []);
    registry.deregister(&service("x", "a")).await.unwrap();
    registry.deregister(&service("x", "a")).await.unwrap();
    assert_eq!(ids(&registry.list_services().await.unwrap()), ["x-b"]);
    let leases = etcd.call("/v3/lease/leases", &json!({}));
    assert_eq!(leases["leases"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_changed_record_takes_the_place_of_the_old_one() {
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    let mut record = service("x", "a");
    registry.register(&record, TTL).await.unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    record.version = "2".into();
    registry.register(&record, TTL / 2).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-a");
    assert_eq!(registry.get_service("x").await.unwrap(), [record]);
}

#[tokio::test]
async fn a_key_that_somebody_deletes_comes_back() {
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    etcd.delete(KEY);
    assert_eq!(next(&mut watch).await, "-x-a");
    assert_eq!(next(&mut watch).await, "+x-a");
}

#[tokio::test]
async fn a_node_whose_lease_is_lost_comes_back() {
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let (_, lease) = etcd.get(KEY).unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    etcd.call("/v3/lease/revoke", &json!({"ID": lease}));
    assert_eq!(next(&mut watch).await, "-x-a");
    assert_eq!(next(&mut watch).await, "+x-a");
    assert_ne!(etcd.get(KEY).unwrap().1, lease);
}

#[tokio::test]
async fn a_node_without_its_process_goes_after_the_ttl() {
    let Some(etcd) = Server::start() else { return };
    let (staying, dying) = (etcd.registry(), etcd.registry());
    let ttl = Duration::from_secs(2);
    staying.register(&service("x", "a"), ttl).await.unwrap();
    dying.register(&service("x", "b"), ttl).await.unwrap();
    let mut watch = staying.watch("x").await.unwrap();
    drop(dying);
    assert_eq!(next(&mut watch).await, "-x-b");
    assert_eq!(ids(&staying.get_service("x").await.unwrap()), ["x-a"]);
}

#[tokio::test]
async fn all_nodes_come_back_when_etcd_comes_back_empty() {
    let Some(mut etcd) = Server::start() else {
        return;
    };
    let (one, other) = (etcd.registry(), etcd.registry());
    one.register(&service("x", "a"), TTL).await.unwrap();
    other.register(&service("x", "b"), TTL).await.unwrap();
    etcd.put(
        "/micro/registry/x/x-c",
        &record::to_json(&service("x", "c")),
    );
    let mut watch = one.watch("x").await.unwrap();
    etcd.kill();
    assert!(one.get_service("x").await.is_err());
    etcd.start_empty();
    other.register(&service("x", "d"), TTL).await.unwrap();
    // What came and what went meanwhile; the order of those that are put in again is chance.
    let mut known: std::collections::BTreeSet<String> =
        ["x-a", "x-b", "x-c"].map(String::from).into();
    let expected = ["x-a", "x-b", "x-d"].map(String::from).into();
    while known != expected {
        let event = next(&mut watch).await;
        match event.split_at(1) {
            ("+", id) => known.insert(id.to_owned()),
            (_, id) => known.remove(id),
        };
    }
    tokio::time::timeout(PATIENCE, async {
        while ids(&one.get_service("x").await.unwrap()) != ["x-a", "x-b", "x-d"] {
            next(&mut watch).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_watch_tells_what_happened_while_it_was_cut_off() {
    let Some(etcd) = Server::start() else { return };
    let mut proxy = Proxy::new(etcd.port).await;
    let (cut_off, registry) = (self::registry(proxy.port), etcd.registry());
    for id in ["stays", "goes", "changes"] {
        registry.register(&service("x", id), TTL).await.unwrap();
    }
    let mut watch = cut_off.watch("x").await.unwrap();
    proxy.cut().await;
    registry.deregister(&service("x", "goes")).await.unwrap();
    registry
        .register(&service("x", "comes"), TTL)
        .await
        .unwrap();
    let mut changed = service("x", "changes");
    changed.nodes[0].address = "127.0.0.1:9".into();
    registry.register(&changed, TTL).await.unwrap();
    let answer = etcd.call("/v3/kv/range", &json!({"key": BASE64.encode(KEY)}));
    let revision = &answer["header"]["revision"];
    etcd.call(
        "/v3/kv/compaction",
        &json!({"revision": revision, "physical": true}),
    );
    proxy.mend().await;
    let mut events = [
        next(&mut watch).await,
        next(&mut watch).await,
        next(&mut watch).await,
    ];
    events.sort();
    assert_eq!(events, ["+x-changes", "+x-comes", "-x-goes"]);
    registry
        .register(&service("x", "later"), TTL)
        .await
        .unwrap();
    assert_eq!(next(&mut watch).await, "+x-later");
}

#[tokio::test]
async fn several_deletions_at_once_are_all_told() {
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    for id in ["a", "b", "c"] {
        let key = format!("/micro/registry/x/x-{id}");
        etcd.put(&key, &record::to_json(&service("x", id)));
    }
    let mut watch = registry.watch("x").await.unwrap();
    let end = json!({"key": BASE64.encode("/micro/registry/x/"), "range_end": BASE64.encode("/micro/registry/x0")});
    etcd.call("/v3/kv/deleterange", &end);
    let events = [
        next(&mut watch).await,
        next(&mut watch).await,
        next(&mut watch).await,
    ];
    assert_eq!(events, ["-x-a", "-x-b", "-x-c"]);
}

#[tokio::test]
async fn an_id_belongs_to_whoever_took_it_last() {
    let Some(etcd) = Server::start() else { return };
    let (old, new) = (etcd.registry(), etcd.registry());
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
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    registry.register(&service("x", "a"), TTL).await.unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    for (place, value) in [
        ("x/no-json", &b"\xff\x00"[..]),
        ("x/array", b"[1,2]"),
        ("x/null", b"null"),
        ("x/no-nodes", br#"{"name":"x","version":"1"}"#),
        ("x/empty-address", br#"{"name":"x","nodes":[{"id":"e","address":""}]}"#),
        ("x/bad-address", br#"{"name":"x","nodes":[{"id":"b","address":"not an address"}]}"#),
        ("x/other-name", br#"{"name":"y","nodes":[{"id":"n","address":"a:1"}]}"#),
        ("x", b"a key that is no node"),
        ("x/a/b/c", br#"{"name":"x","nodes":[null,{"id":"good","address":"a:1"},{"id":"bad","address":":"}]}"#),
        ("x/again", br#"{"name":"x","nodes":[{"id":"good","address":"a:1"}]}"#),
    ] {
        etcd.put(&format!("/micro/registry/{place}"), value);
    }
    for name in ["a/b", "a-b", "d\u{e9}j\u{e0} vu \u{1f980}"] {
        registry.register(&service(name, "1"), TTL).await.unwrap();
        let found = registry.get_service(name).await.unwrap();
        assert_eq!(found, [service(name, "1")]);
    }
    assert_eq!(
        ids(&registry.get_service("x").await.unwrap()),
        ["good", "x-a"]
    );
    assert_eq!(next(&mut watch).await, "+good");
    for (name, id) in [("", "1"), (".", "1"), ("..", "1")] {
        let error = registry
            .register(&service(name, id), TTL)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("cannot be the name"), "{error}");
    }
}

#[tokio::test]
async fn ten_thousand_nodes_are_read_whole() {
    let Some(etcd) = Server::start() else { return };
    let mut large = service("x", "a");
    large.metadata.insert("filler".into(), "f".repeat(1000));
    // Transactions hold up to 128 operations.
    for first in (0..10_000).step_by(100) {
        let puts: Vec<_> = (first..first + 100)
            .map(|number| {
                large.nodes[0].id = format!("x-{number}");
                let key = BASE64.encode(format!("/micro/registry/x/x-{number}"));
                json!({"requestPut": {"key": key, "value": BASE64.encode(record::to_json(&large))}})
            })
            .collect();
        etcd.call("/v3/kv/txn", &json!({"success": puts}));
    }
    let registry = etcd.registry();
    let found = registry.get_service("x").await.unwrap();
    assert_eq!((found.len(), found[0].nodes.len()), (1, 10_000));
}

#[tokio::test]
async fn two_hundred_services_register_at_once() {
    let Some(etcd) = Server::start() else { return };
    let registry = etcd.registry();
    let mut registering = tokio::task::JoinSet::new();
    for number in 0..200 {
        let registry = registry.clone();
        registering.spawn(async move {
            registry
                .register(&service(&format!("x{number}"), "a"), TTL)
                .await
        });
    }
    while let Some(result) = registering.join_next().await {
        result.unwrap().unwrap();
    }
    assert_eq!(registry.list_services().await.unwrap().len(), 200);
}

#[tokio::test]
async fn a_dead_member_is_left_for_another() {
    if !installed("etcd") {
        return;
    }
    let ports: Vec<_> = (0..3).map(|_| (free_port(), free_port())).collect();
    let cluster = ports.iter().enumerate();
    let cluster: Vec<_> = cluster
        .map(|(i, (_, peer))| format!("m{i}=http://127.0.0.1:{peer}"))
        .collect();
    let cluster = cluster.join(",");
    let starting: Vec<_> = ports
        .iter()
        .enumerate()
        .map(|(i, &(port, peer))| {
            let cluster = cluster.clone();
            // They wait for each other.
            std::thread::spawn(move || {
                let folder = Folder::new();
                let more =
                    ["--name", &format!("m{i}"), "--initial-cluster", &cluster].map(String::from);
                (run(&folder, port, peer, &more), folder)
            })
        })
        .collect();
    let mut members: Vec<_> = starting
        .into_iter()
        .map(|member| member.join().unwrap())
        .collect();
    let registry = ports.iter().fold(Etcd::builder(), |builder, (port, _)| {
        builder.endpoint(format!("http://127.0.0.1:{port}"))
    });
    let registry = registry.build().unwrap();
    let ttl = Duration::from_secs(3);
    registry.register(&service("x", "a"), ttl).await.unwrap();
    let mut watch = registry.watch("x").await.unwrap();
    members[0].0.kill();
    registry.register(&service("x", "b"), ttl).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    let found = registry.get_service("x").await.unwrap();
    assert_eq!(ids(&found), ["x-a", "x-b"]);
    // A node that nobody renews goes, and those that are renewed by way of another member stay.
    let other = self::registry(ports[1].0);
    other.register(&service("x", "c"), ttl).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-c");
    drop(other);
    assert_eq!(next(&mut watch).await, "-x-c");
    let found = registry.get_service("x").await.unwrap();
    assert_eq!(ids(&found), ["x-a", "x-b"]);
}

#[tokio::test]
async fn a_user_logs_in_and_again_when_the_token_has_gone() {
    let Some(mut etcd) = Server::start() else {
        return;
    };
    let builder = Etcd::builder().endpoint(format!("127.0.0.1:{}", etcd.port));
    let user = builder.clone().user("root", "secret").build().unwrap();
    // A password does no harm where none is asked for.
    user.register(&service("x", "before"), TTL).await.unwrap();
    etcd.call(
        "/v3/auth/user/add",
        &json!({"name": "root", "password": "secret"}),
    );
    etcd.call(
        "/v3/auth/user/grant",
        &json!({"user": "root", "role": "root"}),
    );
    etcd.call("/v3/auth/enable", &json!({}));
    user.register(&service("x", "a"), TTL).await.unwrap();
    let mut watch = user.watch("x").await.unwrap();

    let nobody = builder.clone().build().unwrap();
    assert!(nobody.register(&service("x", "n"), TTL).await.is_err());
    let wrong = builder.user("root", "wrong").build().unwrap();
    let error = wrong.get_service("x").await.unwrap_err();
    assert!(
        format!("{error:?}").contains("authentication failed"),
        "{error:?}"
    );

    // Tokens are in the memory of the member.
    etcd.kill();
    etcd.start_again();
    user.register(&service("x", "b"), TTL).await.unwrap();
    assert_eq!(next(&mut watch).await, "+x-b");
    let found = user.get_service("x").await.unwrap();
    assert_eq!(ids(&found), ["x-a", "x-b", "x-before"]);
}

#[tokio::test]
async fn an_etcd_that_is_not_there_is_an_error_in_time() {
    let registry = registry(free_port());
    let error = registry
        .register(&service("x", "a"), TTL)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "cannot register in etcd");
    let error = registry.get_service("x").await.unwrap_err();
    assert_eq!(error.to_string(), "etcd cannot be read");
    let error = registry.watch("x").await.unwrap_err();
    assert_eq!(error.to_string(), "etcd cannot be watched");
}

#[tokio::test]
async fn a_node_is_put_in_when_etcd_comes_up() {
    let Some(mut etcd) = Server::start() else {
        return;
    };
    let mut watch = etcd.registry().watch("x").await.unwrap();
    etcd.kill();
    let registry = etcd.registry();
    assert!(registry.register(&service("x", "a"), TTL).await.is_err());
    etcd.start_again();
    assert_eq!(next(&mut watch).await, "+x-a");
}

#[cfg(feature = "tls")]
mod tls {
    use super::*;

    /// Makes a CA, and certificates of a server and of a client that it signs.
    fn certificates(folder: &Folder) {
        let script = r#"
            set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2
            for name in server client; do
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.csr -subj /CN=$name
                printf 'subjectAltName=IP:127.0.0.1,DNS:etcd.test\nextendedKeyUsage=serverAuth,clientAuth\n' > $name.ext
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $name.pem -days 2 -extfile $name.ext
            done"#;
        let output = Command::new("bash")
            .args(["-c", script])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[tokio::test]
    async fn certificates_are_checked_on_both_sides() {
        if !installed("openssl") {
            return;
        }
        let folder = Folder::new();
        certificates(&folder);
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let read = |name: &str| std::fs::read(path(name)).unwrap();
        let Some(etcd) = Server::start_with(&[
            "--cert-file",
            &path("server.pem"),
            "--key-file",
            &path("server.key"),
            "--client-cert-auth",
            "--trusted-ca-file",
            &path("ca.pem"),
        ]) else {
            return;
        };
        let endpoint = format!("https://127.0.0.1:{}", etcd.port);
        let builder = Etcd::builder()
            .endpoint(endpoint)
            .ca_certificate(read("ca.pem"));
        let known = builder
            .clone()
            .client_certificate(read("client.pem"), read("client.key"));
        let named = known.clone().domain_name("etcd.test").build().unwrap();
        let known = known.build().unwrap();
        known.register(&service("x", "a"), TTL).await.unwrap();
        assert_eq!(ids(&named.get_service("x").await.unwrap()), ["x-a"]);
        let unknown = builder.timeout(Duration::from_secs(2)).build().unwrap();
        assert!(unknown.get_service("x").await.is_err());
        let distrusting = Etcd::builder().endpoint(format!("https://127.0.0.1:{}", etcd.port));
        assert!(distrusting.build().unwrap().get_service("x").await.is_err());
    }
}
