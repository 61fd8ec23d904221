//! Reading the body of a request, within its limits.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::Body;
use tokio::time::{Sleep, sleep};

use super::error::Failure;
use super::options::Limits;
use crate::Status;

/// What a body may fail with.
pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// All bytes of a body.
pub(super) async fn whole<B>(body: &mut Option<B>, limits: &Limits) -> Result<Bytes, Failure>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let Some(body) = body.take() else {
        return Ok(Bytes::new());
    };
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let most = limits.max_message_bytes;
    if body.size_hint().lower() > most as u64 {
        return Err(too_large(most));
    }
    let body = pin!(body);
    let mut chunks = Chunks::new(body, limits.read_timeout);
    let Some(first) = chunks.next().await? else {
        return Ok(Bytes::new());
    };
    if first.len() > most {
        return Err(too_large(most));
    }
    let Some(second) = chunks.next().await? else {
        return Ok(first);
    };
    let mut bytes = BytesMut::from(first);
    let mut more = Some(second);
    while let Some(chunk) = more {
        if bytes.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        bytes.extend_from_slice(&chunk);
        more = chunks.next().await?;
    }
    Ok(bytes.freeze())
}

/// Whether the body holds a byte at all; no more than that is read.
pub(super) async fn is_empty<B>(body: &mut Option<B>, limits: &Limits) -> Result<bool, Failure>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let Some(body) = body.take() else {
        return Ok(true);
    };
    if body.is_end_stream() {
        return Ok(true);
    }
    if body.size_hint().lower() > 0 {
        return Ok(false);
    }
    let body = pin!(body);
    let mut chunks = Chunks::new(body, limits.read_timeout);
    Ok(chunks.next().await?.is_none())
}

pub(super) fn too_large(most: usize) -> Failure {
    let status = Status::resource_exhausted(format!("the body is larger than {most} bytes"));
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, status)
}

/// The data of a body, chunk by chunk, each in its time.
pub(super) struct Chunks<B> {
    body: B,
    timeout: Duration,
    /// Set only while a chunk is waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<B> Chunks<B> {
    pub(super) fn new(body: B, timeout: Duration) -> Self {
        Self {
            body,
            timeout,
            timer: None,
        }
    }
}

impl<B> Chunks<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    /// The next chunk that is not empty.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// The next chunk that is not empty.
    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Failure>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Ready(Some(Ok(frame))) => {
                    self.timer = None;
                    match frame.into_data() {
                        Ok(data) if !data.is_empty() => return Poll::Ready(Ok(Some(data))),
                        _ => {}
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(broken(error.into()))),
                Poll::Pending => {
                    let timeout = self.timeout;
                    let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(timeout)));
                    return timer.as_mut().poll(cx).map(|()| Err(too_slow()));
                }
            }
        }
    }
}

fn broken(error: BoxError) -> Failure {
    let status = Status::invalid_argument("the body of the request broke off").with_source(error);
    Failure::new(StatusCode::BAD_REQUEST, status)
}

fn too_slow() -> Failure {
    let status = Status::deadline_exceeded("the body of the request did not arrive in time");
    Failure::new(StatusCode::REQUEST_TIMEOUT, status)
}
