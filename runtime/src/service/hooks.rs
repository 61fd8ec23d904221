//! What a program does around the life of its service.

use std::fmt;
use std::future::Future;

use crate::{BoxFuture, Error};

/// The hooks of a service.
#[derive(Debug, Default)]
pub(super) struct Hooks {
    pub(super) before_start: Queue,
    pub(super) after_start: Queue,
    pub(super) before_stop: Queue,
    pub(super) after_stop: Queue,
}

type Hook = Box<dyn FnOnce() -> BoxFuture<Result<(), Error>> + Send>;

/// Hooks of one moment, in the order of their registration.
#[derive(Default)]
pub(super) struct Queue(Vec<Hook>);

impl Queue {
    pub(super) fn push<F, Fut>(&mut self, hook: F)
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.0.push(Box::new(move || Box::pin(hook())));
    }

    /// Runs the hooks one after the other, until one fails.
    pub(super) async fn run(&mut self) -> Result<(), Error> {
        for hook in self.0.drain(..) {
            hook().await?;
        }
        Ok(())
    }

    /// Runs all hooks and logs what fails: nothing keeps a service from stopping.
    pub(super) async fn run_all(&mut self, moment: &'static str) {
        for hook in self.0.drain(..) {
            if let Err(error) = hook().await {
                tracing::warn!(?error, "a hook failed {moment}");
            }
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hooks", self.0.len())
    }
}
