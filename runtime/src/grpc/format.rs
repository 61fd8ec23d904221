//! What the messages of a call are written in.

use http::HeaderValue;

use crate::Status;

/// What the messages of a call are written in, by the content type of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Protobuf, `application/grpc`.
    Plain,
    /// Protobuf, `application/grpc+proto`.
    Proto,
    /// Protobuf's JSON, `application/grpc+json`.
    Json,
}

impl Format {
    /// The format that `content_type` names; what comes behind a semicolon does not matter.
    ///
    /// # Errors
    /// UNIMPLEMENTED for a format that is not spoken here.
    pub(super) fn of(content_type: Option<&HeaderValue>) -> Result<Self, Status> {
        let text = content_type.map_or("", |value| value.to_str().unwrap_or_default());
        let name = text.split(';').next().unwrap_or_default().trim();
        match name {
            "application/grpc" => Ok(Format::Plain),
            "application/grpc+proto" => Ok(Format::Proto),
            "application/grpc+json" => Ok(Format::Json),
            other => Err(Status::unimplemented(format!(
                "content type `{other}` is not served: `application/grpc`, `application/grpc+proto` or `application/grpc+json` was expected"
            ))),
        }
    }

    /// The content type of the response, where it is not `application/grpc`.
    pub(super) fn content_type(self) -> Option<HeaderValue> {
        match self {
            Format::Plain => None,
            Format::Proto => Some(HeaderValue::from_static("application/grpc+proto")),
            Format::Json => Some(HeaderValue::from_static("application/grpc+json")),
        }
    }
}
