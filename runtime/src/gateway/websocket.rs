//! Methods that stream, over WebSocket (RFC 6455).
//!
//! A handshake at a path takes the rule of GET there or, where that is none of a method that streams, the rule of POST. Each
//! message is one JSON text: of a request on the way in, of an answer on the way out. Path and query set fields of every
//! request; where the client does not stream and the rule has no `body`, they are all of it, and the call starts at once. An empty message from the client ends its stream, so that it can wait for the answers; closing the socket cancels
//! the call. At the end the server closes it: with 1000 after the last answer, and with 1011 after a message
//! `{"error":{...}}`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method as HttpMethod, Response, StatusCode, Uri};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::answer::Writer;
use super::binding::{Binding, BodyRule};
use super::body::Body;
use super::error::Failure;
use super::headers::Head;
use super::options::{Options, WebSocketOrigins};
use super::request;
use crate::{BoxFuture, Context, Kind, Messages, Result, Status, Streaming};

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Whether a request asks for a WebSocket.
pub(super) fn is_handshake(headers: &HeaderMap) -> bool {
    headers
        .get(UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The methods whose rules may take a handshake, the best first.
pub(super) const METHODS: [HttpMethod; 2] = [HttpMethod::GET, HttpMethod::POST];

/// Whether a handshake can take that rule.
pub(super) fn fits(binding: &Binding) -> bool {
    binding.method.kind() != Kind::Unary
}

/// Answers a handshake; the call goes on when the socket is there.
pub(super) fn answer(
    head: &Arc<Head>,
    binding: &Arc<Binding>,
    path: &str,
    upgrade: Option<OnUpgrade>,
) -> Result<Response<Body>, Failure> {
    let headers = &head.parts.headers;
    let key = headers.get(SEC_WEBSOCKET_KEY);
    let (Some(key), Some(upgrade)) = (key, upgrade) else {
        return Err(
            Status::invalid_argument("the request is no WebSocket handshake of HTTP/1.1").into(),
        );
    };
    if headers
        .get(SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        let status = Status::invalid_argument("only version 13 of WebSocket is spoken here");
        return Err(Failure::new(StatusCode::UPGRADE_REQUIRED, status));
    }
    if !origin_fits(headers, &head.mux.options) {
        return Err(Status::permission_denied(
            "a page of this origin must not open a WebSocket here",
        )
        .into());
    }
    let call = Call {
        fields: request::fields(&head.mux, binding, path, &head.parts)?,
        ctx: head.context(None)?,
        head: head.clone(),
        binding: binding.clone(),
    };
    let accept = derive_accept_key(key.as_bytes());
    tokio::spawn(async move {
        match upgrade.await {
            Ok(upgraded) => call.run(upgraded).await,
            Err(error) => tracing::debug!(%error, "a WebSocket was not opened"),
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let out = response.headers_mut();
    out.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    out.insert(UPGRADE, HeaderValue::from_static("websocket"));
    out.extend(
        HeaderValue::try_from(accept)
            .ok()
            .map(|accept| (SEC_WEBSOCKET_ACCEPT, accept)),
    );
    Ok(response)
}

/// A browser sends the user's cookies with a handshake from any page, and says which page that is.
fn origin_fits(headers: &HeaderMap, options: &Options) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let origin = origin.to_str().unwrap_or_default();
    match &options.websocket_origins {
        WebSocketOrigins::Any => true,
        WebSocketOrigins::Only(origins) => origins
            .iter()
            .any(|known| known.eq_ignore_ascii_case(origin)),
        WebSocketOrigins::Same => {
            let host = headers.get(HOST).and_then(|host| host.to_str().ok());
            let page = origin.parse::<Uri>().ok();
            let page = page
                .as_ref()
                .and_then(Uri::authority)
                .map(|authority| authority.as_str());
            page.zip(host)
                .is_some_and(|(page, host)| page.eq_ignore_ascii_case(host))
        }
    }
}

/// A call by a WebSocket.
struct Call {
    head: Arc<Head>,
    binding: Arc<Binding>,
    ctx: Context,
    fields: Vec<u8>,
}

/// What the call has come to.
enum State {
    /// The backend has not answered yet.
    Called(BoxFuture<Result<Messages>>),
    Answering(Streaming<Bytes>),
    /// The one answer has been given.
    Answered,
}

/// How a call goes on.
enum Step {
    Answer(Bytes),
    End,
}

impl Call {
    async fn run(self, upgraded: hyper::upgrade::Upgraded) {
        let most = self.head.mux.options.limits.max_message_bytes;
        let config = WebSocketConfig::default()
            .max_message_size(Some(most))
            .max_frame_size(Some(most));
        let mut socket =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config))
                .await;
        let end = match self.serve(&mut socket).await {
            Ok(Some(())) => close_frame(CloseCode::Normal, ""),
            // The client is gone; what the call still holds is dropped, which cancels it.
            Ok(None) => return,
            Err(status) => {
                let text = format!("{{\"error\":{}}}", self.writer().error_text(&status));
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
                close_frame(CloseCode::Error, status.code().name())
            }
        };
        // A client that is gone needs no goodbye.
        let _ = socket.close(Some(end)).await;
    }

    /// Carries messages both ways until the call is over; `None` if the client closed the socket.
    async fn serve(&self, socket: &mut Socket) -> Result<Option<()>> {
        let streams = self.binding.method.kind().client_streams();
        let (sender, receiver) = mpsc::channel(1);
        let mut sender = Some(sender);
        let mut state = None;
        let mut receiver = Some(receiver);
        let idle = self.head.mux.options.limits.stream_idle_timeout;
        if streams {
            state = Some(self.call(Messages::Stream(Streaming::new(Received(receiver.take())))));
        } else if self.binding.body == BodyRule::Unmapped {
            state = Some(self.call(Messages::One(self.fields.clone().into())));
        }
        let mut waiting: Option<Result<Bytes>> = None;
        loop {
            tokio::select! {
                // Answers first, so that the client is never ahead of what it is told.
                biased;
                step = next(state.as_mut()) => match step? {
                    Step::Answer(message) => {
                        let text = self.text(&message)?;
                        if socket.send(Message::text(text)).await.is_err() {
                            return Ok(None);
                        }
                    }
                    Step::End => return Ok(Some(())),
                },
                () = hand_over(sender.as_ref(), &mut waiting), if waiting.is_some() => {}
                message = socket.next(), if waiting.is_none() => match self.receive(message)? {
                    Incoming::Closed => return Ok(None),
                    Incoming::Nothing => {}
                    Incoming::End => sender = None,
                    Incoming::Message(message) if streams => waiting = Some(Ok(message)),
                    Incoming::Message(message) if state.is_none() => {
                        state = Some(self.call(Messages::One(message)));
                    }
                    Incoming::Message(_) => {
                        return Err(Status::invalid_argument("the method takes no further message"));
                    }
                },
                () = after(idle) => return Err(Status::deadline_exceeded("the stream was idle for too long")),
            }
        }
    }

    fn call(&self, request: Messages) -> State {
        State::Called(
            self.binding
                .backend
                .call(self.ctx.clone(), &self.binding.method, request),
        )
    }

    fn receive(&self, message: Option<Result<Message, SocketError>>) -> Result<Incoming> {
        let text = match message {
            Some(Ok(Message::Text(text))) => Bytes::from(text),
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Close(_)) | Err(SocketError::ConnectionClosed)) | None => {
                return Ok(Incoming::Closed);
            }
            Some(Ok(_)) => return Ok(Incoming::Nothing),
            Some(Err(SocketError::Capacity(_))) => {
                let most = self.head.mux.options.limits.max_message_bytes;
                return Err(Status::resource_exhausted(format!(
                    "the message is larger than {most} bytes"
                )));
            }
            Some(Err(error)) => {
                tracing::debug!(%error, "a WebSocket broke");
                return Ok(Incoming::Closed);
            }
        };
        if text.is_empty() {
            return Ok(Incoming::End);
        }
        let rule = match self.binding.body {
            BodyRule::Unmapped => BodyRule::WHOLE,
            rule => rule,
        };
        let mut message = request::read_json(&self.head.mux, &self.binding, rule, &text)?;
        message.extend_from_slice(&self.fields);
        Ok(Incoming::Message(message.into()))
    }

    fn text(&self, message: &[u8]) -> Result<String> {
        let mut out = Vec::with_capacity(message.len() * 2);
        self.writer().write_json(message, &mut out)?;
        String::from_utf8(out)
            .map_err(|error| Status::internal("an answer is not UTF-8").with_source(error))
    }

    fn writer(&self) -> Writer<'_> {
        Writer {
            mux: &self.head.mux,
            binding: &self.binding,
        }
    }
}

