//! Calls to gRPC servers elsewhere.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream::try_unfold;
use http::uri::PathAndQuery;
use http_body::Body;
use tokio::sync::oneshot;
use tonic::client::{Grpc, GrpcService};
use tonic::metadata::MetadataMap;

use super::codec::RawCodec;
use super::connection::{ConnectionOptions, Connections};
use super::lost;
use super::timeout::format_timeout;
use crate::guard::Guard;
use crate::{
    Backend, BoxFuture, Code, Context, Error, Messages, Metadata, Method, Result, Status, Streaming,
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Connections to one gRPC server, made when the first call needs one and again after they were lost; a further one is
/// opened when the others are busy, up to four. Cheap to clone; the clones share the connections.
#[derive(Clone)]
pub struct Channel {
    backend: GrpcBackend<Connections>,
    endpoint: String,
}

impl Channel {
    /// A channel to `endpoint`: `http://host:port`, or just `host:port`.
    ///
    /// It does not connect yet; a server that is not there makes the calls, which need a tokio runtime, fail with
    /// UNAVAILABLE.
    ///
    /// # Errors
    /// An endpoint that is no address.
    pub fn lazy(endpoint: &str) -> Result<Self, Error> {
        Self::with_options(endpoint, ConnectionOptions::default())
    }

    pub(crate) fn with_options(endpoint: &str, options: ConnectionOptions) -> Result<Self, Error> {
        let uri = if endpoint.contains("://") {
            endpoint.to_owned()
        } else {
            format!("http://{endpoint}")
        };
        let wrong = || format!("`{endpoint}` is no endpoint: `http://host:port` was expected");
        let uri: http::Uri = uri
            .parse()
            .map_err(|error| Error::new(wrong()).with_source(error))?;
        let parts = uri.into_parts();
        let authority = parts
            .authority
            .filter(|authority| !authority.host().is_empty())
            .filter(|_| parts.scheme == Some(http::uri::Scheme::HTTP))
            .ok_or_else(|| Error::new(wrong()))?;
        Ok(Self {
            backend: GrpcBackend::new(Connections::new(authority, options)),
            endpoint: endpoint.to_owned(),
        })
    }

    /// The endpoint as it was given.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Waits until there is a connection.
    ///
    /// # Errors
    /// UNAVAILABLE: there is none, and none can be made.
    pub async fn ready(&self) -> Result<()> {
        self.backend.0.ready().await
    }
}

impl Backend for Channel {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        self.backend.call(ctx, method, request)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Channel").field(&self.endpoint).finish()
    }
}

/// Any gRPC service of the tonic world as a [`Backend`]: a channel of one's own making, one behind tower layers, or a
/// server in this process.
#[derive(Clone, Debug)]
pub struct GrpcBackend<S>(S);

impl<S> GrpcBackend<S> {
    /// Calls `service`.
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S> Backend for GrpcBackend<S>
where
    S: GrpcService<tonic::body::Body> + Clone + Send + Sync + 'static,
    S::ResponseBody: Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as Body>::Error: Into<BoxError> + Send,
    S::Future: Send,
{
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        let answer = call(self.0.clone(), ctx.clone(), method.clone(), request);
        if ctx.deadline().is_none() {
            return Box::pin(answer);
        }
        let answer = Guard::remote(&ctx, answer);
        Box::pin(async move { answer.await.map_err(|status| of_deadline(&ctx, status)) })
    }
}

async fn call<S>(service: S, ctx: Context, method: Method, request: Messages) -> Result<Messages>
where
    S: GrpcService<tonic::body::Body> + Send,
    S::ResponseBody: Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as Body>::Error: Into<BoxError> + Send,
    S::Future: Send,
{
    let path = PathAndQuery::try_from(method.path())
        .map_err(|error| Status::internal("the method's path is no path").with_source(error))?;
    let mut grpc = Grpc::new(service);
    grpc.ready().await.map_err(|error| {
        Status::unavailable("the server cannot be reached").with_source(error.into())
    })?;
    let (messages, mut broken) = outgoing(request);
    let mut outgoing = tonic::Request::new(messages);
    *outgoing.metadata_mut() = metadata(&ctx);
    let (headers, messages, _) = broken
        .or(grpc.streaming(outgoing, path, RawCodec))
        .await?
        .into_parts();
    ctx.response_headers()
        .extend(&Metadata::from(headers.into_headers()));
    let mut incoming = Incoming {
        ctx,
        messages,
        broken,
    };
    if method.kind().server_streams() {
        let ctx = incoming.ctx.clone();
        let messages = try_unfold(incoming, |mut incoming| async {
            Ok(incoming.next().await?.map(|message| (message, incoming)))
        });
        return Ok(Messages::Stream(Streaming::new(Guard::remote(
            &ctx, messages,
        ))));
    }
    let Some(message) = incoming.next().await? else {
        return Err(Status::internal("the server answered without a message"));
    };
    match incoming.next().await? {
        Some(_) => Err(Status::internal(
            "the server answered with more than one message",
        )),
        None => Ok(Messages::One(message)),
    }
}

