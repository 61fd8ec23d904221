//! One gRPC request to its handler and back.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use tokio::sync::watch;
use tonic::server::{Grpc, StreamingService, UnaryService};

use super::caller::Caller;
use super::codec::RawCodec;
use super::format::Format;
use super::json::Transcoder;
use super::parse_timeout;
use crate::guard::{Guard, mapped};
use crate::{
    Backend as _, BoxFuture, Context, Kind, Messages, Metadata, Method, Routes, Status, Streaming,
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The largest message that is taken, as gRPC's other servers have it by default.
const MAX_MESSAGE: usize = 4 * 1024 * 1024;

/// Whether the request says that it is gRPC.
pub(crate) fn is_grpc<B>(request: &Request<B>) -> bool {
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .map(http::HeaderValue::as_bytes);
    kind.is_some_and(|kind| {
        kind.starts_with(b"application/grpc") && !kind.starts_with(b"application/grpc-web")
    })
}

/// Serves one gRPC request by `routes`.
pub(crate) async fn serve<B>(
    routes: &Routes,
    request: Request<B>,
    peer: Option<SocketAddr>,
    cutting: &watch::Receiver<bool>,
) -> Response<GrpcBody>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError> + Send,
{
    let caller = Caller::of(request.uri().path(), request.headers());
    let (method, format, transcoder, timeout) = match accept(routes, &request, &caller) {
        Ok(accepted) => accepted,
        Err(status) => return refusal(caller.status(status)),
    };
    let mut grpc = Grpc::new(RawCodec).max_decoding_message_size(MAX_MESSAGE);
    #[cfg(feature = "gzip")]
    {
        use tonic::codec::CompressionEncoding::Gzip;
        // Only a caller that says that it understands gzip gets it.
        grpc = grpc.accept_compressed(Gzip).send_compressed(Gzip);
    }
    let kind = method.kind();
    let mut call = Call {
        routes: routes.clone(),
        method,
        transcoder,
        timeout,
        peer,
        caller,
        cutting: kind.server_streams().then(|| cutting.clone()),
        ctx: Context::new(),
    };
    // A server-streaming call goes the streaming way too: some clients never half-close it, and the unary way waits
    // for that before it calls the handler.
    let mut response = match kind {
        Kind::Unary => grpc.unary(&mut call, request).await,
        _ => grpc.streaming(&mut call, request).await,
    };
    if let Some(content_type) = format.content_type() {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response.map(|body| GrpcBody {
        body,
        ctx: call.ctx,
    })
}

type Accepted = (Method, Format, Option<Transcoder>, Option<Duration>);

/// What a request asks for.
fn accept<B>(routes: &Routes, request: &Request<B>, caller: &Caller) -> Result<Accepted, Status> {
    let format = Format::of(request.headers().get(CONTENT_TYPE))?;
    let method = routes.resolve(request.uri().path())?;
    let transcoder = match format {
        Format::Json => Some(routes.descriptor(&method).ok_or_else(|| {
            Status::unimplemented(format!(
                "{} takes no JSON: its descriptors are not known here",
                method.path()
            ))
        })?),
        Format::Plain | Format::Proto => None,
    };
    let timeout = timeout(request.headers(), caller)?;
    Ok((method, format, transcoder.map(Transcoder::of), timeout))
}

/// The time that the caller gives, by the header of gRPC and by go-micro's, which counts nanoseconds.
fn timeout(headers: &HeaderMap, caller: &Caller) -> Result<Option<Duration>, Status> {
    let micro = headers.get("timeout").filter(|_| caller.is_micro());
    let micro =
        micro.and_then(|value| Some(Duration::from_nanos(value.to_str().ok()?.parse().ok()?)));
    let Some(value) = headers.get("grpc-timeout") else {
        return Ok(micro);
    };
    match value.to_str().ok().and_then(parse_timeout) {
        Some(timeout) => Ok(Some(micro.map_or(timeout, |micro| micro.min(timeout)))),
        None => Err(Status::invalid_argument(
            "`grpc-timeout` must be at most eight digits and one of H, M, S, m, u, n",
        )),
    }
}

/// A response that consists of a status alone.
fn refusal(status: Status) -> Response<GrpcBody> {
    let response = tonic::Status::from(status).into_http::<tonic::body::Body>();
    response.map(|body| GrpcBody {
        body,
        ctx: Context::new(),
    })
}

struct Call {
    routes: Routes,
    method: Method,
    transcoder: Option<Transcoder>,
    timeout: Option<Duration>,
    peer: Option<SocketAddr>,
    caller: Caller,
    /// For a method that answers with a stream: becomes true when the server is about to stop.
    cutting: Option<watch::Receiver<bool>>,
    ctx: Context,
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<tonic::Response<T>, tonic::Status>> + Send>>;

impl Call {
    /// Calls the handler; what is to be sent back are the messages, after the headers that it has set.
    fn call(
        &mut self,
        metadata: tonic::metadata::MetadataMap,
        request: impl Future<Output = Result<Messages, Status>> + Send + 'static,
    ) -> impl Future<Output = Result<(HeaderMap, Messages), tonic::Status>> + Send + 'static {
        let mut headers = metadata.into_headers();
        self.caller.strip(&mut headers);
        let mut ctx = Context::incoming(Metadata::from(headers), self.peer);
        if let Some(timeout) = self.timeout {
            ctx = ctx.with_timeout(timeout);
        }
        self.ctx = ctx.clone();
        let (routes, method) = (self.routes.clone(), self.method.clone());
        let (caller, transcoder) = (self.caller.clone(), self.transcoder);
        async move {
            let request = Guard::remote(&ctx, request).await;
            let answer = match (request, transcoder) {
                (Ok(request), None) => routes.call(ctx.clone(), &method, request).await,
                (Ok(request), Some(json)) => match json.request(request) {
                    Ok(request) => routes
                        .call(ctx.clone(), &method, request)
                        .await
                        .and_then(|response| json.response(response)),
                    Err(status) => Err(status),
                },
                (Err(status), _) => Err(status),
            };
            let headers = std::mem::take(&mut *ctx.response_headers()).into_headers();
            match answer {
                Ok(messages) => Ok((headers, messages)),
                Err(status) => {
                    let mut status = caller.status(status);
                    status.metadata_mut().extend(&Metadata::from(headers));
                    status
                        .metadata_mut()
                        .extend(&std::mem::take(&mut *ctx.response_trailers()));
                    Err(status.into())
                }
            }
        }
    }
}

impl UnaryService<Bytes> for &mut Call {
    type Response = Bytes;
    type Future = Answer<Bytes>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        let (metadata, _, message) = request.into_parts();
        let answer = Call::call(self, metadata, async move { Ok(Messages::One(message)) });
        Box::pin(async move {
            match answer.await? {
                (headers, Messages::One(message)) => Ok(response(headers, message)),
                (_, Messages::Stream(_)) => Err(tonic::Status::internal(
                    "a unary method answered with a stream",
                )),
            }
        })
    }
}

impl StreamingService<Bytes> for &mut Call {
    type Response = Bytes;
    type ResponseStream = TonicStream;
    type Future = Answer<TonicStream>;

    fn call(&mut self, request: tonic::Request<tonic::Streaming<Bytes>>) -> Self::Future {
        let (metadata, _, messages) = request.into_parts();
        let mut messages = mapped(FromTonic(messages), Ok);
        let client_streams = self.method.kind().client_streams();
        let request = async move {
            if client_streams {
                return Ok(Messages::Stream(messages));
            }
            match messages.message().await? {
                Some(message) => Ok(Messages::One(message)),
                None => Err(Status::internal("the request has no message")),
            }
        };
        let (caller, cutting) = (self.caller.clone(), self.cutting.take());
        let answer = Call::call(self, metadata, request);
        Box::pin(async move {
            let (headers, messages) = answer.await?;
            let messages = TonicStream {
                messages,
                cut: cutting.map(|cutting| Box::pin(cut(cutting)) as _),
                caller,
            };
            Ok(response(headers, messages))
        })
    }
}

fn response<T>(headers: HeaderMap, message: T) -> tonic::Response<T> {
    let mut response = tonic::Response::new(message);
    *response.metadata_mut() = tonic::metadata::MetadataMap::from_headers(headers);
    response
}

/// Whether only the protocol itself may send that trailer.
fn reserved(name: Option<&HeaderName>) -> bool {
    name.is_some_and(|name| name.as_str().starts_with("grpc-"))
}

/// A stream of tonic's with our status.
pub(super) struct FromTonic<T>(pub(super) tonic::Streaming<T>);

impl<T> Stream for FromTonic<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Option<Result<T, Status>>> {
        Pin::new(&mut self.0)
            .poll_next(cx)
            .map(|item| item.map(|item| item.map_err(Status::from)))
    }
}

