//! Metadata: what travels beside the messages.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::Error;

/// Metadata of a call: lower-case names with one or more values each.
///
/// A name that ends in `-bin` holds bytes, every other one visible ASCII and spaces, as
/// [gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md) has it. On the wire, and in
/// [`Metadata::as_headers`], bytes are base64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(HeaderMap);

impl Metadata {
    /// Empty metadata.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of values, each of a repeated name counted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The first value of `name`; `None` for a `-bin` name and for a value that is not text.
    pub fn get(&self, name: &str) -> Option<&str> {
        if is_binary(name) {
            return None;
        }
        self.0.get(name)?.to_str().ok()
    }

    /// All values of `name`, in the order of their arrival.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let text = !is_binary(name);
        let values = text.then(|| self.0.get_all(name).iter());
        values
            .into_iter()
            .flatten()
            .filter_map(|value| value.to_str().ok())
    }

    /// The first value of the `-bin` name `name`; `None` for any other name and for what is not base64.
    pub fn get_bin(&self, name: &str) -> Option<Bytes> {
        if !is_binary(name) {
            return None;
        }
        decode_binary(self.0.get(name)?)
    }

    /// Sets `name` to `value`, which replaces all that it had.
    ///
    /// # Errors
    /// A name that is no HTTP/2 header name or ends in `-bin`, or a value that is not visible ASCII.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let (name, value) = text_pair(name, value)?;
        self.0.insert(name, value);
        Ok(())
    }

    /// Adds `value` to those of `name`.
    ///
    /// # Errors
    /// As [`Metadata::insert`].
    pub fn append(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let (name, value) = text_pair(name, value)?;
        self.0.append(name, value);
        Ok(())
    }

    /// Sets the `-bin` name `name` to bytes, which replaces all that it had.
    ///
    /// # Errors
    /// A name that is no HTTP/2 header name or does not end in `-bin`.
    pub fn insert_bin(&mut self, name: &str, value: &[u8]) -> Result<(), Error> {
        let (name, value) = binary_pair(name, value)?;
        self.0.insert(name, value);
        Ok(())
    }

    /// Adds bytes to those of the `-bin` name `name`.
    ///
    /// # Errors
    /// As [`Metadata::insert_bin`].
    pub fn append_bin(&mut self, name: &str, value: &[u8]) -> Result<(), Error> {
        let (name, value) = binary_pair(name, value)?;
        self.0.append(name, value);
        Ok(())
    }

    /// Takes `name` with all its values away; says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// The names, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(HeaderName::as_str)
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: &Metadata) {
        for (name, value) in &other.0 {
            self.0.append(name.clone(), value.clone());
        }
    }

    /// The metadata as HTTP headers.
    pub fn as_headers(&self) -> &HeaderMap {
        &self.0
    }

    /// The metadata as HTTP headers.
    pub fn into_headers(self) -> HeaderMap {
        self.0
    }
}

impl From<HeaderMap> for Metadata {
    fn from(headers: HeaderMap) -> Self {
        Self(headers)
    }
}

/// Whether values of `name` are bytes.
pub(crate) fn is_binary(name: &str) -> bool {
    name.len() >= 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b"-bin")
}

/// Bytes from a header's base64, with or without padding.
pub(crate) fn decode_binary(value: &HeaderValue) -> Option<Bytes> {
    use base64::Engine as _;
    BASE64.decode(value.as_bytes()).ok().map(Bytes::from)
}

/// Bytes as a header's base64, without padding as gRPC wants it.
pub(crate) fn encode_binary(value: &[u8]) -> HeaderValue {
    use base64::Engine as _;
    HeaderValue::try_from(BASE64.encode(value)).unwrap_or_else(|_| HeaderValue::from_static(""))
}

const BASE64: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

fn text_pair(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    if is_binary(name) {
        return Err(Error::new(format!(
            "metadata `{name}` holds bytes: set it with `insert_bin` or `append_bin`"
        )));
    }
    if !value.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(Error::new(format!(
            "the value of metadata `{name}` must be visible ASCII and spaces"
        )));
    }
    let value = HeaderValue::from_str(value).map_err(|error| {
        Error::new(format!("metadata `{name}` has a bad value")).with_source(error)
    })?;
    Ok((header_name(name)?, value))
}

fn binary_pair(name: &str, value: &[u8]) -> Result<(HeaderName, HeaderValue), Error> {
    if !is_binary(name) {
        return Err(Error::new(format!(
            "metadata `{name}` holds text: only names that end in `-bin` hold bytes"
        )));
    }
    Ok((header_name(name)?, encode_binary(value)))
}

fn header_name(name: &str) -> Result<HeaderName, Error> {
    HeaderName::try_from(name)
        .map_err(|error| Error::new(format!("`{name}` is no metadata name")).with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_case_insensitive_and_values_keep_their_order() {
        let mut metadata = Metadata::new();
        metadata.append("X-User", "a").unwrap();
        metadata.append("x-user", "b").unwrap();
        assert_eq!(metadata.get("X-USER"), Some("a"));
        assert_eq!(metadata.get_all("x-user").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(metadata.len(), 2);
    }

    #[test]
    fn bytes_travel_as_base64_without_padding() {
        let mut metadata = Metadata::new();
        metadata.insert_bin("trace-bin", &[0, 255, 1]).unwrap();
        assert_eq!(metadata.as_headers()["trace-bin"], "AP8B");
        assert_eq!(
            metadata.get_bin("trace-bin").as_deref(),
            Some(&[0, 255, 1][..])
        );
        assert_eq!(metadata.get("trace-bin"), None);
        metadata.insert_bin("trace-bin", &[7]).unwrap();
        assert_eq!(metadata.as_headers()["trace-bin"], "Bw");
    }

    #[test]
    fn what_would_break_a_header_is_refused() {
        let mut metadata = Metadata::new();
        let error = |result: Result<(), Error>| result.unwrap_err().to_string();
        assert_eq!(
            error(metadata.insert("a b", "x")),
            "`a b` is no metadata name"
        );
        assert_eq!(
            error(metadata.insert("a", "x\r\ny")),
            "the value of metadata `a` must be visible ASCII and spaces"
        );
        assert_eq!(
            error(metadata.insert("a-bin", "x")),
            "metadata `a-bin` holds bytes: set it with `insert_bin` or `append_bin`"
        );
        assert_eq!(
            error(metadata.insert_bin("a", b"x")),
            "metadata `a` holds text: only names that end in `-bin` hold bytes"
        );
        assert!(metadata.is_empty());
    }
}
