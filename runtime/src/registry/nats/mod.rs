//! NATS, with go-micro's subjects.
//!
//! Nothing is stored: who looks for a service asks all, and every process answers for the nodes that it has registered. v4 and
//! v6 of go-micro ask under different subjects; this registry asks and answers under both, so that the two find each other
//! by way of Rust.

mod actor;
mod state;
mod wire;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout, timeout_at};

use actor::Actor;
use state::State;

use super::record::service_to_json;
use super::roll_call::{self, Ask};
use super::view::merged;
use super::{Registry, Service, Watch};
use crate::{BoxFuture, Error};

/// How long the server may take to be connected to, and to take a message.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A registry among all that are connected to a NATS server. Clones share their connection.
///
/// ```no_run
/// # fn main() -> Result<(), rmicro::Error> {
/// let registry = rmicro::registry::Nats::new(["nats://127.0.0.1:4222"])?;
/// # Ok(()) }
/// ```
///
/// A node answers until its TTL is over, it is taken out, or the last clone is dropped.
#[derive(Clone)]
pub struct Nats(Arc<Shared>);

struct Shared {
    state: Arc<State>,
    servers: Vec<wire::Server>,
    /// How long answers are waited for.
    patience: Duration,
    actor: OnceLock<Actor>,
}

impl Nats {
    /// A registry by way of the first of `servers` that answers: `nats://host:port`, `host:port` or `host` for port 4222,
    /// with `user:password@` or `token@` in front of the host where the server asks for it. `127.0.0.1:4222` where there are
    /// none. It connects when it is used.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new<S: AsRef<str>>(servers: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let mut parsed = Vec::new();
        for server in servers {
            parsed.push(wire::Server::parse(server.as_ref())?);
        }
        if parsed.is_empty() {
            parsed.push(wire::Server::parse("127.0.0.1")?);
        }
        Ok(Self(Arc::new(Shared {
            state: Arc::new(State::new()),
            servers: parsed,
            patience: Duration::from_millis(100),
            actor: OnceLock::new(),
        })))
    }

    /// The same registry, which waits `patience` for answers: 100 ms unless set, as in go-micro. A process that answers
    /// later is not found. To be called before clones are made.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            state: self.0.state.clone(),
            servers: self.0.servers.clone(),
            patience,
            actor: OnceLock::new(),
        }))
    }

    fn actor(&self) -> &Actor {
        let shared = &self.0;
        shared
            .actor
            .get_or_init(|| Actor::start(shared.state.clone(), shared.servers.clone()))
    }

    /// Sends and waits until the server has taken it.
    async fn send(&self, messages: Vec<u8>) -> Result<(), Error> {
        match timeout(TIMEOUT, self.actor().send(messages)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::new("the connection to NATS broke")),
            Err(_) => Err(Error::new(format!(
                "NATS cannot be reached within {TIMEOUT:?}"
            ))),
        }
    }

    async fn announce(&self, action: &str, service: &Service) -> Result<(), Error> {
        let body = json!({"Action": action, "Service": service_to_json(service)});
        self.send(wire::to_all(state::WATCH, &body.to_string()))
            .await
    }

    /// Asks for the nodes of the service `name`, or of all.
    async fn ask_all(&self, name: Option<&str>) -> Result<Vec<Service>, Error> {
        let question = match name {
            Some(name) => {
                let service = Service {
                    name: name.into(),
                    ..Service::default()
                };
                json!({"Action": "get", "Service": service_to_json(&service)})
            }
            None => json!({"Action": "list", "Service": null}),
        };
        let (inbox, mut answers) = self.0.state.open_inbox();
        let question = wire::ask_all(state::QUERY, inbox.subject(), &question.to_string());
        self.send(question).await?;
        let mut found = Vec::new();
        let end = Instant::now() + self.0.patience;
        while let Ok(Some(service)) = timeout_at(end, answers.recv()).await {
            if name.is_none_or(|name| service.name == name) {
                found.push(service);
            }
        }
        Ok(found)
    }
}

impl Ask for Nats {
    async fn ask(&self, name: &str) -> Result<Vec<Service>, Error> {
        self.ask_all(Some(name)).await
    }
}

impl Registry for Nats {
    fn kind(&self) -> &'static str {
        "nats"
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        let (nats, service) = (self.clone(), service.clone());
        Box::pin(async move {
            nats.0.state.own.put(&service, ttl);
            nats.announce("create", &service).await
        })
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        let (nats, service) = (self.clone(), service.clone());
        Box::pin(async move {
            nats.0.state.own.remove(&service);
            nats.announce("delete", &service).await
        })
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        let (nats, name) = (self.clone(), name.to_owned());
        Box::pin(async move { Ok(merged(nats.ask_all(Some(&name)).await?)) })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        let nats = self.clone();
        Box::pin(async move { Ok(merged(nats.ask_all(None).await?)) })
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        let (nats, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let state = nats.0.state.clone();
            roll_call::start(nats, name, &state.listeners).await
        })
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nats")
            .field("servers", &self.0.servers)
            .finish_non_exhaustive()
    }
}
