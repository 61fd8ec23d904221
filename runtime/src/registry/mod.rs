//! Where services say that they are there, and where clients look for them.

mod address;
#[cfg(feature = "consul")]
mod consul;
mod endpoint;
#[cfg(feature = "etcd")]
mod etcd;
mod go_name;
#[cfg(feature = "gossip")]
mod gossip;
#[cfg(feature = "mdns")]
mod mdns;
mod memory;
#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "record")]
pub mod record;

#[cfg(any(
    feature = "consul",
    feature = "etcd",
    feature = "nats",
    feature = "zookeeper"
))]
mod backoff;
#[cfg(feature = "watching")]
mod feed;
#[cfg(any(feature = "mdns", feature = "nats"))]
mod own;
#[cfg(feature = "packed")]
mod packed;
#[cfg(feature = "watching")]
mod reader;
#[cfg(any(feature = "mdns", feature = "nats"))]
mod roll_call;
#[cfg(feature = "watching")]
mod view;
#[cfg(feature = "zookeeper")]
mod zookeeper;

use std::collections::BTreeMap;
use std::time::Duration;

pub use address::from_address;
#[cfg(feature = "consul")]
pub use consul::Consul;
#[cfg(feature = "etcd")]
pub use etcd::{Etcd, EtcdBuilder};
#[cfg(feature = "gossip")]
pub use gossip::Gossip;
#[cfg(feature = "mdns")]
pub use mdns::Mdns;
pub use memory::Memory;
#[cfg(feature = "nats")]
pub use nats::Nats;
#[cfg(feature = "zookeeper")]
pub use zookeeper::ZooKeeper;

use crate::{BoxFuture, Error, Streaming};

/// Keeps records of services.
///
/// A record is one service at one version with the nodes that serve it. A backend stores and finds records, and knows
/// nothing of calls.
pub trait Registry: Send + Sync + 'static {
    /// What kind of registry it is, in one word such as `etcd`; nodes say so in their metadata, as go-micro's do.
    fn kind(&self) -> &'static str {
        "custom"
    }

    /// Puts the nodes of `service` in, for `ttl` from now on; registering a node again renews it.
    ///
    /// # Errors
    /// The registry cannot be reached or refuses the record.
    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>>;

    /// Takes the nodes of `service` out; those that are not in are passed over.
    ///
    /// # Errors
    /// The registry cannot be reached.
    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>>;

    /// The records of the service `name`, one for each version; none where it is unknown.
    ///
    /// # Errors
    /// The registry cannot be reached.
    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>>;

    /// The records of all services, ordered by name and version.
    ///
    /// # Errors
    /// The registry cannot be reached.
    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>>;

    /// What happens from now on to the service `name`. The watch is on when the future is ready, so that a record read
    /// after that misses nothing. Dropping the stream ends the watch.
    ///
    /// # Errors
    /// The registry cannot be reached.
    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>>;
}

impl<R: Registry + ?Sized> Registry for std::sync::Arc<R> {
    fn kind(&self) -> &'static str {
        (**self).kind()
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        (**self).register(service, ttl)
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        (**self).deregister(service)
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        (**self).get_service(name)
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        (**self).list_services()
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        (**self).watch(name)
    }
}

/// The events of a watch. An `Err` item means that events were lost: read the records again and watch anew.
pub type Watch = Streaming<Event>;

/// A service at one version, as go-micro's registries record it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The name that clients look for, such as `go.micro.server.worker`.
    pub name: String,
    /// The version, `latest` where nobody gave one.
    pub version: String,
    /// Metadata of the service.
    pub metadata: BTreeMap<String, String>,
    /// Its methods.
    pub endpoints: Vec<Endpoint>,
    /// Where it is served.
    pub nodes: Vec<Node>,
}

/// One process that serves a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Unique within the service: `<service name>-<id>`.
    pub id: String,
    /// `host:port`
    pub address: String,
    /// Metadata of the node; `protocol` says what it speaks.
    pub metadata: BTreeMap<String, String>,
}

/// One method of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// `Service.Method`
    pub name: String,
    /// The shape of the request.
    pub request: Value,
    /// The shape of the response.
    pub response: Value,
    /// `stream`, and the HTTP rule as `method`, `path` and so on.
    pub metadata: BTreeMap<String, String>,
}

/// The shape of a message or of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// The name of the field, or of the type at the root.
    pub name: String,
    /// The name of the type.
    pub r#type: String,
    /// The fields of a message.
    pub values: Vec<Value>,
}

/// What has happened to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// These nodes have come or have changed.
    Put(Service),
    /// These nodes have gone.
    Delete(Service),
}

impl Event {
    /// The service with the nodes that the event is about.
    pub fn service(&self) -> &Service {
        match self {
            Event::Put(service) | Event::Delete(service) => service,
        }
    }
}