/// What came from the client.
enum Incoming {
    Message(Bytes),
    /// The end of its stream.
    End,
    /// A ping or a pong.
    Nothing,
    Closed,
}

/// The next thing that the call does; nothing before it is made.
async fn next(state: Option<&mut State>) -> Result<Step> {
    let Some(state) = state else {
        return std::future::pending().await;
    };
    loop {
        match state {
            State::Called(answer) => match answer.await? {
                Messages::One(message) => {
                    *state = State::Answered;
                    return Ok(Step::Answer(message));
                }
                Messages::Stream(messages) => *state = State::Answering(messages),
            },
            State::Answering(messages) => {
                return Ok(messages.message().await?.map_or(Step::End, Step::Answer));
            }
            State::Answered => return Ok(Step::End),
        }
    }
}

/// Comes back after that time, if there is one.
async fn after(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// Gives the waiting message to the backend when it takes one.
async fn hand_over(
    sender: Option<&mpsc::Sender<Result<Bytes>>>,
    waiting: &mut Option<Result<Bytes>>,
) {
    let Some(sender) = sender else {
        // What comes after the end of the stream is dropped.
        *waiting = None;
        return;
    };
    let permit = sender.reserve().await;
    if let (Ok(permit), Some(message)) = (permit, waiting.take()) {
        permit.send(message);
    }
}

/// The messages of the client as the backend takes them.
struct Received(Option<mpsc::Receiver<Result<Bytes>>>);

impl Stream for Received {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Some(receiver) => receiver.poll_recv(cx),
            None => Poll::Ready(None),
        }
    }
}

fn close_frame(code: CloseCode, reason: &'static str) -> CloseFrame {
    CloseFrame {
        code,
        reason: reason.into(),
    }
}
