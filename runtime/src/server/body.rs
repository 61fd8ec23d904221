//! The body of a response, whoever made it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::Full;

use crate::gateway;
use crate::grpc::GrpcBody;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a response.
pub(super) enum Body {
    /// Of a gRPC call.
    Grpc(GrpcBody),
    /// Of the gateway.
    Gateway(gateway::Body),
    /// Of a refusal.
    Plain(Full<Bytes>),
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Body::Grpc(body) => Pin::new(body).poll_frame(cx),
            Body::Gateway(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Body::Plain(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::Grpc(body) => body.is_end_stream(),
            Body::Gateway(body) => body.is_end_stream(),
            Body::Plain(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Grpc(body) => body.size_hint(),
            Body::Gateway(body) => body.size_hint(),
            Body::Plain(body) => body.size_hint(),
        }
    }
}
