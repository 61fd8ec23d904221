//! Gossip between processes, without a server: the Scuttlebutt protocol of chitchat.
//!
//! It is a network of Rust processes; go-micro's gossip is another protocol.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chitchat::transport::UdpTransport;
use chitchat::{
    ChitchatConfig, ChitchatHandle, ChitchatId, FailureDetectorConfig, NodeState, ProtocolVersion,
    spawn_chitchat,
};
use tokio::sync::OnceCell;
use tokio::sync::watch::Receiver;

use super::feed::{self, Feed};
use super::reader::Reader;
use super::record::to_json;
use super::view::{View, merged};
use super::{Node, Registry, Service, Watch};
use crate::{BoxFuture, Error};

/// How often a process tells others what it knows.
const EVERY: Duration = Duration::from_millis(500);

/// How long it is remembered that a record has gone, so that it does not come back by way of somebody who slept.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// Networks with other names do not mix.
const NETWORK: &str = "rmicro";

/// A registry among processes that gossip by UDP. Clones share what they know.
///
/// ```no_run
/// # fn main() -> Result<(), std::net::AddrParseError> {
/// let registry = rmicro::registry::Gossip::new("10.0.0.5:7946".parse()?, ["10.0.0.4:7946"]);
/// # Ok(()) }
/// ```
///
/// A node is known while its process is heard of, whatever its TTL is: one that dies is missed within about ten seconds, one
/// that leaves with the last clone as well. What is told is neither signed nor encrypted: use it where the network is trusted.
#[derive(Clone)]
pub struct Gossip(Arc<Shared>);

struct Shared {
    listen: SocketAddr,
    seeds: Vec<String>,
    reader: Reader,
    network: OnceCell<ChitchatHandle>,
}

type Nodes = BTreeMap<ChitchatId, NodeState>;

impl Gossip {
    /// A process that is told things at `listen`, which others reach it at, and that gets to know the rest by way of `seeds`,
    /// each `host:port`; any that is there will do. It begins to listen when it is used.
    pub fn new<S: Into<String>>(listen: SocketAddr, seeds: impl IntoIterator<Item = S>) -> Self {
        Self(Arc::new(Shared {
            listen,
            seeds: seeds.into_iter().map(Into::into).collect(),
            reader: Reader::default(),
            network: OnceCell::new(),
        }))
    }

    async fn network(&self) -> Result<&ChitchatHandle, Error> {
        self.0.network.get_or_try_init(|| self.join()).await
    }

    async fn join(&self) -> Result<ChitchatHandle, Error> {
        // A process that comes back is another one, and a later one.
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let id = ChitchatId::new(
            uuid::Uuid::new_v4().to_string(),
            u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            self.0.listen,
        );
        let config = ChitchatConfig {
            chitchat_id: id,
            cluster_id: NETWORK.into(),
            gossip_interval: EVERY,
            listen_addr: self.0.listen,
            seed_nodes: self.0.seeds.clone(),
            failure_detector_config: FailureDetectorConfig {
                initial_interval: EVERY,
                ..FailureDetectorConfig::default()
            },
            marked_for_deletion_grace_period: REMEMBERED,
            catchup_callback: None,
            extra_liveness_predicate: None,
            protocol_version: ProtocolVersion::V0,
        };
        spawn_chitchat(config, Vec::new(), &UdpTransport)
            .await
            .map_err(|error| Error::new(format!("cannot gossip at `{}`: {error}", self.0.listen)))
    }

    async fn nodes(&self) -> Result<Receiver<Nodes>, Error> {
        let network = self.network().await?;
        Ok(network
            .with_chitchat(|chitchat| chitchat.live_nodes_watcher())
            .await)
    }

    /// All good records, by place.
    async fn records(&self) -> Result<BTreeMap<String, Service>, Error> {
        let network = self.network().await?;
        let told = network.with_chitchat(|chitchat| {
            let own = chitchat.self_chitchat_id().clone();
            let mut records = told(chitchat.node_states().get_key_value(&own));
            records.extend(told(&*chitchat.live_nodes_watcher().borrow()));
            records
        });
        Ok(self.read(told.await))
    }

    fn read(&self, told: BTreeMap<String, String>) -> BTreeMap<String, Service> {
        let read = |(place, text): (String, String)| {
            let service = self.0.reader.read(&place, text.as_bytes())?;
            Some((place, service))
        };
        told.into_iter().filter_map(read).collect()
    }

    async fn change(&self, service: &Service, put: bool) -> Result<(), Error> {
        let network = self.network().await?;
        network
            .with_chitchat(|chitchat| {
                let state = chitchat.self_node_state();
                for node in &service.nodes {
                    let key = key(service, node);
                    let nodes = vec![node.clone()];
                    let text = to_json(&Service {
                        nodes,
                        ..service.clone()
                    });
                    let text = String::from_utf8_lossy(&text).into_owned();
                    match put {
                        true if state.get(&key) == Some(&*text) => {}
                        true => state.set(key, text),
                        false => state.delete(&key),
                    }
                }
            })
            .await;
        Ok(())
    }

    async fn follow(self, name: String, mut nodes: Receiver<Nodes>, mut view: View, feed: Feed) {
        while nodes.changed().await.is_ok() {
            nodes.borrow_and_update();
            let Ok(records) = self.of_service(&name).await else {
                return;
            };
            feed.tell(view.replace(records)).await;
        }
    }

    async fn of_service(&self, name: &str) -> Result<BTreeMap<String, Service>, Error> {
        let mut records = self.records().await?;
        records.retain(|_, record| record.name == name);
        Ok(records)
    }
}

fn key(service: &Service, node: &Node) -> String {
    format!("{}\n{}\n{}", service.name, service.version, node.id)
}

/// What the processes tell, by process and key.
fn told<'a>(
    nodes: impl IntoIterator<Item = (&'a ChitchatId, &'a NodeState)>,
) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for (id, state) in nodes {
        for (key, text) in state.key_values() {
            told.insert(format!("{}\n{key}", id.node_id), text.to_owned());
        }
    }
    told
}

impl Registry for Gossip {
    fn kind(&self) -> &'static str {
        "gossip"
    }

    fn register(&self, service: &Service, _: Duration) -> BoxFuture<Result<(), Error>> {
        let (gossip, service) = (self.clone(), service.clone());
        Box::pin(async move { gossip.change(&service, true).await })
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        let (gossip, service) = (self.clone(), service.clone());
        Box::pin(async move { gossip.change(&service, false).await })
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        let (gossip, name) = (self.clone(), name.to_owned());
        Box::pin(async move { Ok(merged(gossip.of_service(&name).await?.into_values())) })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        let gossip = self.clone();
        Box::pin(async move { Ok(merged(gossip.records().await?.into_values())) })
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        let (gossip, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let mut nodes = gossip.nodes().await?;
            nodes.borrow_and_update();
            let view = View::of(gossip.of_service(&name).await?);
            Ok(feed::watch(|feed| gossip.follow(name, nodes, view, feed)))
        })
    }
}

impl fmt::Debug for Gossip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gossip")
            .field("listen", &self.0.listen)
            .finish_non_exhaustive()
    }
}
