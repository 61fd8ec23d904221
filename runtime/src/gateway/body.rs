//! The body of an answer.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};

use super::frames::Frames;

/// The body of an answer: bytes that are there as a whole, or the messages of a stream as they come.
///
/// A stream that breaks off ends with an error, so that the connection tells the client: it never looks complete.
pub struct Body(Kind);

enum Kind {
    Full(Bytes),
    WithTrailers(Bytes, Box<HeaderMap>),
    Stream(Box<Frames>),
}

impl Body {
    /// No bytes.
    pub fn empty() -> Self {
        Self::full(Bytes::new())
    }

    /// These bytes.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Full(bytes.into()))
    }

    /// The same with trailers behind it, if it is there as a whole.
    pub(super) fn with_trailers(self, trailers: HeaderMap) -> Self {
        match self.0 {
            Kind::Full(bytes) | Kind::WithTrailers(bytes, _) => {
                Self(Kind::WithTrailers(bytes, Box::new(trailers)))
            }
            stream @ Kind::Stream(_) => Self(stream),
        }
    }

    /// The same between two texts, if it is there as a whole.
    pub(super) fn enveloped(self, before: &str, after: &str) -> Self {
        match self.0 {
            Kind::Full(bytes) => Self::full([before.as_bytes(), &bytes, after.as_bytes()].concat()),
            other => Self(other),
        }
    }

    pub(super) fn stream(frames: Frames) -> Self {
        Self(Kind::Stream(Box::new(frames)))
    }
}

/// Why a body of an answer broke off.
#[derive(Debug)]
pub struct BrokenOff(pub(super) crate::Status);

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stream broke off: {}", self.0)
    }
}

impl std::error::Error for BrokenOff {}

impl From<Infallible> for BrokenOff {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match &mut self.0 {
            Kind::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::WithTrailers(bytes, trailers) => {
                let frame = if bytes.is_empty() {
                    let trailers = std::mem::take(&mut **trailers);
                    self.0 = Kind::Full(Bytes::new());
                    Frame::trailers(trailers)
                } else {
                    Frame::data(std::mem::take(bytes))
                };
                Poll::Ready(Some(Ok(frame)))
            }
            Kind::Stream(frames) => frames.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full(bytes) => bytes.is_empty(),
            Kind::WithTrailers(..) => false,
            Kind::Stream(frames) => frames.ended(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::WithTrailers(bytes, _) => {
                let mut hint = SizeHint::new();
                hint.set_lower(bytes.len() as u64);
                hint
            }
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Full(bytes) | Kind::WithTrailers(bytes, _) => {
                write!(f, "Body({} bytes)", bytes.len())
            }
            Kind::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}
