//! A registry within this process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::broadcast;

use super::{Event, Node, Registry, Service, Watch};
use crate::{BoxFuture, Error, Status, Streaming};

/// How many events a slow watch may be behind before it loses some and is told so.
const EVENTS: usize = 1024;

/// A registry within this process: for tests, for programs whose services and clients live together, and for nodes that
/// are known beforehand. Clones share their records.
#[derive(Clone)]
pub struct Memory(Arc<Shared>);

struct Shared {
    records: Mutex<Records>,
    events: broadcast::Sender<Event>,
}

/// By service name, version and node id.
type Records = BTreeMap<(String, String, String), Record>;

struct Record {
    /// The service with this one node.
    service: Service,
    expires: Option<Instant>,
}

impl Memory {
    /// A registry without records.
    pub fn new() -> Self {
        let (events, _) = broadcast::channel(EVENTS);
        Self(Arc::new(Shared {
            records: Mutex::default(),
            events,
        }))
    }

    /// The same registry with a node at `address` for the service `name`, which never expires:
    /// `Memory::new().with_node("go.micro.server.worker", "127.0.0.1:9090")`.
    #[must_use]
    pub fn with_node(self, name: &str, address: &str) -> Self {
        let node = Node {
            id: format!("{name}-{address}"),
            address: address.into(),
            ..Node::default()
        };
        let service = Service {
            name: name.into(),
            version: "latest".into(),
            nodes: vec![node],
            ..Service::default()
        };
        self.put(&service, None);
        self
    }

    fn put(&self, service: &Service, expires: Option<Instant>) {
        let mut records = self.records();
        for node in &service.nodes {
            let service = Service {
                nodes: vec![node.clone()],
                ..service.clone()
            };
            let changed = records
                .get(&key(&service, node))
                .is_none_or(|record| record.service != service);
            records.insert(
                key(&service, node),
                Record {
                    service: service.clone(),
                    expires,
                },
            );
            if changed {
                self.tell(Event::Put(service));
            }
        }
    }

    /// The records that have not expired.
    fn records(&self) -> MutexGuard<'_, Records> {
        let mut records = self
            .0
            .records
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        records.retain(|_, record| {
            let alive = record.expires.is_none_or(|expires| expires > now);
            if !alive {
                self.tell(Event::Delete(record.service.clone()));
            }
            alive
        });
        records
    }

    fn tell(&self, event: Event) {
        // An error says that nobody watches.
        let _ = self.0.events.send(event);
    }

    /// The records that `wanted` takes, those of one service and version put together.
    fn find(&self, wanted: impl Fn(&Service) -> bool) -> Vec<Service> {
        let mut found: Vec<Service> = Vec::new();
        for record in self
            .records()
            .values()
            .filter(|record| wanted(&record.service))
        {
            let service = &record.service;
            match found.last_mut() {
                Some(last) if last.name == service.name && last.version == service.version => {
                    last.nodes.extend(service.nodes.iter().cloned());
                }
                _ => found.push(service.clone()),
            }
        }
        found
    }
}

fn key(service: &Service, node: &Node) -> (String, String, String) {
    (
        service.name.clone(),
        service.version.clone(),
        node.id.clone(),
    )
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Memory").field(&self.find(|_| true)).finish()
    }
}

fn done<T: Send + 'static>(value: T) -> BoxFuture<Result<T, Error>> {
    Box::pin(async move { Ok(value) })
}

impl Registry for Memory {
    fn kind(&self) -> &'static str {
        "memory"
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        self.put(service, Instant::now().checked_add(ttl));
        done(())
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        let mut records = self.records();
        for node in &service.nodes {
            if let Some(record) = records.remove(&key(service, node)) {
                self.tell(Event::Delete(record.service));
            }
        }
        done(())
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        done(self.find(|service| service.name == name))
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        done(self.find(|_| true))
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        let state = (self.0.events.subscribe(), name.to_owned());
        done(Streaming::new(futures_util::stream::try_unfold(
            state,
            |(mut events, name)| async move {
                loop {
                    match events.recv().await {
                        Ok(event) if event.service().name == name => {
                            return Ok(Some((event, (events, name))));
                        }
                        Ok(_) => {}
                        Err(broadcast::error::RecvError::Closed) => return Ok(None),
                        Err(broadcast::error::RecvError::Lagged(lost)) => {
                            return Err(Status::data_loss(format!("{lost} events were lost")));
                        }
                    }
                }
            },
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, id: &str) -> Service {
        let node = Node {
            id: id.into(),
            address: format!("{id}:1"),
            ..Node::default()
        };
        Service {
            name: name.into(),
            version: "latest".into(),
            nodes: vec![node],
            ..Service::default()
        }
    }

    fn ids(services: &[Service]) -> Vec<&str> {
        services
            .iter()
            .flat_map(|service| &service.nodes)
            .map(|node| node.id.as_str())
            .collect()
    }

    const TTL: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn the_nodes_of_one_version_make_one_record() {
        let registry = Memory::new();
        for id in ["a", "b", "a"] {
            registry.register(&service("x", id), TTL).await.unwrap();
        }
        registry.register(&service("y", "c"), TTL).await.unwrap();
        let found = registry.get_service("x").await.unwrap();
        assert_eq!((found.len(), ids(&found)), (1, vec!["a", "b"]));
        assert_eq!(
            ids(&registry.list_services().await.unwrap()),
            ["a", "b", "c"]
        );
        registry.deregister(&service("x", "a")).await.unwrap();
        assert_eq!(ids(&registry.get_service("x").await.unwrap()), ["b"]);
        assert!(registry.get_service("z").await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_node_expires_unless_it_is_renewed() {
        let registry = Memory::new().with_node("x", "forever:1");
        registry
            .register(&service("x", "gone"), Duration::ZERO)
            .await
            .unwrap();
        assert_eq!(
            ids(&registry.get_service("x").await.unwrap()),
            ["x-forever:1"]
        );
    }

    #[tokio::test]
    async fn a_watch_tells_what_happens_to_its_service() {
        let registry = Memory::new();
        let mut watch = registry.watch("x").await.unwrap();
        registry.register(&service("x", "a"), TTL).await.unwrap();
        registry.register(&service("x", "a"), TTL).await.unwrap();
        registry.register(&service("y", "b"), TTL).await.unwrap();
        registry.deregister(&service("x", "a")).await.unwrap();
        assert_eq!(
            watch.message().await.unwrap(),
            Some(Event::Put(service("x", "a")))
        );
        assert_eq!(
            watch.message().await.unwrap(),
            Some(Event::Delete(service("x", "a")))
        );
    }

    #[tokio::test]
    async fn a_watch_that_is_too_slow_is_told_so() {
        let registry = Memory::new();
        let mut watch = registry.watch("x").await.unwrap();
        for number in 0..=EVENTS {
            registry
                .register(&service("x", &number.to_string()), TTL)
                .await
                .unwrap();
        }
        assert_eq!(
            watch.message().await.unwrap_err().message(),
            "1 events were lost"
        );
    }
}
