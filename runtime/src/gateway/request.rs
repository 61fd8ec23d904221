//! From a request to the message that the method takes.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::bind::{self, Place};
use super::binding::{Binding, BodyRule, Content};
use super::codec::{Codec, Codecs};
use super::error::Failure;
use super::incoming::{self, BoxError};
use super::mux::Inner;
use super::options::{ContentTypes, PatchMask, UnmappedBody};
use super::routing::{BodyUse, Routed};
use super::{mask, record, transcode};
use crate::pool::{FieldRef, Kind, MessageRef};
use crate::wire::{self, WireType};
use crate::{Result, Status};

/// The message of a request: its body, then its query, then its path, as bytes on the wire.
pub(super) async fn message<B>(
    mux: &Inner,
    binding: &Binding,
    routed: &Routed<'_>,
    parts: &Parts,
    body: &mut Option<B>,
) -> Result<Bytes, Failure>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let (mut out, body) = match binding.body {
        _ if routed.body_use == BodyUse::AsQuery => {
            let body = incoming::whole(body, &mux.options.limits).await?;
            (read_form(mux, binding, &body)?, Bytes::new())
        }
        BodyRule::Unmapped => {
            refuse_body(mux, binding, parts, body).await?;
            (Vec::with_capacity(room(binding, parts)), Bytes::new())
        }
        rule => {
            let body = incoming::whole(body, &mux.options.limits).await?;
            (read_body(mux, binding, rule, &parts.headers, &body)?, body)
        }
    };
    let from_body = out.len();
    if let Some(query) = parts.uri.query() {
        bind::pairs(binding, query, Place::Query, &mux.options, &mut out)?;
    }
    if let (Some(number), BodyRule::Field(field, Content::Mapped)) = (binding.mask, binding.body)
        && mux.options.patch_mask == PatchMask::FromBody
        && !body.is_empty()
        && !record::has(&out[from_body..], number)
        && matches!(
            media(&parts.headers, &mux.options.codecs),
            Media::Json | Media::Other
        )
        && let Some(message) = binding
            .input()
            .and_then(|input| single_message(input.field_by_number(field)?))
    {
        mask::write(message, number, &body, &mut out);
    }
    bind::path(binding, &routed.path, &mux.options, &mut out)?;
    Ok(out.into())
}

/// How many bytes query and path may need: a value takes no more than its text, but for a length that is long itself.
fn room(binding: &Binding, parts: &Parts) -> usize {
    let query = parts.uri.query().map_or(0, |query| query.len() + 16);
    match binding.variables.len() {
        0 => query,
        variables => query + parts.uri.path().len() + 4 * variables,
    }
}

/// What query and path set, as bytes on the wire.
pub(super) fn fields(
    mux: &Inner,
    binding: &Binding,
    path: &str,
    parts: &Parts,
) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    if let Some(query) = parts.uri.query() {
        bind::pairs(binding, query, Place::Query, &mux.options, &mut out)?;
    }
    bind::path(binding, path, &mux.options, &mut out)?;
    Ok(out)
}

/// Only the rule can say what a body is.
async fn refuse_body<B>(
    mux: &Inner,
    binding: &Binding,
    parts: &Parts,
    body: &mut Option<B>,
) -> Result<(), Failure>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    if mux.options.unmapped_body == UnmappedBody::Ignore
        || incoming::is_empty(body, &mux.options.limits).await?
    {
        return Ok(());
    }
    let (method, template) = (&parts.method, &binding.text);
    let remedy = if [Method::GET, Method::HEAD, Method::DELETE].contains(method) {
        "send the values in the query"
    } else {
        "add `body: \"*\"` to its google.api.http rule"
    };
    let status = Status::invalid_argument(format!("{method} {template} maps no body: {remedy}"));
    Err(status.into())
}

