//! The messages of a stream as the body of an answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Frame;
use tokio::time::{Sleep, sleep};

use super::answer::Writer;
use super::binding::Binding;
use super::body::BrokenOff;
use super::mux::Inner;
use super::upload::Link;
use crate::{Result, Status, Streaming};

/// Messages that are ready at once go into one frame up to this size.
const FRAME_SIZE: usize = 16 * 1024;

/// How the messages of a stream follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// One JSON text a line.
    Lines,
    /// `{"result":...}` a line, and `{"error":...}` at the end, as in grpc-gateway.
    Envelopes,
    /// One JSON array.
    Array,
    /// Server-sent events.
    Events,
    /// The bytes of `google.api.HttpBody` messages, without anything between them.
    Raw,
    /// Serialized messages, each with its length in front as a varint.
    Delimited,
}

/// A stream on its way to the client.
///
/// A stream that fails says so in band where its framing can; where it cannot, and after an array that cannot be closed,
/// the body ends with an error, which cuts the connection: nothing that is incomplete looks complete.
pub(super) struct Frames {
    messages: Streaming<Bytes>,
    first: Option<Bytes>,
    route: (Arc<Inner>, Arc<Binding>),
    /// The upload that the stream answers, if it does.
    link: Option<Link>,
    framing: Framing,
    state: State,
    idle: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
}

enum State {
    /// Before the first message.
    Start,
    Open,
    /// What is left is to fail with that.
    Broken(Status),
    Ended,
}

impl Frames {
    pub(super) fn new(
        first: Option<Bytes>,
        messages: Streaming<Bytes>,
        route: (Arc<Inner>, Arc<Binding>),
        link: Option<Link>,
        framing: Framing,
        idle: Option<Duration>,
    ) -> Self {
        Self {
            messages,
            first,
            route,
            link,
            framing,
            state: State::Start,
            idle,
            timer: None,
        }
    }

    pub(super) fn ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => return Poll::Ready(None),
            State::Broken(status) => return Poll::Ready(Some(Err(BrokenOff(status)))),
            state => self.state = state,
        }
        let mut out = Vec::new();
        while matches!(self.state, State::Start | State::Open) && out.len() < FRAME_SIZE {
            match self.poll_message(cx) {
                Poll::Pending if out.is_empty() => return Poll::Pending,
                Poll::Pending => break,
                Poll::Ready(Some(Ok(message))) => {
                    if let Err(status) = self.write(&message, &mut out) {
                        self.fail(status, &mut out);
                    }
                }
                Poll::Ready(Some(Err(status))) => self.fail(status, &mut out),
                Poll::Ready(None) => self.end(&mut out),
            }
        }
        if out.is_empty() {
            return self.poll_frame(cx);
        }
        Poll::Ready(Some(Ok(Frame::data(out.into()))))
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let polled = Pin::new(&mut self.messages).poll_next(cx);
        let Some(idle) = self.idle else {
            return polled;
        };
        if polled.is_ready() {
            self.timer = None;
            return polled;
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(idle)));
        timer.as_mut().poll(cx).map(|()| {
            self.messages = Streaming::new(Nothing);
            Some(Err(Status::deadline_exceeded(
                "the stream was idle for too long",
            )))
        })
    }

    fn write(&mut self, message: &Bytes, out: &mut Vec<u8>) -> Result<()> {
        let writer = self.writer();
        let started = out.len();
        let first = matches!(self.state, State::Start);
        out.extend_from_slice(match self.framing {
            Framing::Lines | Framing::Raw | Framing::Delimited => b"",
            Framing::Envelopes => b"{\"result\":",
            Framing::Array if first => b"[",
            Framing::Array => b",",
            Framing::Events => b"data: ",
        });
        let written = match self.framing {
            Framing::Raw => writer.write_raw(message, out),
            Framing::Delimited => writer.write_delimited(message, out),
            _ => writer.write_json(message, out),
        };
        if let Err(status) = written {
            out.truncate(started);
            return Err(status);
        }
        out.extend_from_slice(match self.framing {
            Framing::Lines => b"\n",
            Framing::Envelopes => b"}\n",
            Framing::Array | Framing::Raw | Framing::Delimited => b"",
            Framing::Events => b"\n\n",
        });
        self.state = State::Open;
        Ok(())
    }

    fn writer(&self) -> Writer<'_> {
        Writer {
            mux: &self.route.0,
            binding: &self.route.1,
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if self.framing == Framing::Array {
            let empty = matches!(self.state, State::Start);
            out.extend_from_slice(if empty { b"[]" } else { b"]" });
        }
        self.state = State::Ended;
    }

    fn fail(&mut self, status: Status, out: &mut Vec<u8>) {
        let first = matches!(self.state, State::Start);
        // An upload that broke off is why the backend fails, and says more.
        let broken = self.link.as_ref().and_then(Link::failure);
        let status = broken.map_or(status, |failure| failure.status);
        let text = match self.framing {
            Framing::Raw | Framing::Delimited => String::new(),
            _ => self.writer().error_text(&status),
        };
        let text = match self.framing {
            Framing::Raw | Framing::Delimited => text,
            Framing::Lines | Framing::Envelopes => format!("{{\"error\":{text}}}\n"),
            Framing::Events => format!("event: error\ndata: {text}\n\n"),
            Framing::Array if first => format!("[{{\"error\":{text}}}"),
            Framing::Array => format!(",{{\"error\":{text}}}"),
        };
        out.extend_from_slice(text.as_bytes());
        self.state = match self.framing {
            Framing::Raw | Framing::Delimited | Framing::Array => State::Broken(status),
            _ => State::Ended,
        };
    }
}

struct Nothing;

impl Stream for Nothing {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        Poll::Ready(None)
    }
}
