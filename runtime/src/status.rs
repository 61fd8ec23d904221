//! How a call ended: a code, a message and details.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use prost::{Message, Name};
use prost_types::Any;

use crate::Metadata;

/// What a call answers: a message, or the [`Status`] it failed with.
pub type Result<T, E = Status> = std::result::Result<T, E>;

/// The code of a status, as `google/rpc/code.proto` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
pub enum Code {
    /// The call succeeded.
    Ok = 0,
    /// The caller gave up.
    Cancelled = 1,
    /// Nothing better is known.
    Unknown = 2,
    /// The request is wrong, whatever the state of the system.
    InvalidArgument = 3,
    /// The deadline passed before the call ended.
    DeadlineExceeded = 4,
    /// What was asked for is not there.
    NotFound = 5,
    /// What was to be made is there already.
    AlreadyExists = 6,
    /// The caller is known and may not.
    PermissionDenied = 7,
    /// A quota or a size is used up.
    ResourceExhausted = 8,
    /// The system is not in the state that the call needs.
    FailedPrecondition = 9,
    /// The call lost against another; try the whole transaction again.
    Aborted = 10,
    /// Past the end of the valid range.
    OutOfRange = 11,
    /// No such method here.
    Unimplemented = 12,
    /// An invariant is broken.
    Internal = 13,
    /// Not reachable at the moment; try again.
    Unavailable = 14,
    /// Data is lost for good.
    DataLoss = 15,
    /// The caller is not known.
    Unauthenticated = 16,
}

impl Code {
    /// All seventeen, in the order of their numbers.
    pub const ALL: [Code; 17] = [
        Code::Ok,
        Code::Cancelled,
        Code::Unknown,
        Code::InvalidArgument,
        Code::DeadlineExceeded,
        Code::NotFound,
        Code::AlreadyExists,
        Code::PermissionDenied,
        Code::ResourceExhausted,
        Code::FailedPrecondition,
        Code::Aborted,
        Code::OutOfRange,
        Code::Unimplemented,
        Code::Internal,
        Code::Unavailable,
        Code::DataLoss,
        Code::Unauthenticated,
    ];

    /// The code with that number; [`Code::Unknown`] for any other number.
    pub fn from_number(number: i32) -> Code {
        usize::try_from(number)
            .ok()
            .and_then(|index| Self::ALL.get(index))
            .copied()
            .unwrap_or(Code::Unknown)
    }

