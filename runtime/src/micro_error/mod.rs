//! Errors as go-micro has them: who, an HTTP code, and what.

mod json;

use std::fmt;

use prost::{Message, Name as _};
use prost_types::Any;

use crate::{Code, Status};

/// An error as go-micro's services return it, its `errors.Error`.
///
/// A handler returns one as the [`Status`] that it turns into; a caller reads one out of the status that it got:
///
/// ```
/// use rmicro::{Code, MicroError, Status};
///
/// let status = Status::from(MicroError::new("go.micro.server.worker", 404, "no such task"));
/// assert_eq!((status.code(), status.message()), (Code::NotFound, "no such task"));
/// assert_eq!(MicroError::from(&status).code, 404);
/// ```
///
/// Towards a go-micro caller, known by the metadata `x-content-type`, the server sends it in the form that go-micro
/// expects, JSON in the message and `errors.Error` as the first detail. Everybody else gets the plain message and the
/// standard details: a program that does not know `errors.Error` could print none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MicroError {
    /// Who failed, by custom the name of the service.
    pub id: String,
    /// The status of HTTP that fits, such as 404.
    pub code: i32,
    /// What failed, in words.
    pub detail: String,
    /// The name of the code, such as `Not Found`.
    pub status: String,
}

/// The id of errors that a caller makes of statuses which name nobody, as go-micro's client does.
const CLIENT: &str = "go.micro.client";

impl MicroError {
    /// The error of `id` with a code of HTTP and words; the status is the code's name.
    pub fn new(id: impl Into<String>, code: i32, detail: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            code,
            detail: detail.into(),
            status: reason(code).to_owned(),
        }
    }

    /// The error that `status` brought along, as a detail or as JSON in its message; `None` where it brought none.
    pub fn find(status: &Status) -> Option<Self> {
        if !status.details_bytes().is_empty()
            && let Some(detail) = status.detail::<Wire>()
        {
            return Some(detail.into());
        }
        json::parse(status.message()).filter(|error| error.code > 0)
    }

    /// The code of gRPC that fits, as go-micro's server chooses it: UNKNOWN for a code without an equal.
    pub fn grpc_code(&self) -> Code {
        match self.code {
            200 => Code::Ok,
            400 => Code::InvalidArgument,
            401 => Code::Unauthenticated,
            403 => Code::PermissionDenied,
            404 => Code::NotFound,
            408 => Code::DeadlineExceeded,
            409 => Code::AlreadyExists,
            412 => Code::FailedPrecondition,
            429 => Code::ResourceExhausted,
            499 => Code::Cancelled,
            500 => Code::Internal,
            501 => Code::Unimplemented,
            503 => Code::Unavailable,
            _ => Code::Unknown,
        }
    }

    /// The error as go-micro prints it, JSON on one line.
    pub fn to_json(&self) -> String {
        json::print(self)
    }

    /// What a go-micro caller is told of `status`; `id` is who failed where the status does not say.
    pub(crate) fn status_for_micro(status: Status, id: &str) -> Status {
        let error = Self::find(&status)
            .unwrap_or_else(|| Self::new(id, http_code(status.code()), status.message()));
        let detail = Any {
            type_url: format!("type.googleapis.com/{}", Wire::full_name()),
            value: Wire::from(error.clone()).encode_to_vec(),
        };
        // go-micro takes the first detail for its own error without a look, and ends when it is not.
        let details = std::iter::once(detail)
            .chain(status.details().into_iter().filter(|any| !is_error(any)))
            .collect();
        status.with_message_and_details(error.to_json(), details)
    }

    /// What every other caller is told of `status`.
    pub(crate) fn status_for_others(status: Status) -> Status {
        let Some(error) = Self::find(&status) else {
            return status;
        };
        let details = status
            .details()
            .into_iter()
            .filter(|any| !is_error(any))
            .collect();
        status.with_message_and_details(error.detail, details)
    }
}

impl fmt::Display for MicroError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} {}: {}",
            self.id, self.code, self.status, self.detail
        )
    }
}

impl std::error::Error for MicroError {}

/// The status with the code of gRPC that fits and the words as its message; the error itself goes along as a detail.
impl From<MicroError> for Status {
    fn from(error: MicroError) -> Self {
        // A call that failed did not end well, whatever its code says.
        let code = match error.grpc_code() {
            Code::Ok => Code::Unknown,
            code => code,
        };
        Status::new(code, error.detail.clone()).with_detail(&Wire::from(error))
    }
}

/// The error that the status brought along, or else one of `go.micro.client` with the code of HTTP that fits, as
/// go-micro's client reads a status.
impl From<&Status> for MicroError {
    fn from(status: &Status) -> Self {
        Self::find(status)
            .unwrap_or_else(|| Self::new(CLIENT, http_code(status.code()), status.message()))
    }
}

