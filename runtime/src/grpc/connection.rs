//! HTTP/2 connections to one address.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::{HeaderValue, USER_AGENT};
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::lost::{self, Unprocessed};
use crate::{BoxFuture, Status};

type Body = tonic::body::Body;

/// How long the kernel waits for a peer to acknowledge what was sent before it gives the connection up.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);
/// A further connection is opened when each one carries as many calls.
const CALLS_PER_CONNECTION: usize = 100;
/// How often a call that was not sent, because its connection closed at that moment, is given to another one.
const RESENDS: usize = 3;
/// The windows of flow control, per stream and per connection; the protocol's 64 KiB make large messages slow.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 5 * 1024 * 1024;

/// How connections are made and kept.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionOptions {
    /// How long an attempt to connect may take.
    pub(crate) connect_timeout: Duration,
    /// Connections to one node at a time, at most.
    pub(crate) max_connections: usize,
    /// How often a peer that calls are under way to is asked whether it is still there.
    pub(crate) keep_alive_interval: Duration,
    /// How long it may take to answer that.
    pub(crate) keep_alive_timeout: Duration,
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            max_connections: 4,
            // Servers on grpc-go, go-micro's among them, cut clients off that ask more often.
            keep_alive_interval: Duration::from_secs(5 * 60 + 10),
            keep_alive_timeout: Duration::from_secs(20),
        }
    }
}

/// Connections to one address, made when calls need them; clones share them.
#[derive(Clone, Debug)]
pub(super) struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    authority: Authority,
    options: ConnectionOptions,
    open: Mutex<Vec<Connection>>,
    /// Held while a connection is made that calls wait for, so that they share it.
    connecting: tokio::sync::Mutex<()>,
    /// Further connections that are being made.
    growing: AtomicUsize,
}

#[derive(Clone, Debug)]
struct Connection {
    sender: SendRequest<Body>,
    /// The calls under way; counts the clones of this.
    calls: Arc<()>,
}

impl Connections {
    pub(super) fn new(authority: Authority, options: ConnectionOptions) -> Self {
        Self(Arc::new(Inner {
            authority,
            options,
            open: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            growing: AtomicUsize::new(0),
        }))
    }

    /// Waits until there is a connection.
    ///
    /// # Errors
    /// UNAVAILABLE: there is none, and none can be made.
    pub(super) async fn ready(&self) -> Result<(), Status> {
        self.connection().await.map(drop)
    }

    /// The connection with the fewest calls; a new one where there is none.
    async fn connection(&self) -> Result<Connection, Status> {
        if let Some(connection) = self.open() {
            return Ok(connection);
        }
        let _first = self.0.connecting.lock().await;
        if let Some(connection) = self.open() {
            return Ok(connection);
        }
        let connection = self.connect().await?;
        self.lock().push(connection.clone());
        Ok(connection)
    }

    fn open(&self) -> Option<Connection> {
        let mut open = self.lock();
        open.retain(|connection| !connection.sender.is_closed());
        let best = open
            .iter()
            .min_by_key(|connection| connection.calls())?
            .clone();
        let busy = best.calls() > CALLS_PER_CONNECTION;
        let number = open.len();
        drop(open);
        if busy && number + self.0.growing.load(Ordering::Relaxed) < self.0.options.max_connections
        {
            self.grow();
        }
        Some(best)
    }

    /// Makes a further connection while calls go on over those that there are.
    fn grow(&self) {
        self.0.growing.fetch_add(1, Ordering::Relaxed);
        let connections = self.clone();
        tokio::spawn(async move {
            if let Ok(connection) = connections.connect().await {
                connections.lock().push(connection);
            }
            connections.0.growing.fetch_sub(1, Ordering::Relaxed);
        });
    }

    async fn connect(&self) -> Result<Connection, Status> {
        let Inner {
            authority, options, ..
        } = &*self.0;
        let handshake = async {
            let stream = TcpStream::connect((
                authority.host().trim_matches(['[', ']']),
                authority.port_u16().unwrap_or(80),
            ))
            .await?;
            tune(&stream);
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder
                .timer(TokioTimer::new())
                .initial_stream_window_size(STREAM_WINDOW)
                .initial_connection_window_size(CONNECTION_WINDOW)
                .keep_alive_interval(options.keep_alive_interval)
                .keep_alive_timeout(options.keep_alive_timeout)
                .keep_alive_while_idle(false);
            builder
                .handshake(TokioIo::new(stream))
                .await
                .map_err(std::io::Error::other)
        };
        let refused = |cause: std::io::Error| {
            Unprocessed::unreachable(format!("cannot connect to `{authority}`: {cause}"), cause)
        };
        let (sender, connection) = match timeout(options.connect_timeout, handshake).await {
            Ok(connected) => connected.map_err(refused)?,
            Err(_) => return Err(refused(std::io::ErrorKind::TimedOut.into())),
        };
        let name = authority.clone();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(node = %name, %error, "a connection broke");
            }
        });
        Ok(Connection {
            sender,
            calls: Arc::new(()),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request; one that did not leave because its connection closed goes over another one.
    async fn send(self, mut request: Request<Body>) -> Result<Response<Counted>, tonic::Status> {
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = self.uri(path)?;
        request
            .headers_mut()
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "rmicro/",
                env!("CARGO_PKG_VERSION")
            )));
        let mut resends = 0;
        loop {
            let Connection { mut sender, calls } = self.connection().await?;
            match sender.try_send_request(request).await {
                Ok(response) => {
                    return Ok(response.map(|body| Counted {
                        body,
                        _calls: calls,
                    }));
                }
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) if resends < RESENDS => {
                        resends += 1;
                        request = unsent;
                        self.forget(&calls);
                    }
                    Some(_) => {
                        let error = failed.into_error();
                        return Err(Unprocessed::refused("the connection closes", error).into());
                    }
                    None => {
                        let status = lost::status_of(failed.into_error());
                        if Unprocessed::is(&status) {
                            self.forget(&calls);
                        }
                        return Err(status.into());
                    }
                },
            }
        }
    }

    /// Gives no further calls to a connection that takes none.
    fn forget(&self, calls: &Arc<()>) {
        self.lock()
            .retain(|connection| !Arc::ptr_eq(&connection.calls, calls));
    }

    fn uri(&self, path: Option<PathAndQuery>) -> Result<Uri, Status> {
        let mut parts = Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.0.authority.clone());
        parts.path_and_query = path;
        Uri::from_parts(parts)
            .map_err(|error| Status::internal("the method's path is no path").with_source(error))
    }
}

impl Connection {
    fn calls(&self) -> usize {
        Arc::strong_count(&self.calls)
    }
}

impl tower_service::Service<Request<Body>> for Connections {
    type Response = Response<Counted>;
    type Error = tonic::Status;
    type Future = BoxFuture<Result<Response<Counted>, tonic::Status>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), tonic::Status>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}

/// The body of a response, which counts as a call under way until it is dropped.
#[derive(Debug)]
pub(super) struct Counted {
    body: Incoming,
    _calls: Arc<()>,
}

impl http_body::Body for Counted {
    type Data = bytes::Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, hyper::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

/// Sets what makes calls fast, and a peer that vanished without a word known in time: pings may not be that frequent.
fn tune(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(UNACKNOWLEDGED)) {
        tracing::debug!(%error, "TCP_USER_TIMEOUT could not be set");
    }
}
