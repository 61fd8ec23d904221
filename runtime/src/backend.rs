//! Where calls go: the handlers of this process, or a server elsewhere.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use crate::{Context, Method, Result, Routes, Streaming};

/// A future on the heap.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The messages of one direction, serialized: one, or a stream.
#[derive(Debug)]
pub enum Messages {
    /// The one message of a direction that does not stream.
    One(Bytes),
    /// The messages of a direction that streams.
    Stream(Streaming<Bytes>),
}

/// Takes calls as message bytes, whatever serves them.
///
/// The gateway and the gRPC server call handlers through it, and the gateway calls servers elsewhere through it, so
/// that local and remote answer alike. `request` fits the method's kind: [`Messages::Stream`] exactly when the client
/// streams; so does the answer with regard to the server. Response headers are in
/// [`Context::response_headers`] of `ctx` when the future is ready, trailers in [`Context::response_trailers`] when the
/// last message has been read. Dropping the future or the stream cancels the call.
pub trait Backend: Send + Sync + 'static {
    /// Calls `method`.
    ///
    /// # Errors
    /// The status that the call failed with; UNIMPLEMENTED where the method is not served.
    fn call(&self, ctx: Context, method: &Method, request: Messages)
    -> BoxFuture<Result<Messages>>;

    /// The handlers, where they are of this process: a service puts its middleware in front of them, also for the calls
    /// that its gateway makes.
    fn handlers(&self) -> Option<&Routes> {
        None
    }
}

impl<B: Backend + ?Sized> Backend for std::sync::Arc<B> {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        (**self).call(ctx, method, request)
    }

    fn handlers(&self) -> Option<&Routes> {
        (**self).handlers()
    }
}
