//! A node as a client sees it: where it is, how busy it is, and whether it can be called at the moment.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::registry::{Node, Service};
use crate::{Channel, Method};

/// How long a node is left alone after it could not be reached: at first, and at most after it failed again and again.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A node that a client may call; clones are about the same node.
#[derive(Clone)]
pub struct Peer {
    node: Arc<Node>,
    version: Arc<str>,
    endpoints: Arc<[String]>,
    pub(super) link: Arc<Link>,
}

/// What outlives changes of the record.
pub(super) struct Link {
    pub(super) channel: Channel,
    outstanding: AtomicUsize,
    ejected: AtomicBool,
}

impl Peer {
    pub(super) fn new(service: &Service, node: &Node, link: Arc<Link>) -> Self {
        let endpoints = service.endpoints.iter();
        Self {
            node: Arc::new(node.clone()),
            version: service.version.as_str().into(),
            endpoints: endpoints.map(|endpoint| endpoint.name.clone()).collect(),
            link,
        }
    }

    /// The node as the registry records it.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The version of the service that it serves.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The calls of this client that are under way there.
    pub fn outstanding(&self) -> usize {
        self.link.outstanding.load(Ordering::Relaxed)
    }

    /// Whether the node is left alone at the moment because it could not be reached.
    pub fn is_ejected(&self) -> bool {
        self.link.ejected.load(Ordering::Relaxed)
    }

    /// Whether its record lists the method, by the name that go-micro gives it, `Service.Method`.
    pub(super) fn lists(&self, method: &Method) -> bool {
        let service = last_part(method.service());
        self.endpoints.iter().any(|name| {
            name.split_once('.')
                .is_some_and(|(of, name)| of == service && name == method.name())
        })
    }
}

impl Link {
    pub(super) fn new(channel: Channel) -> Self {
        Self {
            channel,
            outstanding: AtomicUsize::new(0),
            ejected: AtomicBool::new(false),
        }
    }

    /// Counts a call as under way until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> UnderWay {
        self.outstanding.fetch_add(1, Ordering::Relaxed);
        UnderWay(self.clone())
    }

    /// Leaves the node alone until it can be reached again, which is tried in the background: no call waits for that.
    pub(super) fn eject(self: &Arc<Self>) {
        if self.ejected.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::info!(node = self.channel.endpoint(), "a node cannot be reached");
        tokio::spawn(readmit(Arc::downgrade(self)));
    }
}

async fn readmit(link: Weak<Link>) {
    let mut pause = FIRST_PAUSE;
    loop {
        tokio::time::sleep(pause).await;
        // The client or the record may be gone by now.
        let Some(channel) = link.upgrade().map(|link| link.channel.clone()) else {
            return;
        };
        if channel.ready().await.is_ok() {
            break;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    if let Some(link) = link.upgrade() {
        link.ejected.store(false, Ordering::Relaxed);
        tracing::info!(
            node = link.channel.endpoint(),
            "a node can be reached again"
        );
    }
}

/// A call under way.
pub(super) struct UnderWay(Arc<Link>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::Relaxed);
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("id", &self.node.id)
            .field("address", &self.node.address)
            .field("version", &self.version)
            .field("outstanding", &self.outstanding())
            .field("ejected", &self.is_ejected())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::registry::Endpoint;

    fn peer() -> Peer {
        let service = Service {
            endpoints: vec![Endpoint {
                name: "Greeter.Hello".into(),
                ..Endpoint::default()
            }],
            ..Service::default()
        };
        let channel = Channel::lazy("127.0.0.1:1").unwrap();
        Peer::new(&service, &Node::default(), Arc::new(Link::new(channel)))
    }

    #[test]
    fn endpoints_are_named_without_the_package() {
        let peer = peer();
        let lists = |service, name| peer.lists(&Method::new(service, name, Kind::Unary));
        assert!(lists("greeter.v1.Greeter", "Hello"));
        assert!(lists("Greeter", "Hello"));
        assert!(!lists("Greeter", "Bye") && !lists("Other", "Hello"));
    }
}
