//! go-micro's own programs in the same registries: each side finds, filters and follows what the other registers.

#![cfg(all(
    feature = "consul",
    feature = "etcd",
    feature = "mdns",
    feature = "nats"
))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod servers;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use rmicro::registry::{Consul, Endpoint, Etcd, Mdns, Nats, Registry, Service, Value, record};
use servers::{Folder, PATIENCE, Process, TTL, free_port, installed, next, service};

/// A program of `tests/interop/registry` at work.
struct Peer {
    child: Child,
    lines: mpsc::Receiver<String>,
    input: Option<ChildStdin>,
}

/// Builds the program, once.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        installed("go").then(|| {
            let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-micro-peer");
            let module = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/interop/registry");
            let mut command = Command::new("go");
            command
                .args(["build", "-o"])
                .arg(&program)
                .arg("./peer")
                .current_dir(module);
            let output = command.output().unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            program
        })
    };
    PROGRAM.get_or_init(build).as_deref()
}

impl Peer {
    fn start(kind: &str, port: u16, arguments: &[&str]) -> Self {
        let mut command = Command::new(program().unwrap());
        command
            .args([kind, &format!("127.0.0.1:{port}")])
            .args(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // The rest is go-micro's log.
                if let Some(line) = line.strip_prefix("> ") {
                    let _ = sender.send(line.to_owned());
                }
            }
        });
        let input = child.stdin.take();
        Self {
            child,
            lines,
            input,
        }
    }

    fn line(&mut self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line in time")
    }

    /// Lets it end by itself, and gives the lines that were left.
    fn end(mut self) -> Vec<String> {
        drop(self.input.take());
        let lines = std::iter::from_fn(|| self.lines.recv_timeout(PATIENCE).ok()).collect();
        self.child.wait().unwrap();
        lines
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rich(id: &str) -> Service {
    let value = |name: &str, values: Vec<Value>| Value {
        name: name.into(),
        r#type: name.into(),
        values,
    };
    let endpoint = Endpoint {
        name: "Greeter.Hello".into(),
        request: value("Request", vec![value("name", Vec::new())]),
        response: value("Response", Vec::new()),
        metadata: [("method".into(), "POST".into())].into(),
    };
    Service {
        endpoints: vec![endpoint],
        ..service("x", id)
    }
}

async fn each_side_sees_the_other(kind: &str, port: u16, registry: impl Registry) {
    let peer = |arguments: &[&str]| Peer::start(kind, port, arguments);
    registry.register(&rich("ours"), TTL).await.unwrap();

    let got = tokio::task::block_in_place(|| peer(&["get", "x"]).end());
    let got: Vec<_> = got
        .iter()
        .map(|line| record::from_json(line.as_bytes()).unwrap())
        .collect();
    assert_eq!(got, [rich("ours")]);
    let filtered = |endpoint: &str| peer(&["endpoint", "x", endpoint]).end();
    let found = tokio::task::block_in_place(|| filtered("Greeter.Hello"));
    assert_eq!(found, ["127.0.0.1:9090", "end"]);
    assert_eq!(
        tokio::task::block_in_place(|| filtered("Greeter.Nothing")),
        ["end"]
    );

    let mut watch = registry.watch("x").await.unwrap();
    let mut theirs = peer(&["register", "x", "x-theirs", "127.0.0.1:9091"]);
    assert_eq!(next(&mut watch).await, "+x-theirs");
    assert_eq!(theirs.line(), "registered");
    let found = registry.get_service("x").await.unwrap();
    let node = found
        .iter()
        .flat_map(|service| &service.nodes)
        .find(|node| node.id == "x-theirs");
    let node = node.unwrap();
    assert_eq!(node.address, "127.0.0.1:9091");
    assert_eq!(node.metadata, [("protocol".into(), "grpc".into())].into());
    let endpoint = &found[0].endpoints[0];
    assert_eq!(
        (&*endpoint.name, &*endpoint.request.name),
        ("Greeter.Hello", "Request")
    );
    assert_eq!(
        tokio::task::block_in_place(|| theirs.end()),
        ["deregistered"]
    );
    assert_eq!(next(&mut watch).await, "-x-theirs");

    // The plugin for Consul asks for one kind of answer and waits for another, so its watch of one service tells nothing.
    if kind == "consul" {
        return;
    }
    let mut watcher = peer(&["watch", "x"]);
    assert_eq!(watcher.line(), "watching");
    // go-micro's watch says that it is on before it is; an event that it takes shows that it is.
    let mut seen = None;
    for number in 0..20 {
        let node = rich(&format!("new{number}"));
        registry.register(&node, TTL).await.unwrap();
        seen = watcher.lines.recv_timeout(Duration::from_secs(1)).ok();
        if seen.is_some() {
            break;
        }
    }
    let seen = seen.expect("an event in time");
    assert!(
        seen.starts_with("create x-") || seen.starts_with("update x-"),
        "{seen}"
    );
    registry.deregister(&rich("ours")).await.unwrap();
    let gone = loop {
        let line = watcher.line();
        if line.starts_with("delete") {
            break line;
        }
    };
    assert_eq!(gone, "delete x-ours 127.0.0.1:9090");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_etcd_each_side_sees_the_other() {
    if !installed("etcd") || program().is_none() {
        return;
    }
    let (folder, port, peer_port) = (Folder::new(), free_port(), free_port());
    let (client, peer) = (
        format!("http://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{peer_port}"),
    );
    let mut command = Command::new("etcd");
    command.arg("--data-dir").arg(folder.path());
    command.args([
        "--listen-client-urls",
        &client,
        "--advertise-client-urls",
        &client,
    ]);
    command.args([
        "--listen-peer-urls",
        &peer,
        "--initial-advertise-peer-urls",
        &peer,
    ]);
    command.args(["--initial-cluster", &format!("default={peer}")]);
    let _process = Process::start(&mut command, "client requests on");
    let registry = Etcd::builder().endpoint(client).build().unwrap();
    each_side_sees_the_other("etcd", port, registry).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_nats_each_side_sees_the_other() {
    if !installed("nats-server") || program().is_none() {
        return;
    }
    let port = free_port();
    let mut command = Command::new("nats-server");
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .args(["-a", "127.0.0.1", "-p", &port.to_string()])
        .env("PATH", format!("{path}:/usr/sbin"));
    let _process = Process::start(&mut command, "Server is ready");
    let registry = Nats::new([format!("127.0.0.1:{port}")]).unwrap();
    each_side_sees_the_other("nats", port, registry.patience(Duration::from_millis(500))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_consul_each_side_sees_the_other() {
    if !installed("consul") || program().is_none() {
        return;
    }
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
    let _process = Process::start(command.current_dir(folder.path()), "Synced node info");
    let registry = Consul::new([format!("127.0.0.1:{port}")]).unwrap();
    each_side_sees_the_other("consul", port, registry).await;
}

#[ignore = "go-micro speaks to the whole local network, not only to this machine"]
#[tokio::test(flavor = "multi_thread")]
async fn by_multicast_dns_each_side_sees_the_other() {
    if program().is_none() {
        return;
    }
    let registry = Mdns::new().patience(Duration::from_millis(500));
    registry.register(&rich("ours"), TTL).await.unwrap();
    let got = tokio::task::block_in_place(|| Peer::start("mdns", 0, &["get", "x"]).end());
    let got: Vec<_> = got
        .iter()
        .map(|line| record::from_json(line.as_bytes()).unwrap())
        .collect();
    assert_eq!(got, [rich("ours")]);
    let mut watch = registry.watch("x").await.unwrap();
    let mut theirs = Peer::start("mdns", 0, &["register", "x", "x-theirs", "127.0.0.1:9091"]);
    assert_eq!(next(&mut watch).await, "+x-theirs");
    assert_eq!(theirs.line(), "registered");
    let found = registry.get_service("x").await.unwrap();
    let nodes: Vec<_> = found.iter().flat_map(|service| &service.nodes).collect();
    assert!(
        nodes.iter().any(|node| node.address == "127.0.0.1:9091"),
        "{nodes:?}"
    );
    assert_eq!(
        tokio::task::block_in_place(|| theirs.end()),
        ["deregistered"]
    );
    assert_eq!(next(&mut watch).await, "-x-theirs");
    let mut watcher = Peer::start("mdns", 0, &["watch", "x"]);
    assert_eq!(watcher.line(), "watching");
    let mut seen = None;
    for number in 0..20 {
        registry
            .register(&rich(&format!("new{number}")), TTL)
            .await
            .unwrap();
        seen = watcher.lines.recv_timeout(Duration::from_secs(1)).ok();
        if seen.is_some() {
            break;
        }
    }
    let seen = seen.expect("an event in time");
    assert!(seen.starts_with("create x-new"), "{seen}");
}