/// The transport watches `grpc-timeout` too, and calls it a cancellation.
fn of_deadline(ctx: &Context, status: Status) -> Status {
    match (status.code(), ctx.remaining()) {
        (Code::Cancelled, Some(Duration::ZERO)) => {
            Status::deadline_exceeded("the deadline has passed").with_source(status)
        }
        _ => status,
    }
}

/// What the context says, as headers.
fn metadata(ctx: &Context) -> MetadataMap {
    let mut headers = ctx.sent_headers();
    if let Some(timeout) = ctx.remaining()
        && let Ok(timeout) = http::HeaderValue::try_from(format_timeout(timeout))
    {
        headers.insert("grpc-timeout", timeout);
    }
    MetadataMap::from_headers(headers)
}

/// The messages of the answer, and behind the last one the trailers.
struct Incoming {
    ctx: Context,
    messages: tonic::Streaming<Bytes>,
    broken: Broken,
}

impl Incoming {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let message = self.broken.or(self.messages.message()).await;
        if let Some(message) = message.map_err(lost::of_stream)? {
            return Ok(Some(message));
        }
        let trailers = self.messages.trailers().await.map_err(Status::from);
        if let Some(trailers) = trailers.map_err(lost::of_stream)? {
            let mut trailers = trailers.into_headers();
            for name in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
                trailers.remove(name);
            }
            self.ctx
                .response_trailers()
                .extend(&Metadata::from(trailers));
        }
        Ok(None)
    }
}

/// Tells when the source of the request's messages has failed.
struct Broken(Option<oneshot::Receiver<Status>>);

impl Broken {
    /// What `answer` brings, unless the request breaks before that.
    async fn or<T>(&mut self, answer: impl Future<Output = Result<T, tonic::Status>>) -> Result<T> {
        let Some(broken) = &mut self.0 else {
            return Ok(answer.await?);
        };
        tokio::pin!(answer);
        tokio::select! {
            biased;
            status = broken => {
                self.0 = None;
                match status {
                    Ok(status) => Err(status),
                    // The request went out whole.
                    Err(_) => Ok(answer.await?),
                }
            }
            answer = &mut answer => Ok(answer?),
        }
    }
}

/// The messages to send, and the status that breaks the call when their source fails.
fn outgoing(request: Messages) -> (Outgoing, Broken) {
    let (failed, broken) = oneshot::channel();
    (
        Outgoing {
            messages: request,
            failed: Some(failed),
        },
        Broken(Some(broken)),
    )
}

/// Messages on their way out. A source that fails stops here without an end, so that the server never takes a part for
/// the whole; the call is then dropped, which resets its stream.
struct Outgoing {
    messages: Messages,
    failed: Option<oneshot::Sender<Status>>,
}

impl Stream for Outgoing {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Option<Bytes>> {
        let this = &mut *self;
        match &mut this.messages {
            Messages::One(message) => {
                let message = std::mem::take(message);
                this.messages = Messages::Stream(Streaming::empty());
                Poll::Ready(Some(message))
            }
            Messages::Stream(messages) => match std::task::ready!(Pin::new(messages).poll_next(cx))
            {
                Some(Ok(message)) => Poll::Ready(Some(message)),
                None if this.failed.is_some() => Poll::Ready(None),
                None => Poll::Pending,
                Some(Err(status)) => {
                    if let Some(failed) = this.failed.take() {
                        let _ = failed.send(status);
                    }
                    Poll::Pending
                }
            },
        }
    }
}
