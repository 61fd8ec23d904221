//! The nodes of services, as the registry tells them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Peer;
use super::filter::Filters;
use super::peer::Link;
use crate::grpc::ConnectionOptions;
use crate::registry::{Event, Node, Registry, Service};
use crate::{Channel, Error, Result, Status};

/// How often the records are read although the watch says nothing: it heals what a registry forgot to tell.
const REFRESH: Duration = Duration::from_secs(60);
/// How long to wait for a registry that failed: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The services that a client has asked for, each watched from then on.
pub(super) struct Discovery {
    registry: Arc<dyn Registry>,
    filters: Filters,
    options: ConnectionOptions,
    services: Mutex<HashMap<String, Arc<Watched>>>,
}

/// A service that is watched until the client is gone.
pub(super) struct Watched {
    known: watch::Receiver<Known>,
    turn: AtomicUsize,
    task: JoinHandle<()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What is known of a service.
#[derive(Clone)]
enum Known {
    /// The registry has not answered yet.
    Nothing,
    /// The registry could not be asked, and nothing is known from before.
    Failed(Arc<Error>),
    /// The nodes, perhaps from before the registry failed.
    Nodes(Arc<Nodes>),
}

/// The nodes of a service.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// Those that can be called, ordered by their ids.
    pub(super) peers: Vec<Peer>,
    /// What the others speak.
    foreign: Vec<String>,
}

impl Discovery {
    pub(super) fn new(
        registry: Arc<dyn Registry>,
        filters: Filters,
        options: ConnectionOptions,
    ) -> Self {
        Self {
            registry,
            filters,
            options,
            services: Mutex::default(),
        }
    }

    /// The service `name`, watched from now on.
    pub(super) fn service(&self, name: &str) -> Arc<Watched> {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watched) = services.get(name) {
            return watched.clone();
        }
        let (tell, known) = watch::channel(Known::Nothing);
        let service = Watching {
            name: name.to_owned(),
            registry: self.registry.clone(),
            filters: self.filters.clone(),
            options: self.options.clone(),
            records: BTreeMap::new(),
            links: HashMap::new(),
            complained: HashSet::new(),
            tell,
        };
        let watched = Arc::new(Watched {
            known,
            turn: AtomicUsize::new(0),
            task: tokio::spawn(service.run()),
        });
        services.insert(name.to_owned(), watched.clone());
        watched
    }
}

impl Watched {
    /// The nodes, once the registry has answered for the first time.
    ///
    /// # Errors
    /// UNAVAILABLE: the registry has never answered, or there is no node. FAILED_PRECONDITION: all nodes speak something
    /// else.
    pub(super) async fn nodes(&self, name: &str) -> Result<Arc<Nodes>> {
        let known = self.known.borrow().clone();
        let known = match known {
            Known::Nothing => {
                let mut known = self.known.clone();
                let known = known
                    .wait_for(|known| !matches!(known, Known::Nothing))
                    .await;
                known.map_or(Known::Nothing, |known| known.clone())
            }
            known => known,
        };
        match known {
            Known::Nodes(nodes) if !nodes.peers.is_empty() => Ok(nodes),
            Known::Nodes(nodes) if !nodes.foreign.is_empty() => {
                Err(Status::failed_precondition(format!(
                    "service `{name}` is served only by nodes with `protocol: {}`, and this client speaks gRPC",
                    nodes.foreign.join("`, `")
                )))
            }
            Known::Nodes(_) => Err(Status::unavailable(format!(
                "service `{name}` is not registered"
            ))),
            Known::Failed(error) => Err(Status::unavailable(format!(
                "service `{name}` cannot be looked up: {error}"
            ))
            .with_source(error)),
            Known::Nothing => Err(Status::unavailable(format!(
                "service `{name}` is not looked up any more"
            ))),
        }
    }

    /// How many calls there were before.
    pub(super) fn turn(&self) -> usize {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }
}

/// Keeps what is known of one service up to date.
struct Watching {
    name: String,
    registry: Arc<dyn Registry>,
    filters: Filters,
    options: ConnectionOptions,
    /// By version and node id; each service without its nodes.
    records: BTreeMap<(String, String), (Arc<Service>, Node)>,
    /// By address.
    links: HashMap<String, Arc<Link>>,
    /// Records that something is wrong with, so that it is said once.
    complained: HashSet<String>,
    tell: watch::Sender<Known>,
}

