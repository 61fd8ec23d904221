//! Several nodes of the echo in one registry.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rmicro::registry::{Memory, Node, Registry as _, Service};
use rmicro::{Context, Messages, Method, Next, Server};
use tokio::sync::oneshot;

/// A node, its calls counted.
pub(crate) struct Member {
    pub(crate) address: SocketAddr,
    pub(crate) calls: Arc<AtomicUsize>,
    pub(crate) stop: Option<oneshot::Sender<()>>,
}

impl Member {
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

/// A node of the echo that answers the metadata `x-node` with its number.
pub(crate) async fn member(number: usize) -> Member {
    let calls = Arc::new(AtomicUsize::new(0));
    let mut routes = super::routes();
    let count = calls.clone();
    routes.middleware(
        move |ctx: Context, method: Method, request: Messages, next: Next| {
            count.fetch_add(1, Ordering::Relaxed);
            let _ = ctx.set_header("x-node", &number.to_string());
            async move { next.call(ctx, &method, request).await }
        },
    );
    let (address, stop) = super::listen(Server::new().routes(routes)).await;
    Member {
        address,
        calls,
        stop: Some(stop),
    }
}

/// The record of one node.
pub(crate) fn record(version: &str, id: &str, address: &str, metadata: &[(&str, &str)]) -> Service {
    let metadata = metadata.iter();
    let node = Node {
        id: id.into(),
        address: address.into(),
        metadata: metadata
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
    };
    Service {
        name: "echo".into(),
        version: version.into(),
        nodes: vec![node],
        ..Service::default()
    }
}

/// Registers for an hour.
pub(crate) async fn put(registry: &Memory, service: &Service) {
    let hour = std::time::Duration::from_secs(3600);
    registry.register(service, hour).await.unwrap();
}

/// As many nodes, registered as `echo`.
pub(crate) async fn cluster(number: usize) -> (Memory, Vec<Member>) {
    let registry = Memory::new();
    let mut members = Vec::new();
    for index in 0..number {
        let member = member(index).await;
        let id = format!("echo-{index}");
        put(
            &registry,
            &record("latest", &id, &member.address.to_string(), &[]),
        )
        .await;
        members.push(member);
    }
    (registry, members)
}
