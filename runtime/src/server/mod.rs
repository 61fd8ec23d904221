//! Listens, and serves gRPC and HTTP on what it accepts.

mod body;
mod dispatch;
mod limits;

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, pending};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::dispatch::Dispatch;
pub use self::limits::Limits;
use crate::builtin::reflection;
use crate::{Error, Health, Routes, ServeMux};

/// How long calls in flight may go on after the signal to stop, unless [`Server::drain_timeout`] says otherwise.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the streams that are left then may take to send their last status.
const CUT_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves gRPC, or HTTP by a gateway, or both on one port: a request whose content type is `application/grpc` goes to
/// the routes, every other one to the gateway.
///
/// ```no_run
/// # async fn run(routes: rmicro::Routes, mux: rmicro::ServeMux) -> Result<(), rmicro::Error> {
/// rmicro::Server::new().routes(routes).gateway(mux).serve("0.0.0.0:8080").await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    routes: Routes,
    mux: Option<ServeMux>,
    limits: Limits,
    drain_timeout: Duration,
    health: Option<Health>,
    reflection: Reflection,
}

/// Whether the services describe themselves.
#[derive(Clone, Copy, Debug)]
enum Reflection {
    On,
    Off,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            routes: Routes::new(),
            mux: None,
            limits: Limits::default(),
            drain_timeout: DRAIN_TIMEOUT,
            health: Some(Health::new()),
            reflection: Reflection::On,
        }
    }
}

impl Server {
    /// A server that serves nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves gRPC by `routes`.
    #[must_use]
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes = routes;
        self
    }

    /// Serves HTTP by `mux`.
    #[must_use]
    pub fn gateway(mut self, mux: ServeMux) -> Self {
        self.mux = Some(mux);
        self
    }

    /// Sets what a peer may take up.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long calls in flight may go on after the signal to stop (30 s unless set); then streams end with
    /// UNAVAILABLE and the connections of all others are cut.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// Answers questions about health (`grpc.health.v1`) from `health`; unless set, from one that says that all
    /// registered services serve until the server stops.
    #[must_use]
    pub fn health(mut self, health: Health) -> Self {
        self.health = Some(health);
        self
    }

    pub(crate) fn its_health(&self) -> Option<&Health> {
        self.health.as_ref()
    }

    /// Serves no `grpc.health.v1`.
    #[must_use]
    pub fn without_health(mut self) -> Self {
        self.health = None;
        self
    }

    /// Serves no `grpc.reflection.v1` and `v1alpha`, which otherwise tell anybody the descriptors of all services.
    #[must_use]
    pub fn without_reflection(mut self) -> Self {
        self.reflection = Reflection::Off;
        self
    }

    /// Adds the services that the server has of itself. A server that has no handlers, only a gateway, has none.
    fn add_builtin(&mut self) {
        if self.routes.is_empty() {
            return;
        }
        if let Some(health) = &self.health {
            health.register(&mut self.routes);
        }
        if let Reflection::On = self.reflection {
            reflection::register(&mut self.routes);
        }
    }

    /// Listens at `address`: `host:port`, or `:port` for all addresses of this machine; port 0 takes a free one.
    ///
    /// # Errors
    /// What was registered cannot be served, or the address cannot be listened at.
    pub async fn bind(mut self, address: &str) -> Result<Listening, Error> {
        self.routes.check()?;
        if let Some(mux) = &self.mux {
            mux.check()?;
        }
        self.add_builtin();
        let listener = listen(address).await?;
        let local = listener
            .local_addr()
            .map_err(|error| Error::new("the listener has no address").with_source(error))?;
        Ok(Listening {
            server: self,
            listener,
            local,
        })
    }

    /// Listens at `address` and serves until the process ends.
    ///
    /// # Errors
    /// As [`Server::bind`].
    pub async fn serve(self, address: &str) -> Result<(), Error> {
        self.bind(address).await?.serve(pending()).await;
        Ok(())
    }
}

/// A server that listens already: connections queue up until [`Listening::serve`] takes them.
#[derive(Debug)]
pub struct Listening {
    server: Server,
    listener: TcpListener,
    local: SocketAddr,
}

impl Listening {
    /// The address that it listens at, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Serves until `shutdown` is ready. From then on it accepts no connection, finishes the calls in flight, and comes
    /// back when they are done or the drain timeout is over.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let Self {
            server,
            listener,
            local,
        } = self;
        let Server {
            routes,
            mux,
            limits,
            drain_timeout,
            health,
            reflection: _,
        } = server;
        tracing::info!(address = %local, "listening on {local}");
        let builder = limits.builder();
        let (cut, cutting) = watch::channel(false);
        let dispatch = Arc::new(Dispatch::new(routes, mux, cutting));
        let permits = Arc::new(Semaphore::new(limits.max_connections));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let start = |(stream, peer, permit): Accepted, connections: &mut JoinSet<()>| {
            let service = dispatch.clone().from_peer(peer);
            let connection = builder
                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                .into_owned();
            let connection = graceful.watch(connection);
            connections.spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%peer, %error, "a connection broke");
                }
                drop(permit);
            });
        };
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => {}
                accepted = accept(&listener, &permits) => start(accepted, &mut connections),
            }
        }
        // Who is in the listener's queue has connected already and may have sent a call.
        while let Some(accepted) = accept(&listener, &permits).now_or_never() {
            start(accepted, &mut connections);
        }
        drop(listener);
        if let Some(health) = health {
            health.stop();
        }
        tracing::info!(address = %local, connections = connections.len(), "draining {local}");
        let drained = graceful.shutdown();
        tokio::pin!(drained);
        if timeout(drain_timeout, &mut drained).await.is_ok() {
            tracing::info!(address = %local, "stopped {local}");
        } else {
            // Streams end with a status; calls that do not end even so are cut.
            let _ = cut.send(true);
            let cut = timeout(CUT_TIMEOUT, &mut drained).await.is_err();
            tracing::warn!(address = %local, cut, "stopped {local} with calls in flight after {drain_timeout:?}");
        }
        connections.shutdown().await;
    }
}

type Accepted = (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>);

/// The next connection. What fails here is not the listener's fault: a connection that was gone again, or file
/// descriptors that are used up, for which a pause is the remedy.
async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> Accepted {
    let permit = permits.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%peer, %error, "TCP_NODELAY could not be set");
                }
                return (stream, peer, permit);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                if !is_of_one_connection(&error) {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

/// Listens at `host:port`, or at `:port` on all addresses of both families where there are two.
async fn listen(address: &str) -> Result<TcpListener, Error> {
    let listener = match address.strip_prefix(':') {
        Some(port) => match TcpListener::bind(format!("[::]:{port}")).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind(format!("0.0.0.0:{port}")).await,
        },
        None => TcpListener::bind(address).await,
    };
    listener.map_err(|error| Error::new(format!("cannot listen at `{address}`")).with_source(error))
}

impl Limits {
    fn builder(&self) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_read_timeout)
            .max_buf_size(self.max_header_bytes as usize)
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(self.max_header_bytes)
            .max_concurrent_streams(self.max_concurrent_streams)
            .keep_alive_interval(Some(self.keep_alive_interval))
            .keep_alive_timeout(self.keep_alive_timeout);
        builder
    }
}

/// Never fails: what goes wrong is told to the client.
type Never = Infallible;

impl fmt::Display for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.local.fmt(f)
    }
}
