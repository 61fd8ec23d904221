//! Keeps a handler within its bounds: the deadline of the call, and panics that must not take the connection along.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::{Context, Result, Status, Streaming};

/// A future or a stream that ends with DEADLINE_EXCEEDED when its time is up and with INTERNAL when it panics.
pub(crate) struct Guard<T> {
    inner: Pin<Box<T>>,
    deadline: Option<std::time::Instant>,
    /// Set while something is waited for: most calls are over before they have to wait.
    timer: Option<Pin<Box<Sleep>>>,
    panics: Panics,
}

/// What to do with a panic.
#[derive(Clone, Copy)]
enum Panics {
    Catch,
    Pass,
}

impl<T> Guard<T> {
    /// Guards what a handler of this process does.
    pub(crate) fn handler(ctx: &Context, inner: T) -> Self {
        Self {
            inner: Box::pin(inner),
            deadline: ctx.deadline(),
            timer: None,
            panics: Panics::Catch,
        }
    }

    /// Guards what is awaited from elsewhere: only the deadline matters.
    pub(crate) fn remote(ctx: &Context, inner: T) -> Self {
        Self {
            inner: Box::pin(inner),
            deadline: ctx.deadline(),
            timer: None,
            panics: Panics::Pass,
        }
    }

    fn poll<R>(
        &mut self,
        cx: &mut Task<'_>,
        poll: impl FnOnce(Pin<&mut T>, &mut Task<'_>) -> Poll<R>,
    ) -> Poll<Result<R>> {
        let inner = self.inner.as_mut();
        let polled = match self.panics {
            Panics::Pass => poll(inner, cx),
            Panics::Catch => match catch_unwind(AssertUnwindSafe(|| poll(inner, cx))) {
                Ok(polled) => polled,
                Err(panic) => return Poll::Ready(Err(panicked(&*panic))),
            },
        };
        if let Poll::Ready(value) = polled {
            return Poll::Ready(Ok(value));
        }
        let Some(deadline) = self.deadline else {
            return Poll::Pending;
        };
        let start = || Box::pin(sleep_until(Instant::from_std(deadline)));
        let timer = self.timer.get_or_insert_with(start);
        timer
            .as_mut()
            .poll(cx)
            .map(|()| Err(Status::deadline_exceeded("the deadline has passed")))
    }
}

impl<T, R> Future for Guard<T>
where
    T: Future<Output = Result<R>>,
{
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Result<R>> {
        Guard::poll(&mut self, cx, |inner, cx| inner.poll(cx))
            .map(|polled| polled.and_then(|result| result))
    }
}

impl<T, R> Stream for Guard<T>
where
    T: Stream<Item = Result<R>>,
{
    type Item = Result<R>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Option<Result<R>>> {
        Guard::poll(&mut self, cx, |inner, cx| inner.poll_next(cx)).map(|polled| match polled {
            Ok(item) => item,
            Err(status) => Some(Err(status)),
        })
    }
}

/// The messages of `stream`, each turned by `turn`, under the guard of a handler.
pub(crate) fn guarded<T, R>(
    ctx: &Context,
    stream: Streaming<T>,
    turn: impl FnMut(T) -> Result<R> + Send + 'static,
) -> Streaming<R>
where
    T: 'static,
    R: 'static,
{
    Streaming::new(Guard::handler(ctx, Mapped { stream, turn }))
}

/// The messages of `stream`, each turned by `turn`.
pub(crate) fn mapped<T: 'static, R: 'static>(
    stream: impl Stream<Item = Result<T>> + Send + 'static,
    turn: impl FnMut(T) -> Result<R> + Send + 'static,
) -> Streaming<R> {
    Streaming::new(Mapped {
        stream: Box::pin(stream),
        turn,
    })
}

struct Mapped<S, F> {
    stream: S,
    turn: F,
}

impl<S: Unpin, F> Unpin for Mapped<S, F> {}

impl<S, F, T, R> Stream for Mapped<S, F>
where
    S: Stream<Item = Result<T>> + Unpin,
    F: FnMut(T) -> Result<R>,
{
    type Item = Result<R>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<Option<Result<R>>> {
        let this = &mut *self;
        Pin::new(&mut this.stream)
            .poll_next(cx)
            .map(|item| item.map(|item| item.and_then(&mut this.turn)))
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Status {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(
        panic = text.unwrap_or("a value that is no text"),
        "a handler panicked"
    );
    Status::internal("the handler panicked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use std::time::Duration;

    #[tokio::test]
    async fn a_panic_becomes_internal() {
        let guard = Guard::handler(&Context::new(), async { panic!("boom") as Result<()> });
        let status = guard.await.unwrap_err();
        assert_eq!(
            (status.code(), status.message()),
            (Code::Internal, "the handler panicked")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_ends_at_the_deadline() {
        let ctx = Context::new().with_timeout(Duration::from_secs(1));
        let endless = tokio_stream::pending::<Result<u8>>();
        let mut guard = guarded(&ctx, Streaming::new(endless), Ok);
        assert_eq!(
            guard.message().await.unwrap_err().code(),
            Code::DeadlineExceeded
        );
        assert_eq!(guard.message().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_stream_that_panics_ends() {
        let mut guard = guarded(
            &Context::new(),
            Streaming::new(tokio_stream::iter([Ok(1)])),
            |_| -> Result<u8> { panic!("boom") },
        );
        assert_eq!(guard.message().await.unwrap_err().code(), Code::Internal);
        assert_eq!(guard.message().await.unwrap(), None);
    }
}