/// Our messages with tonic's status.
pub(super) struct TonicStream {
    messages: Messages,
    /// Ready when the server stops and waits no longer.
    cut: Option<BoxFuture<()>>,
    caller: Caller,
}

/// Ready when the server stops and waits no longer.
async fn cut(mut cutting: watch::Receiver<bool>) {
    if cutting.wait_for(|cut| *cut).await.is_err() {
        // The server is gone, and the connection goes with it.
        std::future::pending().await
    }
}

impl Stream for TonicStream {
    type Item = Result<Bytes, tonic::Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        match &mut this.messages {
            Messages::Stream(messages) => {
                let item = match Pin::new(messages).poll_next(cx) {
                    Poll::Ready(item) => item,
                    Poll::Pending => {
                        let cut = this.cut.as_mut().map(|cut| cut.as_mut().poll(cx));
                        let Some(Poll::Ready(())) = cut else {
                            return Poll::Pending;
                        };
                        this.cut = None;
                        this.messages = Messages::Stream(Streaming::empty());
                        Some(Err(Status::unavailable("the server stops")))
                    }
                };
                Poll::Ready(
                    item.map(|item| item.map_err(|status| this.caller.status(status).into())),
                )
            }
            Messages::One(message) => {
                let message = std::mem::take(message);
                this.messages = Messages::Stream(Streaming::empty());
                Poll::Ready(Some(Ok(message)))
            }
        }
    }
}

/// The body of a gRPC response: tonic's, with the trailers that the handler has set.
pub(crate) struct GrpcBody {
    body: tonic::body::Body,
    ctx: Context,
}

impl Body for GrpcBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| match frame {
            Ok(frame) => match frame.into_trailers() {
                Ok(mut trailers) => {
                    let set = std::mem::take(&mut *self.ctx.response_trailers()).into_headers();
                    trailers.extend(set.into_iter().filter(|(name, _)| !reserved(name.as_ref())));
                    Ok(Frame::trailers(trailers))
                }
                Err(frame) => Ok(frame),
            },
            Err(status) => Err(status.into()),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