/// `errors.Error` by its published field numbers.
#[derive(Clone, PartialEq, Message)]
struct Wire {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(int32, tag = "2")]
    code: i32,
    #[prost(string, tag = "3")]
    detail: String,
    #[prost(string, tag = "4")]
    status: String,
}

impl prost::Name for Wire {
    const NAME: &'static str = "Error";
    const PACKAGE: &'static str = "errors";
}

impl From<Wire> for MicroError {
    fn from(wire: Wire) -> Self {
        let Wire {
            id,
            code,
            detail,
            status,
        } = wire;
        Self {
            id,
            code,
            detail,
            status,
        }
    }
}

impl From<MicroError> for Wire {
    fn from(error: MicroError) -> Self {
        let MicroError {
            id,
            code,
            detail,
            status,
        } = error;
        Self {
            id,
            code,
            detail,
            status,
        }
    }
}

fn is_error(any: &Any) -> bool {
    any.type_url.rsplit('/').next() == Some(&*Wire::full_name())
}

/// The code of HTTP for a code of gRPC: go-micro's own table, and where that says 500 for want of an entry, the one of
/// `google/rpc/code.proto`.
fn http_code(code: Code) -> i32 {
    match code {
        Code::Ok => 200,
        Code::InvalidArgument | Code::OutOfRange => 400,
        Code::Unauthenticated => 401,
        Code::PermissionDenied => 403,
        Code::NotFound => 404,
        Code::DeadlineExceeded => 408,
        Code::AlreadyExists | Code::Aborted => 409,
        Code::FailedPrecondition => 412,
        Code::ResourceExhausted => 429,
        Code::Cancelled => 499,
        Code::Unknown | Code::Internal | Code::DataLoss => 500,
        Code::Unimplemented => 501,
        Code::Unavailable => 503,
    }
}

/// The name of a code of HTTP as Go's library has it, empty for one without a name.
fn reason(code: i32) -> &'static str {
    match code {
        203 => "Non-Authoritative Information",
        413 => "Request Entity Too Large",
        414 => "Request URI Too Long",
        416 => "Requested Range Not Satisfiable",
        _ => u16::try_from(code)
            .ok()
            .and_then(|code| http::StatusCode::from_u16(code).ok())
            .and_then(|code| code.canonical_reason())
            .unwrap_or(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(status: &Status) -> Vec<String> {
        let details = status.details().into_iter();
        details.map(|any| any.type_url).collect()
    }

    #[test]
    fn an_error_survives_the_way_to_go_micro_and_back() {
        let error = MicroError::new("go.micro.server.worker", 418, "short & \"stout\"\n");
        let status = MicroError::status_for_micro(Status::from(error.clone()), "other");
        assert_eq!(status.code(), Code::Unknown);
        assert_eq!(
            status.message(),
            r#"{"id":"go.micro.server.worker","code":418,"detail":"short & \"stout\"\n","status":"I'm a teapot"}"#
        );
        assert_eq!(MicroError::from(&status), error);
        let by_message = Status::unknown(status.message());
        assert_eq!(MicroError::from(&by_message), error);
    }

    #[test]
    fn a_go_micro_caller_finds_the_error_before_other_details() {
        let status = Status::invalid_argument("bad").with_detail(&prost_types::Duration::default());
        let status = MicroError::status_for_micro(status, "shop");
        assert_eq!(
            status.message(),
            r#"{"id":"shop","code":400,"detail":"bad","status":"Bad Request"}"#
        );
        assert_eq!(
            details(&status),
            [
                "type.googleapis.com/errors.Error",
                "type.googleapis.com/google.protobuf.Duration"
            ]
        );
    }

    #[test]
    fn other_callers_see_nothing_of_it() {
        let status = Status::from(MicroError::new("shop", 404, "no such book"))
            .with_detail(&prost_types::Duration::default());
        let upstream = MicroError::status_for_micro(status, "");
        let status = MicroError::status_for_others(upstream);
        assert_eq!(
            (status.code(), status.message()),
            (Code::NotFound, "no such book")
        );
        assert_eq!(
            details(&status),
            ["type.googleapis.com/google.protobuf.Duration"]
        );
        let status = MicroError::status_for_others(Status::from(MicroError::new("x", 404, "y")));
        assert!(status.details_bytes().is_empty());
        let plain = Status::aborted("{not an error}");
        assert_eq!(
            MicroError::status_for_others(plain).message(),
            "{not an error}"
        );
    }

    #[test]
    fn a_status_that_names_nobody_is_the_clients() {
        let error = MicroError::from(&Status::unavailable("refused"));
        assert_eq!(
            error.to_string(),
            "go.micro.client: 503 Service Unavailable: refused"
        );
    }

    #[test]
    fn an_error_is_never_ok() {
        let status = Status::from(MicroError::new("x", 200, "fine?"));
        assert_eq!(status.code(), Code::Unknown);
    }
}
