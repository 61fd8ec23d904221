//! Real servers of others, started for one test on free ports of the loopback interface and stopped with it.

#![allow(dead_code, unreachable_pub, reason = "every test takes what it needs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use rmicro::registry::{Event, Node, Service, Watch};

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub const TTL: Duration = Duration::from_secs(60);

/// Whether the program is there. A test that misses one passes, says so, and fails where all have to be there.
pub fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Debian has servers here, and users' paths often do not.
    folders.push("/usr/sbin".into());
    let found = folders.iter().any(|folder| folder.join(program).is_file());
    told(program, found)
}

/// Whether the file is there; see [`installed`].
pub fn present(file: &str) -> bool {
    told(file, Path::new(file).is_file())
}

fn told(what: &str, found: bool) -> bool {
    let required = std::env::var_os("RMICRO_REQUIRE_ALL").is_some();
    assert!(found || !required, "`{what}` is not installed");
    if !found {
        eprintln!("SKIPPED: `{what}` is not installed");
    }
    found
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A folder that goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("rmicro-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A process that is killed with the test.
pub struct Process(Child);

impl Process {
    /// Starts `command` and waits until a line of its output has `ready` in it.
    pub fn start(command: &mut Command, ready: &'static str) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let outputs: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for output in outputs {
            let sender = sender.clone();
            // Reads on to the end, so that the process never waits for its reader.
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        drop(sender);
        let process = Self(child);
        let mut said = String::new();
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(ready) => return process,
                Ok(line) => said += &(line + "\n"),
                Err(_) => panic!("{command:?} is not ready:\n{said}"),
            }
        }
    }

    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The body of the answer to an HTTP request, by a client that knows just enough for that.
pub fn http(method: &str, port: u16, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{method} {path} {body}: {answer}");
    body.to_owned()
}

/// Passes connections on to a port, until it is cut.
pub struct Proxy {
    pub port: u16,
    target: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub async fn new(target: u16) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self {
            port,
            target,
            task: tokio::spawn(pass(listener, target)),
        }
    }

    /// Ends all connections and takes no further ones.
    pub async fn cut(&mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    pub async fn mend(&mut self) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", self.port))
            .await
            .unwrap();
        self.task = tokio::spawn(pass(listener, self.target));
    }
}

async fn pass(listener: tokio::net::TcpListener, target: u16) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((mut here, _)) = listener.accept().await {
        connections.spawn(async move {
            let mut there = tokio::net::TcpStream::connect(("127.0.0.1", target)).await?;
            tokio::io::copy_bidirectional(&mut here, &mut there).await
        });
    }
}

/// A service with one node, `<name>-<id>`.
pub fn service(name: &str, id: &str) -> Service {
    let node = Node {
        id: format!("{name}-{id}"),
        address: "127.0.0.1:9090".into(),
        metadata: [("protocol".into(), "grpc".into())].into(),
    };
    Service {
        name: name.into(),
        version: "latest".into(),
        nodes: vec![node],
        ..Service::default()
    }
}

/// The ids of the nodes, in order.
pub fn ids(services: &[Service]) -> Vec<&str> {
    let nodes = services.iter().flat_map(|service| &service.nodes);
    let mut ids: Vec<_> = nodes.map(|node| &*node.id).collect();
    ids.sort_unstable();
    ids
}

/// The next event as `+id` or `-id`.
pub async fn next(watch: &mut Watch) -> String {
    let event = tokio::time::timeout(PATIENCE, watch.message())
        .await
        .expect("an event in time")
        .unwrap()
        .expect("a watch does not end");
    let sign = match event {
        Event::Put(_) => '+',
        Event::Delete(_) => '-',
    };
    format!(
        "{sign}{}",
        ids(std::slice::from_ref(event.service())).join(",")
    )
}
