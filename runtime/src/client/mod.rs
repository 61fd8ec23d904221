//! Calls services by the names that they are registered under.

mod stub;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use stub::Stub;

use crate::registry::Registry;
use crate::{Channel, Error, Result, Status};

/// Finds services and keeps connections to them; cheap to clone, and clones share their connections.
///
/// ```no_run
/// # fn main() -> Result<(), rmicro::Error> {
/// let registry = rmicro::registry::Memory::new().with_node("go.micro.server.worker", "127.0.0.1:9090");
/// let by_name = rmicro::Client::new(registry);
/// let direct = rmicro::Client::direct("http://127.0.0.1:9090")?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Nodes>);

enum Nodes {
    Direct(Channel),
    Registry(Discovery),
}

struct Discovery {
    registry: Box<dyn Registry>,
    /// The channels of each service, by address.
    channels: Mutex<HashMap<String, HashMap<String, Channel>>>,
    turn: AtomicUsize,
}

impl Client {
    /// A client that looks its services up in `registry` and takes their nodes in turn.
    pub fn new(registry: impl Registry) -> Self {
        let (channels, turn) = (Mutex::default(), AtomicUsize::new(0));
        Self(Arc::new(Nodes::Registry(Discovery {
            registry: Box::new(registry),
            channels,
            turn,
        })))
    }

    /// A client whose calls all go to `endpoint`, whatever the service is called. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// An endpoint that is no address; see [`Channel::lazy`].
    pub fn direct(endpoint: &str) -> Result<Self, Error> {
        Ok(Self(Arc::new(Nodes::Direct(Channel::lazy(endpoint)?))))
    }

    /// A channel to a node of the service `name`.
    async fn pick(&self, name: &str) -> Result<Channel> {
        match &*self.0 {
            Nodes::Direct(channel) => Ok(channel.clone()),
            Nodes::Registry(discovery) => discovery.pick(name).await,
        }
    }
}

impl Discovery {
    async fn pick(&self, name: &str) -> Result<Channel> {
        let services = self.registry.get_service(name).await.map_err(|error| {
            Status::unavailable(format!("service `{name}` cannot be looked up: {error}"))
                .with_source(error)
        })?;
        let addresses: Vec<&str> = services
            .iter()
            .flat_map(|service| &service.nodes)
            .map(|node| &*node.address)
            .collect();
        if addresses.is_empty() {
            return Err(Status::unavailable(format!(
                "service `{name}` is not registered"
            )));
        }
        let address = addresses[self.turn.fetch_add(1, Ordering::Relaxed) % addresses.len()];
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let channels = channels.entry(name.to_owned()).or_default();
        channels.retain(|known, _| addresses.contains(&&**known));
        if let Some(channel) = channels.get(address) {
            return Ok(channel.clone());
        }
        let channel = Channel::lazy(address).map_err(|error| {
            Status::unavailable(format!(
                "service `{name}` is registered at a wrong address: {error}"
            ))
        })?;
        channels.insert(address.to_owned(), channel.clone());
        Ok(channel)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Nodes::Direct(channel) => f.debug_tuple("Client").field(&channel.endpoint()).finish(),
            Nodes::Registry(_) => f.debug_struct("Client").finish_non_exhaustive(),
        }
    }
}
