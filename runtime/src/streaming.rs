//! A stream of messages.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::Result;

/// A stream of messages, in either direction.
///
/// A handler takes one as the requests of its client and answers with one:
///
/// ```
/// # use rmicro::Streaming;
/// let three = Streaming::new(tokio_stream::iter([Ok(1), Ok(2), Ok(3)]));
/// # let _: Streaming<i32> = three;
/// ```
///
/// An item `Err` ends the stream: what comes after it is not read. Dropping the stream cancels the call behind it.
pub struct Streaming<T>(Option<Pin<Box<dyn Stream<Item = Result<T>> + Send>>>);

impl<T> Streaming<T> {
    /// The messages of `stream`.
    pub fn new(stream: impl Stream<Item = Result<T>> + Send + 'static) -> Self {
        Self(Some(Box::pin(stream)))
    }

    /// No messages.
    pub fn empty() -> Self {
        Self(None)
    }

    /// The next message; `None` at the end.
    ///
    /// # Errors
    /// The status that the sender ended the stream with.
    pub async fn message(&mut self) -> Result<Option<T>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<T> Stream for Streaming<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let Some(stream) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let item = std::task::ready!(stream.as_mut().poll_next(cx));
        if !matches!(item, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0
            .as_ref()
            .map_or((0, Some(0)), |stream| stream.size_hint())
    }
}

impl<T> fmt::Debug for Streaming<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("ended", &self.0.is_none())
            .finish_non_exhaustive()
    }
}
