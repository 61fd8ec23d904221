//! Tasks that feed watches.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Event, Watch};
use crate::{Result, Streaming};

/// How many events a watch may be behind before its task waits.
const BEHIND: usize = 256;

/// Where the task of a watch puts its events.
#[derive(Debug)]
pub(super) struct Feed(mpsc::Sender<Result<Event>>);

impl Feed {
    /// Tells `events` as soon as there is room for them.
    pub(super) async fn tell(&self, events: Vec<Event>) {
        for event in events {
            // An error says that nobody listens; the task is about to be stopped.
            let _ = self.0.send(Ok(event)).await;
        }
    }
}

/// A watch that is fed by what `task` makes, which stops when the watch is dropped.
pub(super) fn watch<F>(task: impl FnOnce(Feed) -> F) -> Watch
where
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, events) = mpsc::channel(BEHIND);
    let task = Task(tokio::spawn(task(Feed(sender))));
    Streaming::new(Fed {
        events,
        _task: task,
    })
}

struct Fed {
    events: mpsc::Receiver<Result<Event>>,
    _task: Task,
}

impl Stream for Fed {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(cx)
    }
}

/// A task that stops when this is dropped.
#[derive(Debug)]
pub(super) struct Task(pub(super) JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
