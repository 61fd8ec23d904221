//! What a client is set up with.

use std::sync::Arc;
use std::time::Duration;

use super::discovery::{Discovery, Nodes};
use super::filter::Filters;
use super::picker::{Dice, Picker, PowerOfTwo};
use super::retry::{Budget, Hedge, Retry};
use super::{Client, Inner, Target};
use crate::grpc::ConnectionOptions;
use crate::middleware::{Middleware, Stack};
use crate::registry::{Node, Registry, Service};
use crate::{Channel, Error};

/// Sets a [`Client`] up. Every setting has a default, and the order of the calls does not matter.
#[must_use]
pub struct ClientBuilder {
    pub(super) middleware: Stack,
    picker: Arc<dyn Picker>,
    filters: Filters,
    listed_only: bool,
    retry: Retry,
    hedge: Option<Hedge>,
    timeout: Option<Duration>,
    options: ConnectionOptions,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            middleware: Stack::default(),
            picker: Arc::new(PowerOfTwo::default()),
            filters: Filters::default(),
            listed_only: false,
            retry: Retry::default(),
            hedge: None,
            timeout: None,
            options: ConnectionOptions::default(),
        }
    }

    /// Chooses the node of each call: [`PowerOfTwo`] unless set.
    pub fn picker(mut self, picker: impl Picker) -> Self {
        self.picker = Arc::new(picker);
        self
    }

    /// Calls only nodes of that version.
    pub fn version(self, version: impl Into<String>) -> Self {
        let version = version.into();
        self.filter(move |service, _| service.version == version)
    }

    /// Calls only nodes whose metadata has `value` under `key`.
    pub fn node_metadata(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let (key, value) = (key.into(), value.into());
        self.filter(move |_, node| node.metadata.get(&key) == Some(&value))
    }

    /// Calls only nodes whose records list the method that is called.
    pub fn listed_endpoints(mut self) -> Self {
        self.listed_only = true;
        self
    }

    /// Calls only nodes that pass `filter`, which sees the record of the service and the one of the node.
    pub fn filter(
        mut self,
        filter: impl Fn(&Service, &Node) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.filters.push(filter);
        self
    }

    /// Which failed calls are made again, beside those that no server has processed: none unless set.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Calls a further node when one is slow: off unless set. Only for clients of methods that may be called twice.
    pub fn hedge(mut self, hedge: Hedge) -> Self {
        self.hedge = Some(hedge);
        self
    }

    /// Ends unary and client-streaming calls after that time, all attempts together, unless their context has an earlier
    /// deadline. Unless set, only the context's holds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Puts `middleware` in front of every call, behind the middleware that was given before. It sees a call once, however
    /// many attempts it takes.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(middleware);
        self
    }

    /// Connections to one node at a time, at most: 4 unless set. A further one is opened when each carries 100 calls.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.options.max_connections = connections.max(1);
        self
    }

    /// How long an attempt to connect may take: 5 s unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options.connect_timeout = timeout;
        self
    }

    /// How often a node that calls are under way to is asked whether it is still there, and how long it may take to
    /// answer: every 5 min 10 s and 20 s unless set. Servers on grpc-go, and so all of go-micro's, cut clients off that ask
    /// more often than every 5 min; set less only where all nodes are known to bear it. Where the system has it,
    /// `TCP_USER_TIMEOUT` finds a vanished node within 20 s of the next call in any case.
    pub fn keep_alive(mut self, interval: Duration, timeout: Duration) -> Self {
        self.options.keep_alive_interval = interval;
        self.options.keep_alive_timeout = timeout;
        self
    }

    /// A client that finds the nodes of its services in `registry`.
    #[must_use]
    pub fn registry(self, registry: impl Registry) -> Client {
        let target = Target::Registry(Discovery::new(
            Arc::new(registry),
            self.filters.clone(),
            self.options.clone(),
        ));
        self.build(target)
    }

    /// A client whose calls all go to `endpoint`, whatever the service is called; see [`Channel::lazy`].
    ///
    /// # Errors
    /// An endpoint that is no address.
    pub fn direct(self, endpoint: &str) -> Result<Client, Error> {
        let channel = Channel::with_options(endpoint, self.options.clone())?;
        let target = Target::Direct(Arc::new(Nodes::direct(channel)));
        Ok(self.build(target))
    }

    fn build(self, target: Target) -> Client {
        Client(Arc::new(Inner {
            target,
            middleware: self.middleware,
            picker: self.picker,
            listed_only: self.listed_only,
            retry: self.retry,
            hedge: self.hedge,
            timeout: self.timeout,
            budget: Budget::default(),
            dice: Dice::default(),
        }))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("middleware", &self.middleware)
            .field("filters", &self.filters)
            .field("retry", &self.retry)
            .field("hedge", &self.hedge)
            .field("timeout", &self.timeout)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