fn read_body(
    mux: &Inner,
    binding: &Binding,
    rule: BodyRule,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Vec<u8>, Failure> {
    let (BodyRule::Whole(content) | BodyRule::Field(_, content)) = rule else {
        return Ok(Vec::new());
    };
    if content == Content::Raw {
        return Ok(raw_body(rule, headers, body));
    }
    if body.is_empty() {
        return Ok(Vec::new());
    }
    match media(headers, &mux.options.codecs) {
        Media::Json => {}
        Media::Codec(codec) => return Ok(read_coded(binding, rule, codec, body)?),
        Media::Form => return Ok(read_form(mux, binding, body)?),
        Media::Other if mux.options.content_types == ContentTypes::AnyIsJson => {}
        Media::Other => return Err(unsupported(headers)),
    }
    Ok(read_json(mux, binding, rule, body)?)
}

pub(super) fn read_json(
    mux: &Inner,
    binding: &Binding,
    rule: BodyRule,
    body: &[u8],
) -> Result<Vec<u8>> {
    let unknown = || Status::internal("the type of the request is not known");
    let input = binding.input().ok_or_else(unknown)?;
    match rule {
        BodyRule::Field(number, _) => {
            let field = input.field_by_number(number).ok_or_else(unknown)?;
            let mut out = Vec::with_capacity(body.len());
            transcode::parse_field(field, body, &mux.options.parse, &mut out)?;
            Ok(out)
        }
        _ => transcode::parse_message(input, body, &mux.options.parse),
    }
}

/// A body that goes into a `google.api.HttpBody` as it is, with its content type.
pub(super) fn raw_body(rule: BodyRule, headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut out = Vec::with_capacity(body.len() + content_type.len() + 16);
    let place = match rule {
        BodyRule::Field(number, _) => {
            wire::tag(&mut out, number, WireType::Length);
            Some(wire::open(&mut out))
        }
        _ => None,
    };
    if !content_type.is_empty() {
        wire::tag(&mut out, 1, WireType::Length);
        wire::length_delimited(&mut out, content_type.as_bytes());
    }
    if !body.is_empty() {
        wire::tag(&mut out, 2, WireType::Length);
        wire::length_delimited(&mut out, body);
    }
    if let Some(place) = place {
        wire::close(&mut out, place);
    }
    out
}

/// Reads a body by a codec, which knows messages alone.
fn read_coded(
    binding: &Binding,
    rule: BodyRule,
    codec: &dyn Codec,
    body: &[u8],
) -> Result<Vec<u8>> {
    let unknown = || Status::internal("the type of the request is not known");
    let input = binding.input().ok_or_else(unknown)?;
    let BodyRule::Field(number, _) = rule else {
        return codec.decode(input, body);
    };
    let field = input.field_by_number(number).ok_or_else(unknown)?;
    let Some(message) = single_message(field) else {
        let (name, media_type) = (field.name(), codec.media_type());
        return Err(Status::invalid_argument(format!(
            "`{name}` is no message: send it as JSON, not as {media_type}"
        )));
    };
    let value = codec.decode(message, body)?;
    let mut out = Vec::with_capacity(value.len() + 8);
    wire::tag(&mut out, number, WireType::Length);
    wire::length_delimited(&mut out, &value);
    Ok(out)
}

/// The type of a field that is one message.
pub(super) fn single_message(field: FieldRef<'_>) -> Option<MessageRef<'_>> {
    match field.kind() {
        Kind::Message(message) if !field.is_repeated() && !field.is_map() => Some(message),
        _ => None,
    }
}

fn read_form(mux: &Inner, binding: &Binding, body: &[u8]) -> Result<Vec<u8>> {
    let form =
        std::str::from_utf8(body).map_err(|_| Status::invalid_argument("the form is not UTF-8"))?;
    let mut out = Vec::new();
    bind::pairs(binding, form, Place::Form, &mux.options, &mut out)?;
    Ok(out)
}

/// What a body says that it is.
enum Media<'a> {
    Json,
    Form,
    Codec(&'a dyn Codec),
    Other,
}

fn media<'a>(headers: &HeaderMap, codecs: &'a Codecs) -> Media<'a> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Media::Json;
    };
    if value == "application/json" {
        return Media::Json;
    }
    let essence = essence(value);
    let is = |name: &str| essence.eq_ignore_ascii_case(name);
    if is("application/json") || is_json_suffix(essence) {
        Media::Json
    } else if is("application/x-www-form-urlencoded") {
        Media::Form
    } else {
        codecs.find(essence).map_or(Media::Other, Media::Codec)
    }
}

/// A media type without its parameters.
pub(super) fn essence(value: &HeaderValue) -> &str {
    let text = value.to_str().unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim()
}

fn is_json_suffix(essence: &str) -> bool {
    let suffix = essence.rsplit_once('+').map(|(_, suffix)| suffix);
    suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"))
}

fn unsupported(headers: &HeaderMap) -> Failure {
    let value = headers.get(CONTENT_TYPE);
    let text = value
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .unwrap_or_default();
    let status = Status::invalid_argument(format!(
        "a body of type `{text}` is not read here: send `application/json`"
    ));
    Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, status)
}