    /// The name in capitals, such as `INVALID_ARGUMENT`.
    pub fn name(self) -> &'static str {
        match self {
            Code::Ok => "OK",
            Code::Cancelled => "CANCELLED",
            Code::Unknown => "UNKNOWN",
            Code::InvalidArgument => "INVALID_ARGUMENT",
            Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Code::NotFound => "NOT_FOUND",
            Code::AlreadyExists => "ALREADY_EXISTS",
            Code::PermissionDenied => "PERMISSION_DENIED",
            Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Code::FailedPrecondition => "FAILED_PRECONDITION",
            Code::Aborted => "ABORTED",
            Code::OutOfRange => "OUT_OF_RANGE",
            Code::Unimplemented => "UNIMPLEMENTED",
            Code::Internal => "INTERNAL",
            Code::Unavailable => "UNAVAILABLE",
            Code::DataLoss => "DATA_LOSS",
            Code::Unauthenticated => "UNAUTHENTICATED",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a call failed: code and message for the caller, details as `google.rpc.Status` has them, and metadata that
/// goes out with the trailers. The source stays here, for the log.
#[derive(Clone)]
pub struct Status(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    message: String,
    details: Bytes,
    metadata: Metadata,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

macro_rules! constructors {
    ($($name:ident $code:ident)*) => {$(
        #[doc = concat!("A status with [`Code::", stringify!($code), "`].")]
        pub fn $name(message: impl Into<String>) -> Self {
            Self::new(Code::$code, message)
        }
    )*};
}

impl Status {
    /// A status with a code and a message, which the caller reads.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            details: Bytes::new(),
            metadata: Metadata::new(),
            source: None,
        }))
    }

    constructors! {
        cancelled Cancelled
        unknown Unknown
        invalid_argument InvalidArgument
        deadline_exceeded DeadlineExceeded
        not_found NotFound
        already_exists AlreadyExists
        permission_denied PermissionDenied
        resource_exhausted ResourceExhausted
        failed_precondition FailedPrecondition
        aborted Aborted
        out_of_range OutOfRange
        unimplemented Unimplemented
        internal Internal
        unavailable Unavailable
        data_loss DataLoss
        unauthenticated Unauthenticated
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Adds a detail, such as a `google.rpc.BadRequest`, packed into an `Any` under `type.googleapis.com`.
    #[must_use]
    pub fn with_detail<M: Message + Name>(self, detail: &M) -> Self {
        self.with_any(Any {
            type_url: format!("type.googleapis.com/{}", M::full_name()),
            value: detail.encode_to_vec(),
        })
    }

    /// Adds a detail that is packed already.
    #[must_use]
    pub fn with_any(mut self, detail: Any) -> Self {
        let mut status = self.to_rpc();
        status.details.push(detail);
        self.0.details = status.encode_to_vec().into();
        self
    }

    /// The details in their order; none when the bytes are no `google.rpc.Status`.
    pub fn details(&self) -> Vec<Any> {
        RpcStatus::decode(self.0.details.clone())
            .map(|status| status.details)
            .unwrap_or_default()
    }

    /// The first detail of type `M`.
    pub fn detail<M: Message + Name + Default>(&self) -> Option<M> {
        let name = M::full_name();
        let detail = self
            .details()
            .into_iter()
            .find(|any| any.type_url.rsplit('/').next() == Some(&*name))?;
        M::decode(&*detail.value).ok()
    }

    /// The bytes of `grpc-status-details-bin`: a serialized `google.rpc.Status`, or nothing.
    pub fn details_bytes(&self) -> &Bytes {
        &self.0.details
    }

    /// Sets the bytes of `grpc-status-details-bin` as they are.
    #[must_use]
    pub fn with_details_bytes(mut self, details: impl Into<Bytes>) -> Self {
        self.0.details = details.into();
        self
    }

    /// Metadata that goes out with the trailers, or that came with them.
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// Metadata that goes out with the trailers.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.0.metadata
    }

    /// Keeps the cause for the log; it never leaves the process.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// The whole as a `google.rpc.Status` message in wire form: what a gateway prints.
    pub fn to_rpc_bytes(&self) -> Vec<u8> {
        self.to_rpc().encode_to_vec()
    }

    /// The same status with another message and other details.
    pub(crate) fn with_message_and_details(mut self, message: String, details: Vec<Any>) -> Self {
        self.0.message = message;
        self.0.details = Bytes::new();
        if !details.is_empty() {
            let mut status = self.to_rpc();
            status.details = details;
            self.0.details = status.encode_to_vec().into();
        }
        self
    }

    fn to_rpc(&self) -> RpcStatus {
        RpcStatus {
            code: self.0.code as i32,
            message: self.0.message.clone(),
            details: self.details(),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Status");
        out.field("code", &self.0.code)
            .field("message", &self.0.message);
        if !self.0.details.is_empty() {
            out.field("details", &self.details());
        }
        if !self.0.metadata.is_empty() {
            out.field("metadata", &self.0.metadata);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Status {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<tonic::Status> for Status {
    fn from(status: tonic::Status) -> Self {
        let (code, message) = (
            Code::from_number(status.code() as i32),
            status.message().to_owned(),
        );
        let details = Bytes::copy_from_slice(status.details());
        let metadata = Metadata::from(status.metadata().clone().into_headers());
        let source = StdError::source(&status)
            .is_some()
            .then(|| Arc::new(status) as Arc<dyn StdError + Send + Sync>);
        Self(Box::new(Inner {
            code,
            message,
            details,
            metadata,
            source,
        }))
    }
}

impl From<Status> for tonic::Status {
    fn from(status: Status) -> Self {
        let Inner {
            code,
            message,
            details,
            metadata,
            source,
        } = *status.0;
        let metadata = tonic::metadata::MetadataMap::from_headers(metadata.into_headers());
        let code = tonic::Code::from_i32(code as i32);
        let mut out = tonic::Status::with_details_and_metadata(code, message, details, metadata);
        if let Some(source) = source {
            out.set_source(source);
        }
        out
    }
}

/// `google.rpc.Status` by its published field numbers.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_the_way_to_tonic_and_back() {
        let mut status = Status::not_found("no such book").with_detail(&prost_types::Duration {
            seconds: 3,
            nanos: 0,
        });
        status.metadata_mut().insert("x-shelf", "7").unwrap();
        status
            .metadata_mut()
            .insert_bin("x-raw-bin", &[1, 2])
            .unwrap();
        let status = status.with_source(std::io::Error::other("disk"));
        let back = Status::from(tonic::Status::from(status.clone()));
        assert_eq!(back.code(), Code::NotFound);
        assert_eq!(back.message(), "no such book");
        assert_eq!(back.details_bytes(), status.details_bytes());
        assert_eq!(back.metadata(), status.metadata());
        assert_eq!(
            back.detail::<prost_types::Duration>()
                .map(|detail| detail.seconds),
            Some(3)
        );
        assert!(back.source().is_some());
    }

    #[test]
    fn details_that_are_no_status_are_kept_as_bytes() {
        let status = Status::internal("x").with_details_bytes(&b"\xff\xff"[..]);
        assert!(status.details().is_empty());
        assert_eq!(tonic::Status::from(status).details(), b"\xff\xff");
    }

    #[test]
    fn codes_are_numbered_as_published() {
        for (number, code) in (0..).zip(Code::ALL) {
            assert_eq!(code as i32, number);
            assert_eq!(Code::from_number(number), code);
            assert_eq!(tonic::Code::from_i32(number) as i32, number);
        }
        assert_eq!(Code::from_number(17), Code::Unknown);
        assert_eq!(Code::from_number(-1), Code::Unknown);
    }
}
