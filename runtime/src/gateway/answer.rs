//! Messages of a method as bodies of answers.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use prost::Message;

use super::binding::{AnswerRule, Binding, Content};
use super::body::Body;
use super::codec::Codec;
use super::error;
use super::mux::Inner;
use super::request::single_message;
use super::{record, transcode};
use crate::{Result, Status};

/// Writes the answers of one binding.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) mux: &'a Inner,
    pub(super) binding: &'a Binding,
}

/// `google.api.HttpBody` by its published field numbers; its extensions are for the handler alone.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HttpBody {
    #[prost(string, tag = "1")]
    pub(super) content_type: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) data: Bytes,
}

impl Writer<'_> {
    /// The answer of a call that does not stream.
    pub(super) fn response(&self, message: Bytes, headers: &HeaderMap) -> Result<Response<Body>> {
        if self.content() == Content::Raw {
            let body = self.http_body(&message)?;
            let mut response = Response::new(Body::full(body.data));
            if let Some(content_type) = content_type(&body.content_type) {
                response.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            return Ok(response);
        }
        if let Some(codec) = self.mux.options.codecs.accepted(headers)
            && let Some(coded) = self.write_coded(&message, codec)?
        {
            let mut response = Response::new(Body::full(coded));
            if let Ok(media_type) = HeaderValue::from_str(codec.media_type()) {
                response.headers_mut().insert(CONTENT_TYPE, media_type);
            }
            return Ok(response);
        }
        let mut out = Vec::with_capacity(message.len() * 2 + 64);
        self.write_json(&message, &mut out)?;
        let mut response = Response::new(Body::full(out));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Ok(response)
    }

    /// Whether answers are raw bytes.
    pub(super) fn content(&self) -> Content {
        match self.binding.answer {
            AnswerRule::Whole(content) | AnswerRule::Field(_, content) => content,
        }
    }

    /// Appends a message, or the field of it that `response_body` names, as JSON.
    pub(super) fn write_json(&self, message: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let print = &self.mux.options.print;
        let output = self.binding.output().ok_or_else(no_type)?;
        match self.binding.answer {
            AnswerRule::Whole(_) => transcode::print_message(output, message, print, out),
            AnswerRule::Field(number, _) => {
                let field = output.field_by_number(number).ok_or_else(no_type)?;
                transcode::print_field(field, message, print, out)
            }
        }
    }

    /// The message, or the field of it that `response_body` names, by a codec; `None` where that is no message.
    fn write_coded(&self, message: &Bytes, codec: &dyn Codec) -> Result<Option<Vec<u8>>> {
        let output = self.binding.output().ok_or_else(no_type)?;
        let AnswerRule::Field(number, _) = self.binding.answer else {
            return codec.encode(output, message).map(Some);
        };
        let field = output.field_by_number(number).ok_or_else(no_type)?;
        let Some(inner) = single_message(field) else {
            return Ok(None);
        };
        // Records of one field after another are the message that they all make up.
        let value: Vec<u8> = record::values(message, number).flatten().collect();
        codec.encode(inner, &value).map(Some)
    }

    /// Appends the bytes of an HttpBody.
    pub(super) fn write_raw(&self, message: &Bytes, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.http_body(message)?.data);
        Ok(())
    }

    /// Appends a message with its length in front.
    pub(super) fn write_delimited(&self, message: &[u8], out: &mut Vec<u8>) -> Result<()> {
        crate::wire::length_delimited(out, message);
        Ok(())
    }

    /// The HttpBody that a message is or holds.
    pub(super) fn http_body(&self, message: &Bytes) -> Result<HttpBody> {
        let decoded = match self.binding.answer {
            AnswerRule::Whole(_) => HttpBody::decode(message.clone()),
            AnswerRule::Field(number, _) => {
                let mut body = HttpBody::default();
                record::values(message, number)
                    .try_for_each(|part| body.merge(part))
                    .map(|()| body)
            }
        };
        decoded.map_err(|error| {
            Status::internal("the answer is not what its type says").with_source(error)
        })
    }

    /// A status as JSON.
    pub(super) fn error_text(&self, status: &Status) -> String {
        let http = error::http_status(status.code());
        error::bare_text(status, http, Some(&self.binding.pool), &self.mux.options)
    }
}

/// The content type of raw bytes; what is no header value is not sent.
pub(super) fn content_type(text: &str) -> Option<HeaderValue> {
    if text.is_empty() {
        return Some(HeaderValue::from_static("application/octet-stream"));
    }
    HeaderValue::from_str(text).ok()
}

fn no_type() -> Status {
    Status::internal("the type of the answer is not known")
}