impl Watching {
    async fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.follow().await {
                Ok(()) => pause = FIRST_PAUSE,
                Err(error) => self.failed(error),
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads the records and follows the watch until it ends.
    async fn follow(&mut self) -> Result<(), Error> {
        // The watch comes first, so that nothing is missed in between.
        let mut events = self.registry.watch(&self.name).await?;
        self.read().await?;
        let mut refresh = interval(REFRESH);
        refresh.set_missed_tick_behavior(MissedTickBehavior::Delay);
        refresh.reset();
        loop {
            tokio::select! {
                event = events.message() => match event {
                    Ok(Some(event)) => {
                        self.apply(event);
                        // Many nodes may come or go at once.
                        while let Some(Ok(Some(event))) = events.message().now_or_never() {
                            self.apply(event);
                        }
                        self.publish();
                    }
                    Ok(None) => return Ok(()),
                    Err(status) => {
                        tracing::debug!(service = self.name, %status, "the watch of a service broke off");
                        return Ok(());
                    }
                },
                _ = refresh.tick() => self.read().await?,
            }
        }
    }

    async fn read(&mut self) -> Result<(), Error> {
        let services = self.registry.get_service(&self.name).await?;
        self.records.clear();
        for service in services {
            self.put(service);
        }
        self.publish();
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Put(service) => self.put(service),
            Event::Delete(service) => {
                for node in &service.nodes {
                    let key = (service.version.clone(), node.id.clone());
                    if self.records.remove(&key).is_none() {
                        // Some registries tell no version when a node goes.
                        self.records.retain(|(_, id), _| *id != node.id);
                    }
                }
            }
        }
    }

    fn put(&mut self, mut service: Service) {
        let nodes = std::mem::take(&mut service.nodes);
        let service = Arc::new(service);
        for node in nodes {
            let key = (service.version.clone(), node.id.clone());
            self.records.insert(key, (service.clone(), node));
        }
    }

    /// Says which nodes there are now.
    fn publish(&mut self) {
        let mut nodes = Nodes::default();
        let mut addresses = HashSet::new();
        for (service, node) in self.records.values() {
            if !self.filters.pass(service, node) {
                continue;
            }
            match node.metadata.get("protocol") {
                Some(protocol) if !protocol.is_empty() && protocol != "grpc" => {
                    if !nodes.foreign.contains(protocol) {
                        nodes.foreign.push(protocol.clone());
                    }
                    continue;
                }
                _ => {}
            }
            // A node that was restarted under another id is at its address still.
            if !addresses.insert(&node.address) {
                continue;
            }
            let link = match self.links.get(&node.address) {
                Some(link) => link.clone(),
                None => match Channel::with_options(&node.address, self.options.clone()) {
                    Ok(channel) => Arc::new(Link::new(channel)),
                    Err(error) => {
                        if self
                            .complained
                            .insert(format!("{} {}", node.id, node.address))
                        {
                            tracing::warn!(service = self.name, node = node.id, %error, "a node is registered at a wrong address");
                        }
                        continue;
                    }
                },
            };
            nodes.peers.push(Peer::new(service, node, link));
        }
        nodes
            .peers
            .sort_by(|one, other| one.node().id.cmp(&other.node().id));
        let peers = nodes.peers.iter();
        self.links = peers
            .map(|peer| (peer.node().address.clone(), peer.link.clone()))
            .collect();
        tracing::debug!(
            service = self.name,
            nodes = nodes.peers.len(),
            "the nodes of a service"
        );
        self.tell.send_replace(Known::Nodes(Arc::new(nodes)));
    }

    /// What was known stays known; a caller that waits for the first answer is told.
    fn failed(&mut self, error: Error) {
        tracing::warn!(
            service = self.name,
            ?error,
            "a service cannot be looked up; trying again"
        );
        let error = Arc::new(error);
        self.tell.send_modify(|known| {
            if !matches!(known, Known::Nodes(_)) {
                *known = Known::Failed(error);
            }
        });
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovery").finish_non_exhaustive()
    }
}

impl Nodes {
    /// One node that needs no registry.
    pub(super) fn direct(channel: Channel) -> Self {
        let node = Node {
            id: channel.endpoint().to_owned(),
            address: channel.endpoint().to_owned(),
            ..Node::default()
        };
        let link = Arc::new(Link::new(channel));
        Self {
            peers: vec![Peer::new(&Service::default(), &node, link)],
            foreign: Vec::new(),
        }
    }
}
