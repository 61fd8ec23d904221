//! Calls services by the names that they are registered under.

mod attempt;
mod builder;
mod discovery;
mod filter;
mod peer;
mod picker;
mod retry;
mod stub;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use builder::ClientBuilder;
pub use peer::Peer;
pub use picker::{ConsistentHash, Pick, Picker, PowerOfTwo, Random, RoundRobin};
pub use retry::{Hedge, Retry};
pub use stub::Stub;

use self::discovery::{Discovery, Nodes};
use self::picker::Dice;
use self::retry::Budget;
use crate::Error;
use crate::middleware::Stack;
use crate::registry::Registry;

/// Finds services and keeps connections to them; cheap to clone, and clones share their connections.
///
/// ```no_run
/// # fn main() -> Result<(), rmicro::Error> {
/// use rmicro::{Client, Code, Retry, RoundRobin};
///
/// let registry = rmicro::registry::Memory::new().with_node("go.micro.server.worker", "127.0.0.1:9090");
/// let by_name = Client::new(registry.clone());
/// let direct = Client::direct("http://127.0.0.1:9090")?;
/// let choosy = Client::builder()
///     .version("v2")
///     .picker(RoundRobin)
///     .retry(Retry::on([Code::Unavailable]))
///     .registry(registry);
/// # Ok(()) }
/// ```
///
/// The nodes of a service are watched from its first call on; when the registry fails, those that were known stay. A node
/// that cannot be reached is skipped at once, and left alone until a connection that is tried in the background succeeds.
/// A call that no server has begun to process is made again on another node; for every other failure [`Retry`] decides.
///
/// Calls take the standard path, `/package.Service/Method`, on every node: go-micro's servers look only at what follows the
/// last dot of the service, so that they need not be told apart. The errors of their handlers are read by
/// [`MicroError::from`](crate::MicroError).
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    target: Target,
    middleware: Stack,
    picker: Arc<dyn Picker>,
    listed_only: bool,
    retry: Retry,
    hedge: Option<Hedge>,
    timeout: Option<Duration>,
    budget: Budget,
    dice: Dice,
}

enum Target {
    Direct(Arc<Nodes>),
    Registry(Discovery),
}

impl Client {
    /// A client with the default settings that looks its services up in `registry`.
    pub fn new(registry: impl Registry) -> Self {
        Self::builder().registry(registry)
    }

    /// A client with the default settings whose calls all go to `endpoint`, whatever the service is called.
    ///
    /// # Errors
    /// An endpoint that is no address; see [`Channel::lazy`](crate::Channel::lazy).
    pub fn direct(endpoint: &str) -> Result<Self, Error> {
        Self::builder().direct(endpoint)
    }

    /// Sets a client up; the order of the calls does not matter.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client of `registry` that calls through `middleware`.
    pub(crate) fn through(middleware: Stack, registry: impl Registry) -> Self {
        let mut builder = Self::builder();
        builder.middleware = middleware;
        builder.registry(registry)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.target {
            Target::Direct(nodes) => f.debug_tuple("Client").field(&nodes.peers).finish(),
            Target::Registry(_) => f.debug_struct("Client").finish_non_exhaustive(),
        }
    }
}
