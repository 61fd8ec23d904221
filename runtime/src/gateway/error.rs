//! Errors as answers: the HTTP status of a code, and how a status is written.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::body::Body;
use super::options::{ErrorFormat, Options};
use super::transcode;
use crate::{Code, Pool, Status};

/// The HTTP status that stands for a code, as `google/rpc/code.proto` has it.
pub fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::Cancelled => CLIENT_CLOSED_REQUEST,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => {
            StatusCode::BAD_REQUEST
        }
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// 499, which has no name in the standard: the client went away.
const CLIENT_CLOSED_REQUEST: StatusCode = match StatusCode::from_u16(499) {
    Ok(status) => status,
    Err(_) => StatusCode::BAD_REQUEST,
};

/// A status on its way to the client, with the HTTP status where that is not the code's.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: Status,
    pub(super) http: StatusCode,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self {
            http: http_status(status.code()),
            status,
        }
    }
}

impl Failure {
    pub(super) fn new(http: StatusCode, status: Status) -> Self {
        Self { status, http }
    }

    /// The answer; `pool` knows the types of the details.
    pub(super) fn response(&self, pool: Option<&Pool>, options: &Options) -> Response<Body> {
        let text = text(&self.status, self.http, pool, options);
        let mut response = Response::new(Body::full(Bytes::from(text)));
        *response.status_mut() = self.http;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

/// A status as JSON.
fn text(status: &Status, http: StatusCode, pool: Option<&Pool>, options: &Options) -> String {
    let bare = bare_text(status, http, pool, options);
    match options.error_format {
        ErrorFormat::Status => bare,
        ErrorFormat::Aip193 => format!("{{\"error\":{bare}}}"),
    }
}

/// A status as JSON, without an envelope.
pub(super) fn bare_text(
    status: &Status,
    http: StatusCode,
    pool: Option<&Pool>,
    options: &Options,
) -> String {
    let mut out = String::with_capacity(64 + status.message().len());
    out.push_str("{\"code\":");
    match options.error_format {
        ErrorFormat::Status => out.push_str(&(status.code() as i32).to_string()),
        ErrorFormat::Aip193 => out.push_str(http.as_str()),
    }
    out.push_str(",\"message\":");
    transcode::quote(status.message(), &mut out);
    if options.error_format == ErrorFormat::Aip193 {
        out.push_str(",\"status\":");
        transcode::quote(status.code().name(), &mut out);
    }
    out.push_str(",\"details\":[");
    for (at, detail) in status.details().iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        transcode::print_any(detail, pool, options, &mut out);
    }
    out.push_str("]}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_http_status_that_google_publishes() {
        let path = format!(
            "{}/../testdata/vectors/status_mapping.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let vectors: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let codes = vectors["codes"].as_array().unwrap();
        assert_eq!(codes.len(), 17);
        for (code, expected) in Code::ALL.into_iter().zip(codes) {
            assert_eq!(code.name(), expected["name"], "{expected}");
            assert_eq!(
                http_status(code).as_u16(),
                expected["http"].as_u64().unwrap() as u16,
                "{expected}"
            );
        }
    }
}
