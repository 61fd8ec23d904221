//! Consul, with go-micro's tags.
//!
//! A node is a service of the agent; its version, metadata and endpoints are tags. A check of the agent fails when the TTL is
//! over, and readers pass over nodes whose check fails.

mod agent;
mod entry;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;

use agent::{Agent, Answer};
use entry::{Entry, registration};

use super::backoff::Backoff;
use super::feed::{self, Feed};
use super::reader::Reader;
use super::record;
use super::view::{View, merged};
use super::{Node, Registry, Service, Watch};
use crate::{BoxFuture, Error};

/// How long a watch lets Consul wait for something to happen.
const WAIT: Duration = Duration::from_secs(60);

/// How long Consul may take for anything else.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A registry in Consul, by its HTTP API without TLS. Clones share what they know.
///
/// ```no_run
/// # fn main() -> Result<(), rmicro::Error> {
/// let registry = rmicro::registry::Consul::new(["127.0.0.1:8500"])?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Consul(Arc<Shared>);

struct Shared {
    agent: Agent,
    reader: Reader,
    /// What was registered last, by node id.
    registered: Mutex<HashMap<String, String>>,
}

impl Consul {
    /// A registry by way of the first of `agents` that answers: `host:port`, `host` for port 8500, or with `http://` in front.
    /// `127.0.0.1:8500` where there are none.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new<S: AsRef<str>>(agents: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        Self::with(agents, None)
    }

    /// As [`Consul::new`], with the token of an access control list.
    ///
    /// # Errors
    /// An address that is none, or a token that cannot be sent.
    pub fn with_token<S: AsRef<str>>(
        agents: impl IntoIterator<Item = S>,
        token: &str,
    ) -> Result<Self, Error> {
        Self::with(agents, Some(token))
    }

    fn with<S: AsRef<str>>(
        agents: impl IntoIterator<Item = S>,
        token: Option<&str>,
    ) -> Result<Self, Error> {
        Ok(Self(Arc::new(Shared {
            agent: Agent::new(agents, token)?,
            reader: Reader::default(),
            registered: Mutex::default(),
        })))
    }

    async fn put(&self, service: &Service, node: &Node, ttl: Duration) -> Result<(), Error> {
        let body = registration(service, node, ttl).to_string();
        let check = format!("/v1/agent/check/pass/service:{}", agent::escaped(&node.id));
        let before = self.registered(|nodes| nodes.get(&node.id).cloned());
        if before.as_ref() == Some(&body) {
            let renewed = self.0.agent.put(&check, "", TIMEOUT).await?;
            if renewed.is_success() {
                return Ok(());
            }
            // The agent does not know the node any more.
        }
        self.0
            .agent
            .put("/v1/agent/service/register", &body, TIMEOUT)
            .await?
            .success()?;
        self.0.agent.put(&check, "", TIMEOUT).await?.success()?;
        self.registered(|nodes| nodes.insert(node.id.clone(), body));
        Ok(())
    }

    fn registered<T>(&self, with: impl FnOnce(&mut HashMap<String, String>) -> T) -> T {
        with(
            &mut self
                .0
                .registered
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    async fn remove(&self, node: &Node) -> Result<(), Error> {
        self.registered(|nodes| nodes.remove(&node.id));
        let path = format!("/v1/agent/service/deregister/{}", agent::escaped(&node.id));
        let answer = self.0.agent.put(&path, "", TIMEOUT).await?;
        if answer.is_unknown() {
            Ok(())
        } else {
            answer.success().map(drop)
        }
    }

    /// The records of the service `name`, once they differ from those at `index`, with the index of this answer.
    async fn read(
        &self,
        name: &str,
        index: u64,
    ) -> Result<(BTreeMap<String, Service>, u64), Error> {
        let path = format!("/v1/health/service/{}", agent::escaped(name));
        let (path, timeout) = match index {
            0 => (format!("{path}?stale"), TIMEOUT),
            // Consul adds up to a sixteenth, so that watches do not come back all at once.
            _ => (
                format!("{path}?index={index}&wait={}s", WAIT.as_secs()),
                WAIT + WAIT / 8,
            ),
        };
        let answer = self.0.agent.get(&path, timeout).await?.success()?;
        let (index, entries) = (answer.index, answer.json()?);
        let entries = entries.as_array().cloned().unwrap_or_default();
        let mut records = BTreeMap::new();
        for entry in &entries {
            let Some(entry) = Entry::parse(entry).filter(|entry| entry.is_alive()) else {
                continue;
            };
            let place = format!("{}/{}", entry.agent, entry.id);
            let record = self.0.reader.check(&place, entry.record());
            if let Some(record) = record.filter(|record| record.name == name) {
                records.insert(place, record);
            }
        }
        Ok((records, index))
    }

    async fn list(&self) -> Result<Vec<Service>, Error> {
        let answer: Answer = self
            .0
            .agent
            .get("/v1/catalog/services?stale", TIMEOUT)
            .await?
            .success()?;
        let services = answer.json()?;
        let mut records = Vec::new();
        for (name, tags) in record::object(&services, "the list of services")? {
            // Other programs have services in Consul too; those of go-micro have a version.
            let tags = tags
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            if entry::version(tags).is_some() {
                records.extend(self.read(name, 0).await?.0.into_values());
            }
        }
        Ok(records)
    }

    async fn follow(self, name: String, mut index: u64, mut view: View, feed: Feed) {
        let mut backoff = Backoff::new();
        loop {
            match self.read(&name, index).await {
                Ok((records, now)) => {
                    backoff.reset();
                    // An index that goes back says that the servers have lost their data.
                    index = if now < index { 0 } else { now };
                    feed.tell(view.replace(records)).await;
                }
                Err(error) => {
                    tracing::debug!(
                        service = name,
                        ?error,
                        "Consul cannot be watched; trying again"
                    );
                    index = 0;
                    backoff.wait().await;
                }
            }
        }
    }
}

impl Registry for Consul {
    fn kind(&self) -> &'static str {
        "consul"
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        let (consul, service) = (self.clone(), service.clone());
        Box::pin(async move {
            for node in &service.nodes {
                consul.put(&service, node, ttl).await?;
            }
            Ok(())
        })
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        let (consul, service) = (self.clone(), service.clone());
        Box::pin(async move {
            for node in &service.nodes {
                consul.remove(node).await?;
            }
            Ok(())
        })
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        let (consul, name) = (self.clone(), name.to_owned());
        Box::pin(async move { Ok(merged(consul.read(&name, 0).await?.0.into_values())) })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        let consul = self.clone();
        Box::pin(async move { Ok(merged(consul.list().await?)) })
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        let (consul, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let (records, index) = consul.read(&name, 0).await?;
            let mut view = View::default();
            view.replace(records);
            Ok(feed::watch(|feed| {
                consul.follow(name, index.max(1), view, feed)
            }))
        })
    }
}

impl fmt::Debug for Consul {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Consul").field(&self.0.agent).finish()
    }
}
