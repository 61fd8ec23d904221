//! Metadata from request headers, and response headers from metadata.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Response;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use super::body::Body;
use super::mux::Inner;
use super::options::{HeaderStyle, Options};
use crate::context::Source;
use crate::grpc::parse_timeout;
use crate::metadata::{decode_binary, encode_binary, is_binary};
use crate::{Context, Metadata, Result, Status};

/// Request headers that become metadata under their own names, unless others are chosen.
pub(super) const ALLOWED: [HeaderName; 16] = [
    header::ACCEPT_LANGUAGE,
    header::AUTHORIZATION,
    header::COOKIE,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_UNMODIFIED_SINCE,
    header::ORIGIN,
    header::REFERER,
    header::USER_AGENT,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("baggage"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-b3-traceid"),
    HeaderName::from_static("x-forwarded-proto"),
];

/// Request headers that grpc-gateway hands on as `grpcgateway-*`.
const PERMANENT: [HeaderName; 24] = [
    header::ACCEPT,
    header::ACCEPT_CHARSET,
    header::ACCEPT_LANGUAGE,
    header::ACCEPT_RANGES,
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONTENT_TYPE,
    header::COOKIE,
    header::DATE,
    header::EXPECT,
    header::FROM,
    header::HOST,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    HeaderName::from_static("if-schedule-tag-match"),
    header::IF_UNMODIFIED_SINCE,
    header::MAX_FORWARDS,
    header::ORIGIN,
    header::PRAGMA,
    header::REFERER,
    header::USER_AGENT,
    header::VIA,
    header::WARNING,
];

/// Names that answers carry as they are; all others get the prefix `grpc-metadata-`.
const PLAIN_ANSWERS: [HeaderName; 16] = [
    header::ACCEPT_RANGES,
    header::ALLOW,
    header::CACHE_CONTROL,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LOCATION,
    header::ETAG,
    header::EXPIRES,
    header::LAST_MODIFIED,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    header::SET_COOKIE,
    header::VARY,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("x-request-id"),
];

const PREFIX: &str = "grpc-metadata-";
const TRAILER_PREFIX: &str = "grpc-trailer-";
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// A request without its body, for as long as anything may ask about it.
pub(super) struct Head {
    pub(super) mux: Arc<Inner>,
    pub(super) parts: Parts,
    pub(super) peer: Option<SocketAddr>,
}

impl Head {
    /// The context of a call by this request. What is wrong with its headers is told now; the metadata is made of them
    /// when it is asked for.
    pub(super) fn context(self: &Arc<Self>, longest: Option<Duration>) -> Result<Context> {
        let mut timeout = longest;
        for (name, value) in &self.parts.headers {
            let Some(name) = name.as_str().strip_prefix("grpc-") else {
                continue;
            };
            if name == "timeout" {
                let asked = asked_timeout(value)?;
                timeout = Some(timeout.map_or(asked, |longest| asked.min(longest)));
            } else if is_binary(name)
                && name.starts_with("metadata-")
                && decode_binary(value).is_none()
            {
                return Err(Status::invalid_argument(format!(
                    "invalid binary header grpc-{name}: not base64"
                )));
            }
        }
        Ok(Context::relayed(
            &self.parts.headers,
            self.clone(),
            self.peer,
            timeout,
        ))
    }
}

impl Source for Head {
    fn metadata(&self) -> Metadata {
        let (parts, options) = (&self.parts, &self.mux.options);
        let mut metadata = HeaderMap::with_capacity(6);
        let mut forwarded = String::new();
        let mut host = None;
        for (name, value) in &parts.headers {
            if *name == FORWARDED_FOR {
                append_forwarded(&mut forwarded, value);
            } else if *name == FORWARDED_HOST {
                host = Some(value);
            } else if let Some(name) = name.as_str().strip_prefix(PREFIX) {
                insert_prefixed(&mut metadata, name, value, options);
            } else if !is_reserved(name.as_str())
                || *name == header::HOST
                || *name == header::CONTENT_TYPE
            {
                insert_allowed(&mut metadata, name, value, options);
            }
        }
        if let Some(peer) = self.peer {
            let separator = if forwarded.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(forwarded, "{separator}{}", peer.ip());
        }
        if let Ok(value) = HeaderValue::try_from(forwarded)
            && !value.is_empty()
        {
            metadata.insert(FORWARDED_FOR, value);
        }
        if let Some(host) = host.or_else(|| parts.headers.get(header::HOST)) {
            metadata.insert(FORWARDED_HOST, host.clone());
        } else if let Some(host) = parts.uri.authority()
            && let Ok(host) = HeaderValue::from_str(host.as_str())
        {
            metadata.insert(FORWARDED_HOST, host);
        }
        Metadata::from(metadata)
    }
}

fn insert_allowed(
    metadata: &mut HeaderMap,
    name: &HeaderName,
    value: &HeaderValue,
    options: &Options,
) {
    if !is_text(value) {
        return;
    }
    if let Some(map) = &options.hooks.request_header {
        if let Some(key) = map(name).filter(|key| !is_reserved(key.as_str())) {
            metadata.append(key, value.clone());
        }
        return;
    }
    let also = options.allowed_headers.contains(name);
    match options.header_style {
        HeaderStyle::Plain if also => {
            metadata.append(name.clone(), value.clone());
        }
        HeaderStyle::Plain => {}
        HeaderStyle::GrpcGateway => {
            if PERMANENT.contains(name)
                && let Ok(name) = HeaderName::try_from(format!("grpcgateway-{name}"))
            {
                metadata.append(name, value.clone());
            }
            if *name == header::AUTHORIZATION || also {
                metadata.append(name.clone(), value.clone());
            }
        }
    }
}

/// Adds what came as `grpc-metadata-` and `name`.
fn insert_prefixed(metadata: &mut HeaderMap, name: &str, value: &HeaderValue, options: &Options) {
    if is_reserved(name) || (options.header_style == HeaderStyle::Plain && is_guarded(name)) {
        tracing::debug!(name, "ignored metadata that a client must not set");
        return;
    }
    let value = match is_binary(name) {
        true => decode_binary(value).map(|bytes| encode_binary(&bytes)),
        false => Some(value.clone()).filter(is_text),
    };
    let Some((key, value)) = HeaderName::try_from(name).ok().zip(value) else {
        tracing::debug!(name, "ignored metadata that is not visible ASCII");
        return;
    };
    metadata.append(key, value);
}

/// Names that mean something to HTTP or gRPC itself.
fn is_reserved(name: &str) -> bool {
    name.starts_with("grpc-")
        || matches!(
            name,
            "connection"
                | "content-length"
                | "content-type"
                | "host"
                | "keep-alive"
                | "proxy-authenticate"
                | "proxy-authorization"
                | "proxy-connection"
                | "te"
                | "trailer"
                | "transfer-encoding"
                | "upgrade"
        )
}

/// Names by which proxies tell servers who the client is: a client must not say so itself, past the proxy.
fn is_guarded(name: &str) -> bool {
    name.starts_with("x-forwarded-")
        || matches!(name, "authorization" | "cookie" | "forwarded" | "x-real-ip")
}

fn asked_timeout(value: &HeaderValue) -> Result<Duration> {
    value.to_str().ok().and_then(parse_timeout).ok_or_else(|| {
        let text = String::from_utf8_lossy(value.as_bytes());
        Status::invalid_argument(format!(
            "invalid grpc-timeout: `{text}` must be at most eight digits and one of H, M, S, m, u, n"
        ))
    })
}

fn append_forwarded(forwarded: &mut String, value: &HeaderValue) {
    if let Ok(text) = value.to_str() {
        if !forwarded.is_empty() {
            forwarded.push_str(", ");
        }
        forwarded.push_str(text);
    }
}

fn is_text(value: &HeaderValue) -> bool {
    value
        .as_bytes()
        .iter()
        .all(|byte| (0x20..=0x7e).contains(byte))
}

/// Puts the response's metadata among an answer's headers.
pub(super) fn write_headers(metadata: &Metadata, headers: &mut HeaderMap, options: &Options) {
    if !metadata.is_empty() {
        extend(headers, metadata, PREFIX, options);
    }
}

/// Puts the metadata of a status that failed a call where clients find it: among the headers, and in grpc-gateway's style
/// among the trailers.
pub(super) fn write_status(
    status: &Status,
    asked: &HeaderMap,
    response: &mut Response<Body>,
    options: &Options,
) {
    let metadata = status.metadata();
    if metadata.is_empty() {
        return;
    }
    match options.header_style {
        HeaderStyle::Plain => extend(response.headers_mut(), metadata, PREFIX, options),
        HeaderStyle::GrpcGateway => write_trailers(metadata, asked, response),
    }
}

/// Adds trailers to an answer that is there as a whole, for a client that takes them.
pub(super) fn write_trailers(
    metadata: &Metadata,
    asked: &HeaderMap,
    response: &mut Response<Body>,
) {
    if metadata.is_empty() || !takes_trailers(asked) {
        return;
    }
    let mut trailers = HeaderMap::new();
    for (name, value) in metadata.as_headers() {
        if !is_reserved(name.as_str())
            && let Some(name) = prefixed(TRAILER_PREFIX, name)
        {
            trailers.append(name, value.clone());
        }
    }
    for name in trailers.keys() {
        response
            .headers_mut()
            .append(header::TRAILER, name.clone().into());
    }
    let body = std::mem::take(response.body_mut());
    *response.body_mut() = body.with_trailers(trailers);
}

fn takes_trailers(headers: &HeaderMap) -> bool {
    headers.get_all(header::TE).iter().any(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(',')
            .any(|part| part.trim().eq_ignore_ascii_case("trailers"))
    })
}

fn extend(headers: &mut HeaderMap, metadata: &Metadata, prefix: &str, options: &Options) {
    for (name, value) in metadata.as_headers() {
        // A server elsewhere dates its answer; the date of this one is the HTTP server's to set.
        if is_reserved(name.as_str()) || *name == STATUS_HEADER || *name == header::DATE {
            continue;
        }
        if let Some(map) = &options.hooks.response_header {
            if let Some(name) = map(name) {
                headers.append(name, value.clone());
            }
            continue;
        }
        let plain = options.header_style == HeaderStyle::Plain && PLAIN_ANSWERS.contains(name);
        let name = if plain {
            Some(name.clone())
        } else {
            prefixed(prefix, name)
        };
        if let Some(name) = name {
            headers.append(name, value.clone());
        }
    }
}

/// Metadata by which a handler chooses the HTTP status of its success.
pub(super) const STATUS_HEADER: HeaderName = HeaderName::from_static("x-http-code");

fn prefixed(prefix: &str, name: &HeaderName) -> Option<HeaderName> {
    let name = format!("{prefix}{name}");
    HeaderName::try_from(name).ok()
}
