//! etcd v3, with go-micro's keys.
//!
//! A node is the value of one key, `/micro/registry/<service>/<node id>`, and lives as long as its lease. Its client is made of
//! stubs that `protoc-gen-rmicro` generates from `etcd.proto`, so that no protoc is needed to build it.

mod builder;
mod connection;
#[allow(
    clippy::enum_variant_names,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "generated from etcd.proto"
)]
#[rustfmt::skip]
mod etcdserverpb;
mod keeper;
mod keys;
mod lease;
mod listing;
mod watch;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use builder::EtcdBuilder;
use connection::Connection;
use keeper::Keeper;

use super::reader::Reader;
use super::view::merged;
use super::{Registry, Service, Watch, record};
use crate::{BoxFuture, Error, Status};

/// A registry in etcd v3, which go-micro's services read and write too. Clones share their connections.
///
/// ```no_run
/// # fn main() -> Result<(), rmicro::Error> {
/// let registry = rmicro::registry::Etcd::builder().endpoint("127.0.0.1:2379").build()?;
/// # Ok(()) }
/// ```
///
/// A registered node is kept until it is taken out or the last clone is dropped: its lease is renewed three times within
/// the TTL, and the node is put in again when the lease is lost, when somebody deletes the key, and when etcd comes back empty.
/// A node whose key another process has put in since is left to that process.
#[derive(Clone)]
pub struct Etcd(Arc<Shared>);

struct Shared {
    connection: Arc<Connection>,
    reader: Arc<Reader>,
    /// By key.
    keepers: Mutex<HashMap<String, Keeper>>,
}

impl Etcd {
    /// Sets a registry up.
    pub fn builder() -> EtcdBuilder {
        EtcdBuilder::new()
    }

    fn new(connection: Connection) -> Self {
        Self(Arc::new(Shared {
            connection: Arc::new(connection),
            reader: Arc::default(),
            keepers: Mutex::default(),
        }))
    }

    fn keeper(&self, key: &str) -> Keeper {
        let mut keepers = self
            .0
            .keepers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let keeper = keepers
            .entry(key.to_owned())
            .or_insert_with(|| Keeper::new(self.0.connection.clone(), key.to_owned()));
        keeper.clone()
    }

    fn take_keeper(&self, key: &str) -> Option<Keeper> {
        let mut keepers = self
            .0
            .keepers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        keepers.remove(key)
    }

    async fn register_all(self, service: Service, ttl: Duration) -> Result<(), Error> {
        for node in &service.nodes {
            let key = keys::of_node(&service.name, &node.id)?;
            let one = Service {
                nodes: vec![node.clone()],
                ..service.clone()
            };
            let kept = self.keeper(&key).put(record::to_json(&one), ttl).await;
            kept.map_err(|status| failed("register", status))?;
        }
        Ok(())
    }

    async fn deregister_all(self, service: Service) -> Result<(), Error> {
        for node in &service.nodes {
            let key = keys::of_node(&service.name, &node.id)?;
            let gone = match self.take_keeper(&key) {
                Some(keeper) => keeper.delete().await,
                // It was put in by another process, such as one that has died since.
                None => self.0.connection.delete(key.as_bytes(), None).await,
            };
            gone.map_err(|status| failed("deregister", status))?;
        }
        Ok(())
    }

    /// The good records below `prefix`.
    async fn list(self, prefix: String) -> Result<Vec<Service>, Error> {
        let listing = listing::list(&self.0.connection, &self.0.reader, &prefix).await;
        let listing = listing.map_err(|status| failed("be read", status))?;
        Ok(listing.records.into_values().collect())
    }
}

impl Registry for Etcd {
    fn kind(&self) -> &'static str {
        "etcd"
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        Box::pin(self.clone().register_all(service.clone(), ttl))
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        Box::pin(self.clone().deregister_all(service.clone()))
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        let (etcd, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let mut records = etcd.list(keys::of_service(&name)?).await?;
            // `a/b` and `a-b` share their keys.
            records.retain(|record| record.name == name);
            Ok(merged(records))
        })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        let listed = self.clone().list(keys::PREFIX.to_owned());
        Box::pin(async move { Ok(merged(listed.await?)) })
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        let (etcd, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let prefix = keys::of_service(&name)?;
            let (connection, reader) = (etcd.0.connection.clone(), etcd.0.reader.clone());
            watch::start(connection, reader, prefix, name)
                .await
                .map_err(|status| failed("be watched", status))
        })
    }
}

fn failed(what: &str, status: Status) -> Error {
    let what = match what {
        "register" | "deregister" => format!("cannot {what} in etcd"),
        _ => format!("etcd cannot {what}"),
    };
    Error::new(what).with_source(status)
}

impl fmt::Debug for Etcd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Etcd").field(&self.0.connection).finish()
    }
}
