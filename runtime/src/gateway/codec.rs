//! Bodies that are not JSON.

use std::fmt;
use std::sync::Arc;

use super::record;
use crate::pool::MessageRef;
use crate::{Result, Status};

/// Reads and writes messages in a media type other than JSON.
///
/// It serves the bodies of calls that do not stream, where the body is a message: the whole one, or a field of it that is a
/// single message. A client chooses it by `content-type` and `accept`.
pub trait Codec: Send + Sync + 'static {
    /// The media type, in lower case and without parameters, such as `application/cbor`.
    fn media_type(&self) -> &str;

    /// The bytes on protobuf's wire of what a client sent as a `message`.
    ///
    /// # Errors
    /// The status for the client, usually INVALID_ARGUMENT.
    fn decode(&self, message: MessageRef<'_>, body: &[u8]) -> Result<Vec<u8>>;

    /// What a client gets for a `message` whose bytes on protobuf's wire are `wire`.
    ///
    /// # Errors
    /// The status for the client.
    fn encode(&self, message: MessageRef<'_>, wire: &[u8]) -> Result<Vec<u8>>;
}

/// Protobuf's own bytes, as `application/x-protobuf`.
#[derive(Debug)]
pub(super) struct Protobuf;

impl Codec for Protobuf {
    fn media_type(&self) -> &str {
        "application/x-protobuf"
    }

    fn decode(&self, message: MessageRef<'_>, body: &[u8]) -> Result<Vec<u8>> {
        // Values of the path are appended to these bytes. If the last record here were not whole, it would swallow them.
        if record::are_whole(body) {
            return Ok(body.to_vec());
        }
        let name = message.full_name();
        Err(Status::invalid_argument(format!(
            "the body is no serialized `{name}`"
        )))
    }

    fn encode(&self, _: MessageRef<'_>, wire: &[u8]) -> Result<Vec<u8>> {
        Ok(wire.to_vec())
    }
}

/// The codecs of a gateway, besides JSON.
#[derive(Clone)]
pub(super) struct Codecs(Vec<Arc<dyn Codec>>);

impl Codecs {
    pub(super) fn add(&mut self, codec: Arc<dyn Codec>) {
        self.0
            .retain(|other| other.media_type() != codec.media_type());
        self.0.push(codec);
    }

    /// The codec of a media type.
    pub(super) fn find(&self, media_type: &str) -> Option<&dyn Codec> {
        let mut codecs = self.0.iter();
        codecs
            .find(|codec| codec.media_type().eq_ignore_ascii_case(media_type))
            .map(|codec| &**codec)
    }

    /// The codec that a client wants its answer by; `None` for JSON.
    pub(super) fn accepted(&self, headers: &http::HeaderMap) -> Option<&dyn Codec> {
        let accept = headers.get(http::header::ACCEPT)?;
        if accept == "*/*" || accept == "application/json" {
            return None;
        }
        let mut offers = vec!["application/json"];
        offers.extend(self.0.iter().map(|codec| codec.media_type()));
        let chosen = super::accept::choose(headers, &offers).checked_sub(1)?;
        self.0.get(chosen).map(|codec| &**codec)
    }
}

impl Default for Codecs {
    fn default() -> Self {
        Self(vec![Arc::new(Protobuf)])
    }
}

impl fmt::Debug for Codecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|codec| codec.media_type()))
            .finish()
    }
}
