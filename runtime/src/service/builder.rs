//! What a service is set up with.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::environment::Environment;
use super::hooks::Hooks;
use super::{Http, Options, Service};
use crate::middleware::{Middleware, Stack};
use crate::registry::{Memory, Registry};
use crate::{Error, Health, Limits, Routes, ServeMux, Server};

/// Sets a [`Service`] up. Every setting has a default, and the order of the calls does not matter.
#[derive(Debug)]
pub struct ServiceBuilder(Options);

impl ServiceBuilder {
    pub(super) fn new() -> Self {
        Self(Options {
            name: "go.micro.server".into(),
            id: uuid::Uuid::new_v4().to_string(),
            version: "latest".into(),
            address: ":0".into(),
            http: Http::Off,
            advertise: None,
            metadata: Vec::new(),
            registry: Arc::new(Memory::new()),
            has_registry: false,
            register_ttl: Duration::from_secs(60),
            register_interval: Duration::from_secs(30),
            server: Server::new(),
            middleware: Stack::default(),
            client_middleware: Stack::default(),
            hooks: Hooks::default(),
            drain_period: None,
            environment: Environment::default(),
        })
    }

    /// Takes settings from the environment, which win over those of the program: `MICRO_SERVER_NAME`, `MICRO_SERVER_ID`,
    /// `MICRO_SERVER_VERSION`, `MICRO_SERVER_ADDRESS`, `MICRO_SERVER_ADVERTISE`, `MICRO_SERVER_METADATA` (`key=value,…`),
    /// `MICRO_REGISTER_TTL` and `MICRO_REGISTER_INTERVAL` (seconds), `MICRO_REGISTRY` (such as `etcd`) and
    /// `MICRO_REGISTRY_ADDRESS` (`host:port,…`). Unless this is called, the environment has no say.
    ///
    /// # Errors
    /// A variable that cannot be read, or a registry that [`from_address`](crate::registry::from_address) does not know.
    pub fn from_env(self) -> Result<Self, Error> {
        let environment = Environment::read(|name| std::env::var(name).ok())?;
        Ok(self.environment(environment))
    }

    pub(super) fn environment(mut self, environment: Environment) -> Self {
        self.0.environment = environment;
        self
    }

    /// The name that clients look for: `go.micro.server` unless set.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.name = name.into();
        self
    }

    /// What tells this node from the others of the service: a random UUID unless set. The registry knows the node as
    /// `<name>-<id>`.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.0.id = id.into();
        self
    }

    /// The version: `latest` unless set.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.0.version = version.into();
        self
    }

    /// Where gRPC is served: `host:port`, or `:port` for all addresses of this machine. `:0` unless set, which takes a
    /// free port.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.0.address = address.into();
        self
    }

    /// Serves HTTP by the gateway at `address`, written as for [`ServiceBuilder::address`]. Unless this or
    /// [`ServiceBuilder::single_port`] is called, there is no HTTP.
    #[must_use]
    pub fn http_address(mut self, address: impl Into<String>) -> Self {
        self.0.http = Http::At(address.into());
        self
    }

    /// Serves HTTP by the gateway on the port of gRPC.
    #[must_use]
    pub fn single_port(mut self) -> Self {
        self.0.http = Http::WithGrpc;
        self
    }

    /// The `host:port` that the registry tells to clients. Unless set, it is where gRPC is served, and an address of this
    /// machine in place of `0.0.0.0` or `[::]`.
    #[must_use]
    pub fn advertise(mut self, address: impl Into<String>) -> Self {
        self.0.advertise = Some(address.into());
        self
    }

    /// Adds metadata to the node's record.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.metadata.push((key.into(), value.into()));
        self
    }

    /// Where the service is registered: a [`Memory`] registry of its own unless set.
    #[must_use]
    pub fn registry(mut self, registry: impl Registry) -> Self {
        self.0.registry = Arc::new(registry);
        self.0.has_registry = true;
        self
    }

    /// How long the registry keeps the node after the last renewal: 60 s unless set.
    #[must_use]
    pub fn register_ttl(mut self, ttl: Duration) -> Self {
        self.0.register_ttl = ttl;
        self
    }

    /// How often the node is renewed: every 30 s unless set, and twice within the TTL where that is more often.
    #[must_use]
    pub fn register_interval(mut self, interval: Duration) -> Self {
        self.0.register_interval = interval;
        self
    }

    /// What a peer may take up, on every port.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.0.server = self.0.server.limits(limits);
        self
    }

    /// How long to serve on as before once the node has left the registry, so that clients which have not heard of it yet
    /// lose no call: 1 s unless set, and not at all where no registry was given.
    #[must_use]
    pub fn drain_period(mut self, period: Duration) -> Self {
        self.0.drain_period = Some(period);
        self
    }

    /// How long calls in flight may go on after the signal to stop: 30 s unless set.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.0.server = self.0.server.drain_timeout(timeout);
        self
    }

    /// Answers questions about health from `health`; see [`Server::health`].
    #[must_use]
    pub fn health(mut self, health: Health) -> Self {
        self.0.server = self.0.server.health(health);
        self
    }

    /// Serves no `grpc.health.v1`.
    #[must_use]
    pub fn without_health(mut self) -> Self {
        self.0.server = self.0.server.without_health();
        self
    }

    /// Serves no `grpc.reflection.v1`, which otherwise tells anybody the descriptors of all services.
    #[must_use]
    pub fn without_reflection(mut self) -> Self {
        self.0.server = self.0.server.without_reflection();
        self
    }

    /// Puts `middleware` in front of every handler, for calls by gRPC and by the gateway alike, behind the middleware that
    /// was given before. Backends of the gateway that call other processes are not wrapped: that is for their clients.
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.0.middleware.push(middleware);
        self
    }

    /// Puts `middleware` in front of every call of [`Service::client`], behind the middleware that was given before.
    #[must_use]
    pub fn client_middleware(mut self, middleware: impl Middleware) -> Self {
        self.0.client_middleware.push(middleware);
        self
    }

    /// Runs `hook` before the service listens; hooks run in the order of their registration. An error keeps the service
    /// from starting.
    #[must_use]
    pub fn before_start<F, Fut>(mut self, hook: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.0.hooks.before_start.push(hook);
        self
    }

    /// Runs `hook` once the service serves. An error stops it again.
    #[must_use]
    pub fn after_start<F, Fut>(mut self, hook: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.0.hooks.after_start.push(hook);
        self
    }

    /// Runs `hook` when the service is to stop, before it leaves the registry. An error is logged.
    #[must_use]
    pub fn before_stop<F, Fut>(mut self, hook: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.0.hooks.before_stop.push(hook);
        self
    }

    /// Runs `hook` when the last call has ended. An error is logged.
    #[must_use]
    pub fn after_stop<F, Fut>(mut self, hook: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.0.hooks.after_stop.push(hook);
        self
    }

    /// The service; nothing is listened at before it starts.
    pub fn build(mut self) -> Service {
        let environment = std::mem::take(&mut self.0.environment);
        environment.apply(&mut self.0);
        Service {
            options: self.0,
            routes: Routes::new(),
            mux: ServeMux::new(),
        }
    }
}
