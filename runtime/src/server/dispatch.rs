//! Sends a request where it belongs.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::watch;

use super::Never;
use super::body::Body;
use crate::grpc::{is_grpc, serve};
use crate::{BoxFuture, Routes, ServeMux};

/// What a server serves.
pub(super) struct Dispatch {
    routes: Routes,
    mux: Option<ServeMux>,
    /// Becomes true when streams are to end.
    cutting: watch::Receiver<bool>,
}

impl Dispatch {
    pub(super) fn new(
        routes: Routes,
        mux: Option<ServeMux>,
        cutting: watch::Receiver<bool>,
    ) -> Self {
        Self {
            routes,
            mux,
            cutting,
        }
    }

    /// The same for the requests of one connection.
    pub(super) fn from_peer(self: Arc<Self>, peer: SocketAddr) -> FromPeer {
        FromPeer {
            dispatch: self,
            peer,
        }
    }
}

/// What a server serves, for the requests of one connection.
pub(super) struct FromPeer {
    dispatch: Arc<Dispatch>,
    peer: SocketAddr,
}

impl hyper::service::Service<Request<Incoming>> for FromPeer {
    type Response = Response<Body>;
    type Error = Never;
    type Future = BoxFuture<Result<Response<Body>, Never>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let peer = self.peer;
        if is_grpc(&request) {
            let dispatch = self.dispatch.clone();
            return Box::pin(async move {
                let response =
                    serve(&dispatch.routes, request, Some(peer), &dispatch.cutting).await;
                Ok(response.map(Body::Grpc))
            });
        }
        let Some(mux) = &self.dispatch.mux else {
            return Box::pin(async { Ok(not_grpc()) });
        };
        let answer = mux.answer_from(peer, request);
        Box::pin(async move { Ok(answer.await.map(Body::Gateway)) })
    }
}

/// The answer of a port that serves gRPC alone, as gRPC over HTTP/2 has it.
fn not_grpc() -> Response<Body> {
    let text = Full::new(Bytes::from_static(
        b"this port serves gRPC: content-type application/grpc was expected\n",
    ));
    let mut response = Response::new(Body::Plain(text));
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
