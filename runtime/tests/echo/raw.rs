//! A peer that says exactly what a test wants it to say.

use std::net::SocketAddr;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio_stream::StreamExt as _;

type Body = StreamBody<
    std::pin::Pin<Box<dyn rmicro::Stream<Item = Result<Frame<Bytes>, std::io::Error>> + Send>>,
>;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) messages: Vec<Bytes>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Code and message, the message without percent signs.
    pub(crate) fn status(&self) -> (&str, String) {
        let message = percent_encoding::percent_decode_str(self.header("grpc-message"));
        (
            self.header("grpc-status"),
            message.decode_utf8_lossy().into_owned(),
        )
    }
}

/// A message in its frame.
pub(crate) fn frame(message: &[u8]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_u8(0);
    out.put_u32(u32::try_from(message.len()).unwrap());
    out.put_slice(message);
    out.freeze()
}

/// Sends one message to `path` and half-closes.
pub(crate) async fn post(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    message: &impl Message,
) -> Answer {
    post_bytes(address, path, headers, &message.encode_to_vec()).await
}

/// Sends one message, whatever it consists of, to `path` and half-closes.
pub(crate) async fn post_bytes(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    message: &[u8],
) -> Answer {
    let frames = tokio_stream::iter([Ok(Frame::data(frame(message)))]);
    send(address, path, headers, StreamBody::new(Box::pin(frames))).await
}

/// Sends one message to `path` and never half-closes.
pub(crate) async fn post_without_end(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    message: &impl Message,
) -> Answer {
    let frames = tokio_stream::iter([Ok(Frame::data(frame(&message.encode_to_vec())))]);
    let frames = frames.chain(tokio_stream::pending());
    send(address, path, headers, StreamBody::new(Box::pin(frames))).await
}

async fn send(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    let connection = tokio::spawn(connection);
    let mut request = Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .body(body)
        .unwrap();
    for (name, value) in headers {
        let name = http::HeaderName::try_from(*name).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let response = sender.send_request(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap();
    let mut headers = parts.headers;
    headers.extend(body.trailers().cloned().unwrap_or_default());
    let mut bytes = body.to_bytes();
    let mut messages = Vec::new();
    while bytes.len() >= 5 {
        bytes.advance(1);
        let length = usize::try_from(bytes.get_u32()).unwrap();
        messages.push(bytes.split_to(length));
    }
    connection.abort();
    Answer { headers, messages }
}
