//! What stands around calls: logging, authentication, limits, measuring.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::{Backend, BoxFuture, Context, Messages, Method, Result};

/// Stands around calls, of the handlers of a service or of a client.
///
/// It may look at a call and change it, answer it itself, call on more than once, or wrap the streams of its messages.
/// Any closure of this form is one:
///
/// ```
/// use rmicro::{Context, Messages, Method, Next, Status};
///
/// let service = rmicro::Service::builder().middleware(|ctx: Context, method: Method, request: Messages, next: Next| async move {
///     if ctx.metadata().get("authorization").is_none() {
///         return Err(Status::unauthenticated(format!("{} needs a token", method.path())));
///     }
///     next.call(ctx, &method, request).await
/// });
/// ```
///
/// A handler's middleware runs for every call of the handler, whether it came by gRPC or by the gateway of the same
/// process; the deadline of the call ends it too, and a panic in it answers INTERNAL.
pub trait Middleware: Send + Sync + 'static {
    /// Takes the call; `next` is what it stands before.
    ///
    /// # Errors
    /// The status that the caller gets.
    fn call(
        &self,
        ctx: Context,
        method: Method,
        request: Messages,
        next: Next,
    ) -> BoxFuture<Result<Messages>>;
}

impl<F, Fut> Middleware for F
where
    F: Fn(Context, Method, Messages, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Messages>> + Send + 'static,
{
    fn call(
        &self,
        ctx: Context,
        method: Method,
        request: Messages,
        next: Next,
    ) -> BoxFuture<Result<Messages>> {
        Box::pin(self(ctx, method, request, next))
    }
}

/// What a middleware stands before: further ones, and behind them the handler or the server.
#[derive(Clone)]
pub struct Next {
    stack: Stack,
    index: usize,
    backend: Arc<dyn Backend>,
}

impl Next {
    /// Calls on.
    ///
    /// # Errors
    /// The status that the call failed with.
    pub fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        let Some(middleware) = self.stack.0.get(self.index) else {
            return self.backend.call(ctx, method, request);
        };
        let next = Next {
            index: self.index + 1,
            ..self.clone()
        };
        middleware.call(ctx, method.clone(), request, next)
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

/// Middleware in the order that calls pass it; the first stands outermost.
#[derive(Clone, Default)]
pub(crate) struct Stack(Arc<Vec<Arc<dyn Middleware>>>);

impl Stack {
    /// Adds one behind the others.
    pub(crate) fn push(&mut self, middleware: impl Middleware) {
        Arc::make_mut(&mut self.0).push(Arc::new(middleware));
    }

    /// This one with `inner` behind it.
    pub(crate) fn before(&self, inner: &Stack) -> Stack {
        let both = self.0.iter().chain(inner.0.iter());
        Stack(Arc::new(both.cloned().collect()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The way through the stack to `backend`.
    pub(crate) fn to(&self, backend: Arc<dyn Backend>) -> Next {
        Next {
            stack: self.clone(),
            index: 0,
            backend,
        }
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} middleware", self.0.len())
    }
}
