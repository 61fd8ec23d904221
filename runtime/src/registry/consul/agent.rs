//! Requests to an agent of Consul.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest answer that is read.
const LONGEST: usize = 64 * 1024 * 1024;

/// The agents of which one is talked to, by a connection for each request: they are few, and most of them wait.
pub(super) struct Agent {
    addresses: Vec<String>,
    /// Counts up; the agent is the rest of its division.
    current: AtomicUsize,
    token: Option<HeaderValue>,
}

pub(super) struct Answer {
    status: StatusCode,
    /// What a watch goes on from.
    pub(super) index: u64,
    body: Bytes,
}

impl Agent {
    pub(super) fn new<S: AsRef<str>>(
        addresses: impl IntoIterator<Item = S>,
        token: Option<&str>,
    ) -> Result<Self, Error> {
        let addresses = addresses.into_iter().map(|address| parse(address.as_ref()));
        let mut addresses: Vec<String> = addresses.collect::<Result<_, _>>()?;
        if addresses.is_empty() {
            addresses.push("127.0.0.1:8500".into());
        }
        let token = token.map(|token| {
            let mut value = HeaderValue::from_str(token).map_err(|error| {
                Error::new("the token for Consul cannot be sent").with_source(error)
            })?;
            value.set_sensitive(true);
            Ok::<_, Error>(value)
        });
        Ok(Self {
            addresses,
            current: AtomicUsize::new(0),
            token: token.transpose()?,
        })
    }

    pub(super) async fn get(&self, path: &str, within: Duration) -> Result<Answer, Error> {
        self.request(Method::GET, path, "", within).await
    }

    pub(super) async fn put(
        &self,
        path: &str,
        body: &str,
        within: Duration,
    ) -> Result<Answer, Error> {
        self.request(Method::PUT, path, body, within).await
    }

    /// Asks one agent after the other until one answers. Everything that is asked can be asked twice.
    async fn request(
        &self,
        method: Method,
        path: &str,
        body: &str,
        within: Duration,
    ) -> Result<Answer, Error> {
        let mut problem = None;
        for _ in &self.addresses {
            let turn = self.current.load(Ordering::Relaxed);
            let address = &self.addresses[turn % self.addresses.len()];
            let answer = self.request_at(address, method.clone(), path, body);
            match timeout(within, answer).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => problem = Some(error),
                Err(late) => problem = Some(late.into()),
            }
            let next = turn.wrapping_add(1);
            let _ = self
                .current
                .compare_exchange(turn, next, Ordering::Relaxed, Ordering::Relaxed);
        }
        let error = Error::new("Consul cannot be reached");
        Err(match problem {
            Some(problem) => error.with_source(problem),
            None => error,
        })
    }

    async fn request_at(
        &self,
        address: &str,
        method: Method,
        path: &str,
        body: &str,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await??;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, address)
            .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))?;
        if let Some(token) = &self.token {
            request
                .headers_mut()
                .insert("x-consul-token", token.clone());
        }
        let answer = async move { read(sender.send_request(request).await?).await };
        // The connection ends with the answer, or before it where something broke.
        tokio::pin!(answer, connection);
        tokio::select! {
            answer = &mut answer => answer,
            _ = connection => answer.await,
        }
    }
}

async fn read(
    response: Response<hyper::body::Incoming>,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let (head, body) = response.into_parts();
    let index = head.headers.get("x-consul-index");
    let index = index.and_then(|index| index.to_str().ok()?.parse().ok());
    Ok(Answer {
        status: head.status,
        index: index.unwrap_or(0),
        body: Limited::new(body, LONGEST).collect().await?.to_bytes(),
    })
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Whether the agent says that it does not know what is asked for.
    pub(super) fn is_unknown(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
            || String::from_utf8_lossy(&self.body).starts_with("Unknown service")
    }

    /// The same answer, if it is a good one.
    pub(super) fn success(self) -> Result<Self, Error> {
        if self.is_success() {
            return Ok(self);
        }
        let body = String::from_utf8_lossy(&self.body);
        let body: String = body.trim().chars().take(200).collect();
        Err(Error::new(format!(
            "Consul answered {}: {body}",
            self.status
        )))
    }

    pub(super) fn json(&self) -> Result<Json, Error> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::new("Consul did not answer with JSON").with_source(error))
    }
}

fn parse(address: &str) -> Result<String, Error> {
    let wrong = || {
        Error::new(format!(
            "`{address}` is no address of Consul: `host:port` was expected"
        ))
    };
    let rest = address
        .strip_prefix("http://")
        .unwrap_or(address)
        .trim_end_matches('/');
    let authority: http::uri::Authority =
        rest.parse().map_err(|error| wrong().with_source(error))?;
    if authority.host().is_empty() || rest.contains('@') {
        return Err(wrong());
    }
    Ok(format!(
        "{}:{}",
        authority.host(),
        authority.port_u16().unwrap_or(8500)
    ))
}

/// `text` as a segment of a path.
pub(super) fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.addresses).finish()
    }
}
