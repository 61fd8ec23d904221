//! The messages of a client that streams.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use tokio::sync::Notify;

use super::binding::{Binding, BodyRule, Content};
use super::error::Failure;
use super::incoming::{BoxError, Chunks, too_large};
use super::mux::Inner;
use super::request;
use crate::json::Splitter;
use crate::{Result, Status, Streaming};

/// What an upload tells whoever answers.
#[derive(Clone, Default)]
pub(super) struct Link(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Why it broke off: what the backend makes of it says less.
    failure: Mutex<Option<Failure>>,
    waits: Notify,
}

impl Link {
    /// Why the upload broke off, if it did; it is told once.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.0
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Comes back when the upload waits for the client.
    pub(super) async fn waits(&self) {
        self.0.waits.notified().await;
    }

    fn fail(&self, failure: Failure) {
        *self
            .0
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }
}

/// The messages of a body: JSON texts one after the other or as an array, or, for an HttpBody, its bytes as they come.
///
/// Nothing is read before the backend asks for it, so that the client sends no faster than messages are taken. What path
/// and query set is set in every message.
pub(super) struct Upload<B> {
    chunks: Chunks<Pin<Box<B>>>,
    /// `None` for raw bytes.
    splitter: Option<Splitter>,
    mux: Arc<Inner>,
    binding: Arc<Binding>,
    headers: HeaderMap,
    /// What path and query set, on the wire.
    fields: Vec<u8>,
    link: Link,
    /// The bytes that came since the last message was whole.
    waiting: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first message.
    Start,
    Open,
    /// The body is over; the splitter may have a value left.
    Ended,
}

impl<B> Upload<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    /// The messages of `body`.
    pub(super) fn messages(
        mux: &Arc<Inner>,
        binding: &Arc<Binding>,
        headers: &HeaderMap,
        fields: Vec<u8>,
        body: B,
        link: Link,
    ) -> Streaming<Bytes> {
        let limits = &mux.options.limits;
        let timeout = limits
            .stream_idle_timeout
            .unwrap_or(std::time::Duration::MAX);
        let splitter = match binding.body {
            BodyRule::Whole(Content::Raw) | BodyRule::Field(_, Content::Raw) => None,
            _ => Some(Splitter::new(limits.max_message_bytes)),
        };
        Streaming::new(Self {
            chunks: Chunks::new(Box::pin(body), timeout),
            splitter,
            mux: mux.clone(),
            binding: binding.clone(),
            headers: headers.clone(),
            fields,
            link,
            waiting: 0,
            state: State::Start,
        })
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Failure>> {
        loop {
            if let Some(splitter) = &mut self.splitter {
                let found = match self.state {
                    State::Ended => splitter.finish(),
                    _ => splitter.next_value(),
                };
                let most = self.mux.options.limits.max_message_bytes;
                match found {
                    Ok(Some(json)) => {
                        self.waiting = 0;
                        return Poll::Ready(self.json_message(&json).map(Some));
                    }
                    Ok(None) => {}
                    Err(_) if self.waiting > most => return Poll::Ready(Err(too_large(most))),
                    Err(error) => {
                        return Poll::Ready(
                            Err(Status::invalid_argument(error.to_string()).into()),
                        );
                    }
                }
            }
            if self.state == State::Ended {
                return Poll::Ready(Ok(None));
            }
            let Poll::Ready(chunk) = self.chunks.poll_chunk(cx)? else {
                self.link.0.waits.notify_one();
                return Poll::Pending;
            };
            match (chunk, &mut self.splitter) {
                (Some(chunk), Some(splitter)) => {
                    self.waiting += chunk.len();
                    splitter.push(&chunk);
                }
                (Some(chunk), None) => {
                    self.state = State::Open;
                    return Poll::Ready(Ok(Some(self.raw_message(&chunk))));
                }
                (None, Some(_)) => self.state = State::Ended,
                (None, None) => {
                    // The one message of an empty upload carries what the path says.
                    let started = self.state == State::Open;
                    self.state = State::Ended;
                    return Poll::Ready(Ok((!started).then(|| self.raw_message(b""))));
                }
            }
        }
    }

    fn json_message(&self, json: &[u8]) -> Result<Bytes, Failure> {
        let mut message = request::read_json(&self.mux, &self.binding, self.binding.body, json)?;
        message.extend_from_slice(&self.fields);
        Ok(message.into())
    }

    fn raw_message(&self, bytes: &[u8]) -> Bytes {
        let mut message = request::raw_body(self.binding.body, &self.headers, bytes);
        message.extend_from_slice(&self.fields);
        message.into()
    }
}

impl<B> Stream for Upload<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let polled = ready!(self.poll_message(cx));
        Poll::Ready(match polled {
            Ok(message) => message.map(Ok),
            Err(failure) => {
                let status = failure.status.clone();
                self.link.fail(failure);
                self.state = State::Ended;
                self.splitter = None;
                Some(Err(status))
            }
        })
    }
}
