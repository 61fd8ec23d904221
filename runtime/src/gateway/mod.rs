//! Stand-in until the gateway lands.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};

use crate::middleware::Stack;
use crate::{Backend, Error, ServiceDef};

mod router;

/// The body of an answer.
pub type Body = http_body_util::Full<Bytes>;

/// Routes HTTP to gRPC methods.
#[derive(Clone, Debug, Default)]
pub struct ServeMux;

impl ServeMux {
    /// Empty.
    pub fn new() -> Self {
        Self
    }

    /// Registers the rules of a service.
    pub fn register(&mut self, _service: &ServiceDef, _backend: impl Backend) {}

    /// Puts `middleware` in front of the handlers of this process among the backends.
    pub(crate) fn wrap_handlers(&mut self, _middleware: &Stack) {}

    /// Whether it can be served.
    ///
    /// # Errors
    /// All problems.
    pub fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl<B> tower_service::Service<Request<B>> for ServeMux {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Body::default())))
    }
}
