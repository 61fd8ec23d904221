//! ZooKeeper, with go-micro's znodes.
//!
//! A node is the data of `/micro-registry/<service>/<node id>`. go-micro makes these znodes for ever; here they are ephemeral, so
//! that they go with their session, and are read by go-micro all the same.

mod keeper;
mod paths;
mod watch;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::stream::{StreamExt as _, iter};
use tokio::sync::Mutex;
use tokio::time::timeout;
use zookeeper_client::{Client, Error as ZkError};

use keeper::Keeper;

use super::reader::Reader;
use super::view::merged;
use super::{Registry, Service, Watch, record};
use crate::{BoxFuture, Error};

/// How long ZooKeeper may take to be connected to, and for an answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How many znodes are asked for at once.
const AT_ONCE: usize = 64;

/// A registry in ZooKeeper 3.6 or later. Clones share their sessions.
///
/// ```no_run
/// # fn main() -> Result<(), rmicro::Error> {
/// let registry = rmicro::registry::ZooKeeper::new(["127.0.0.1:2181"])?;
/// # Ok(()) }
/// ```
///
/// A node has a session of its own whose timeout is the TTL, as far as the server allows (2 to 20 of its ticks, which is 4 s to
/// 40 s unless it is set up otherwise). It is kept until it is taken out or the last clone is dropped; it comes back after its
/// session has expired, and after somebody has deleted its znode. A node whose znode another process has put in since is left
/// to that process.
#[derive(Clone)]
pub struct ZooKeeper(Arc<Shared>);

struct Shared {
    /// `host:port,host:port`
    cluster: String,
    session: Mutex<Option<Client>>,
    reader: Reader,
    /// By path.
    keepers: std::sync::Mutex<HashMap<String, (Duration, Keeper)>>,
}

impl ZooKeeper {
    /// A registry by way of any of `servers`: `host:port`, or `host` for port 2181. `127.0.0.1:2181` where there are none. It
    /// connects when it is used.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new<S: AsRef<str>>(servers: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let servers = servers
            .into_iter()
            .map(|server| paths::server(server.as_ref()));
        let mut servers: Vec<String> = servers.collect::<Result<_, _>>()?;
        if servers.is_empty() {
            servers.push("127.0.0.1:2181".into());
        }
        Ok(Self(Arc::new(Shared {
            cluster: servers.join(","),
            session: Mutex::default(),
            reader: Reader::default(),
            keepers: std::sync::Mutex::default(),
        })))
    }

    /// The session for all that is read.
    async fn session(&self) -> Result<Client, Error> {
        let mut session = self.0.session.lock().await;
        if let Some(client) = session
            .as_ref()
            .filter(|client| !client.state().is_terminated())
        {
            return Ok(client.clone());
        }
        let client = connect(&self.0.cluster, Duration::from_secs(10)).await?;
        *session = Some(client.clone());
        Ok(client)
    }

    /// The good records of the service at `path`, by path.
    async fn list(&self, path: &str) -> Result<BTreeMap<String, Service>, Error> {
        let client = self.session().await?;
        let names = match in_time(client.list_children(path)).await {
            Err(ZkError::NoNode) => return Ok(BTreeMap::new()),
            names => names.map_err(|error| failed("ZooKeeper cannot be read", error))?,
        };
        let records = iter(names.into_iter().map(|name| {
            let (client, path) = (client.clone(), format!("{path}/{name}"));
            async move {
                let data = in_time(client.get_data(&path)).await;
                (path, data)
            }
        }));
        let records: Vec<_> = records.buffer_unordered(AT_ONCE).collect().await;
        let mut found = BTreeMap::new();
        for (path, data) in records {
            match data {
                Ok((data, _)) => found.extend(
                    self.0
                        .reader
                        .read(&path, &data)
                        .map(|record| (path, record)),
                ),
                // It has gone since the list was read.
                Err(ZkError::NoNode) => {}
                Err(error) => return Err(failed("ZooKeeper cannot be read", error)),
            }
        }
        Ok(found)
    }

    async fn list_all(&self) -> Result<Vec<Service>, Error> {
        let client = self.session().await?;
        let names = match in_time(client.list_children(paths::ROOT)).await {
            Err(ZkError::NoNode) => Vec::new(),
            names => names.map_err(|error| failed("ZooKeeper cannot be read", error))?,
        };
        let mut records = Vec::new();
        for name in names {
            records.extend(
                self.list(&format!("{}/{name}", paths::ROOT))
                    .await?
                    .into_values(),
            );
        }
        Ok(records)
    }

    fn keepers<T>(&self, with: impl FnOnce(&mut HashMap<String, (Duration, Keeper)>) -> T) -> T {
        with(
            &mut self
                .0
                .keepers
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The keeper of `path`, whose session lasts `ttl`.
    fn keeper(&self, path: &str, ttl: Duration) -> Keeper {
        self.keepers(|keepers| match keepers.get(path) {
            Some((known, keeper)) if *known == ttl => keeper.clone(),
            _ => {
                let keeper = Keeper::new(self.0.cluster.clone(), path.to_owned(), ttl);
                keepers.insert(path.to_owned(), (ttl, keeper.clone()));
                keeper
            }
        })
    }

    async fn register_all(self, service: Service, ttl: Duration) -> Result<(), Error> {
        for node in &service.nodes {
            let path = paths::of_node(&service.name, &node.id)?;
            let nodes = vec![node.clone()];
            let data = record::to_json(&Service {
                nodes,
                ..service.clone()
            });
            self.keeper(&path, ttl).put(data).await?;
        }
        Ok(())
    }

    async fn deregister_all(self, service: Service) -> Result<(), Error> {
        for node in &service.nodes {
            let path = paths::of_node(&service.name, &node.id)?;
            match self.keepers(|keepers| keepers.remove(&path)) {
                Some((_, keeper)) => keeper.delete().await?,
                // It was put in by another process, such as one of go-micro that has died since.
                None => match in_time(self.session().await?.delete(&path, None)).await {
                    Ok(()) | Err(ZkError::NoNode) => {}
                    Err(error) => return Err(failed("cannot deregister in ZooKeeper", error)),
                },
            }
        }
        Ok(())
    }
}

async fn connect(cluster: &str, session: Duration) -> Result<Client, Error> {
    let connector = Client::connector().with_session_timeout(session);
    in_time(connector.connect(cluster))
        .await
        .map_err(|error| failed("ZooKeeper cannot be reached", error))
}

async fn in_time<T>(answer: impl Future<Output = Result<T, ZkError>>) -> Result<T, ZkError> {
    timeout(TIMEOUT, answer)
        .await
        .unwrap_or(Err(ZkError::Timeout))
}

fn failed(what: &str, error: ZkError) -> Error {
    Error::new(what).with_source(error)
}

impl Registry for ZooKeeper {
    fn kind(&self) -> &'static str {
        "zookeeper"
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        Box::pin(self.clone().register_all(service.clone(), ttl))
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        Box::pin(self.clone().deregister_all(service.clone()))
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        let (zookeeper, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let records = zookeeper.list(&paths::of_service(&name)?).await?;
            // `a/b` and `a-b` share their znodes.
            Ok(merged(
                records.into_values().filter(|record| record.name == name),
            ))
        })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        let zookeeper = self.clone();
        Box::pin(async move { Ok(merged(zookeeper.list_all().await?)) })
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        Box::pin(watch::start(self.clone(), name.to_owned()))
    }
}

impl fmt::Debug for ZooKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ZooKeeper").field(&self.0.cluster).finish()
    }
}
