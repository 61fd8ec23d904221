//! A service that serves.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::address::reachable;
use super::hooks::Hooks;
use super::registration::Registration;
use super::{Http, Options, Service};
use crate::registry::{Endpoint, Node, Service as Record};
use crate::{Error, Health, Listening, Routes};

/// How long a service serves on after it left the registry, unless set: longer than it takes a watch to tell clients.
const DRAIN_PERIOD: Duration = Duration::from_secs(1);

/// A service that serves. Dropping it stops it at once; [`Running::stop`] lets calls end.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    http_address: Option<SocketAddr>,
    leave: watch::Sender<bool>,
    drain_period: Duration,
    health: Option<Health>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
    registration: JoinHandle<()>,
    hooks: Hooks,
}

impl Service {
    /// Listens, serves and registers. A registry that cannot be reached delays nothing: it is tried again at every
    /// interval.
    ///
    /// # Errors
    /// What was registered cannot be served, or an address cannot be listened at.
    pub async fn start(self) -> Result<Running, Error> {
        let Service {
            mut options,
            routes,
            mut mux,
        } = self;
        let endpoints = endpoints(&routes);
        let mut hooks = std::mem::take(&mut options.hooks);
        hooks.before_start.run().await?;
        let routes = routes.behind(&options.middleware);
        mux.wrap_handlers(&options.middleware);
        let server = || options.server.clone();
        let (grpc, http) = match &options.http {
            Http::Off => (server().routes(routes).bind(&options.address).await?, None),
            Http::WithGrpc => (
                server()
                    .routes(routes)
                    .gateway(mux)
                    .bind(&options.address)
                    .await?,
                None,
            ),
            Http::At(address) => {
                let grpc = server().routes(routes).bind(&options.address).await?;
                (grpc, Some(server().gateway(mux).bind(address).await?))
            }
        };
        let address = grpc.local_addr();
        let http_address = match options.http {
            Http::Off => None,
            Http::WithGrpc => Some(address),
            Http::At(_) => http.as_ref().map(Listening::local_addr),
        };
        let (stop, stopping) = watch::channel(false);
        let servers = [Some(grpc), http].into_iter().flatten();
        let servers = servers
            .map(|server| tokio::spawn(server.serve(stopped(stopping.clone()))))
            .collect();
        let record = options.record(address, endpoints);
        let (leave, leaving) = watch::channel(false);
        let drain_period = options.drain_period();
        let health = options.server.its_health().cloned();
        let registration = Registration {
            registry: options.registry,
            record,
            ttl: options.register_ttl,
            interval: options.register_interval,
        };
        let registration = tokio::spawn(registration.keep(stopped(leaving)));
        let mut after_start = std::mem::take(&mut hooks.after_start);
        let running = Running {
            address,
            http_address,
            leave,
            drain_period,
            health,
            stop,
            servers,
            registration,
            hooks,
        };
        if let Err(error) = after_start.run().await {
            running.stop().await;
            return Err(error);
        }
        Ok(running)
    }
}

impl Running {
    /// Where gRPC is served, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where HTTP is served, if it is.
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.http_address
    }

    /// Waits for SIGTERM or SIGINT, then stops.
    ///
    /// # Errors
    /// The signals cannot be waited for.
    pub async fn wait(self) -> Result<(), Error> {
        signalled()
            .await
            .map_err(|error| Error::new("cannot wait for signals").with_source(error))?;
        self.stop().await;
        Ok(())
    }

    /// Takes the node out of the registry and says that it is not healthy any more; serves on for the drain period, so
    /// that clients which have not heard of it yet lose no call; then accepts no further connection, finishes the calls in
    /// flight as far as the drain timeout allows, ends the streams that are left with UNAVAILABLE, and comes back.
    pub async fn stop(mut self) {
        self.hooks.before_stop.run_all("before the stop").await;
        if let Some(health) = &self.health {
            health.stop();
        }
        // All who wait for this end; an error says that they are gone already.
        let _ = self.leave.send(true);
        let _ = (&mut self.registration).await;
        if !self.drain_period.is_zero() {
            tracing::info!(address = %self.address, "serving on for {:?}", self.drain_period);
            tokio::time::sleep(self.drain_period).await;
        }
        let _ = self.stop.send(true);
        for server in &mut self.servers {
            let _ = server.await;
        }
        self.hooks.after_stop.run_all("after the stop").await;
        tracing::info!(address = %self.address, "the service has stopped");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.registration.abort();
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

impl Options {
    /// How long to serve on after leaving the registry. Nobody else sees a registry that the program did not give.
    fn drain_period(&self) -> Duration {
        match (self.drain_period, self.has_registry) {
            (Some(period), _) => period,
            (None, true) => DRAIN_PERIOD,
            (None, false) => Duration::ZERO,
        }
    }

    /// The record of this node, as go-micro's servers make theirs.
    fn record(&self, listening: SocketAddr, endpoints: Vec<Endpoint>) -> Record {
        let address = self
            .advertise
            .clone()
            .unwrap_or_else(|| reachable(listening).to_string());
        let mut metadata: std::collections::BTreeMap<_, _> =
            self.metadata.iter().cloned().collect();
        for (key, value) in [
            // There is no broker; go-micro's default is what its own nodes say.
            ("broker", "http"),
            ("protocol", "grpc"),
            ("registry", self.registry.kind()),
            ("server", "grpc"),
            ("transport", "grpc"),
        ] {
            metadata
                .entry(key.to_owned())
                .or_insert_with(|| value.to_owned());
        }
        let node = Node {
            id: format!("{}-{}", self.name, self.id),
            address,
            metadata,
        };
        Record {
            name: self.name.clone(),
            version: self.version.clone(),
            endpoints,
            nodes: vec![node],
            ..Record::default()
        }
    }
}

/// What the record says of the methods of `routes`, ordered by the names of the services. Health and reflection are not
/// told, as go-micro does not tell what serves itself.
fn endpoints(routes: &Routes) -> Vec<Endpoint> {
    let mut services: Vec<_> = routes
        .services()
        .iter()
        .filter(|service| !service.name().starts_with("grpc."))
        .filter_map(|service| match service.descriptors().pool() {
            Ok(pool) => pool.service(service.name()),
            Err(error) => {
                tracing::warn!(
                    service = service.name(),
                    %error,
                    "the record does not tell the methods of a service without descriptors"
                );
                None
            }
        })
        .collect();
    services.sort_by_key(|service| service.name());
    services
        .into_iter()
        .flat_map(Endpoint::of_service)
        .collect()
}

/// Ready when the service stops.
async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error says that the service was dropped.
    let _ = stopping.wait_for(|stop| *stop).await;
}

#[cfg(unix)]
async fn signalled() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let name = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    tracing::info!("stopping on {name}");
    Ok(())
}

#[cfg(not(unix))]
async fn signalled() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
