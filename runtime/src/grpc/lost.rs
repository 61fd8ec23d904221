//! Calls that broke on their way: which of them no server has seen, and what the others are called.

use std::error::Error as StdError;
use std::fmt;

use crate::{Code, Status};

/// The cause of a status of a call that no server has begun to process: it can be made again without harm.
#[derive(Debug)]
pub(crate) enum Unprocessed {
    /// There is no way to the server.
    Unreachable(BoxError),
    /// The server, or the connection to it, took no further call.
    Refused(BoxError),
}

type BoxError = Box<dyn StdError + Send + Sync>;

impl Unprocessed {
    /// The status of a call whose server cannot be reached for `cause`.
    pub(super) fn unreachable(message: impl Into<String>, cause: impl Into<BoxError>) -> Status {
        Status::unavailable(message).with_source(Unprocessed::Unreachable(cause.into()))
    }

    /// The status of a call that the server did not take for `cause`.
    pub(super) fn refused(message: impl Into<String>, cause: impl Into<BoxError>) -> Status {
        Status::unavailable(message).with_source(Unprocessed::Refused(cause.into()))
    }

    /// Whether the server of the call that ended with `status` cannot be reached.
    pub(crate) fn is_unreachable(status: &Status) -> bool {
        chain(status).any(|error| {
            matches!(
                error.downcast_ref::<Unprocessed>(),
                Some(Unprocessed::Unreachable(_))
            )
        })
    }

    /// Whether no server has begun to process the call that ended with `status`.
    pub(crate) fn is(status: &Status) -> bool {
        chain(status).any(|error| error.is::<Unprocessed>())
    }
}

impl fmt::Display for Unprocessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call was not processed")
    }
}

impl StdError for Unprocessed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let (Unprocessed::Unreachable(cause) | Unprocessed::Refused(cause)) = self;
        Some(&**cause)
    }
}

/// The status of a call whose connection failed with `error` after the request may have left.
pub(super) fn status_of(error: hyper::Error) -> Status {
    let h2 = chain(&error).find_map(|error| error.downcast_ref::<h2::Error>());
    match h2 {
        // The peer leaves, and this stream is none of those that it finishes; or it says so for the stream alone.
        Some(h2) if h2.is_go_away() && h2.is_remote() => {
            Unprocessed::refused("the server goes away", error)
        }
        Some(h2) if h2.is_remote() && h2.reason() == Some(h2::Reason::REFUSED_STREAM) => {
            Unprocessed::refused("the server refused the call", error)
        }
        _ => Status::unavailable("the connection was lost").with_source(error),
    }
}

/// `status` of a stream of messages: what the transport calls unknown is a connection that was lost.
pub(super) fn of_stream(status: Status) -> Status {
    let Code::Unknown = status.code() else {
        return status;
    };
    let Some(error) = chain(&status).find_map(|error| error.downcast_ref::<hyper::Error>()) else {
        return status;
    };
    let h2 = chain(error).find_map(|error| error.downcast_ref::<h2::Error>());
    let code = match h2.filter(|h2| !h2.is_io()).and_then(h2::Error::reason) {
        Some(h2::Reason::CANCEL) => Code::Cancelled,
        Some(h2::Reason::ENHANCE_YOUR_CALM) => Code::ResourceExhausted,
        Some(h2::Reason::INADEQUATE_SECURITY) => Code::PermissionDenied,
        Some(h2::Reason::REFUSED_STREAM) | None => Code::Unavailable,
        Some(_) => Code::Internal,
    };
    let message = match code {
        Code::Unavailable => "the connection was lost".to_owned(),
        _ => format!("the stream was reset: {error}"),
    };
    Status::new(code, message).with_source(status)
}

/// The error and the causes behind it.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        error.source()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_keeps_that_it_was_not_processed() {
        let status = Unprocessed::refused("refused", std::io::Error::other("x"));
        assert!(Unprocessed::is(&status));
        let over_there = Status::from(tonic::Status::from(status));
        assert!(Unprocessed::is(&over_there));
        assert_eq!(over_there.code(), Code::Unavailable);
        assert!(!Unprocessed::is(&Status::unavailable("busy")));
    }
}
