//! Routes that are no methods.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method as HttpMethod, Request, Response};

use super::bind::keep;
use super::body::Body;
use super::capture::Capture;
use super::error::Failure;
use super::incoming::{self, BoxError};
use super::mux::Inner;
use super::percent::decode_path;
use crate::template::Template;
use crate::{BoxFuture, Status};

/// What the variables of a path are for one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathParams(Vec<(Arc<str>, String)>);

impl PathParams {
    /// The value of the variable `name`, decoded.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut params = self.0.iter();
        params
            .find(|(known, _)| **known == *name)
            .map(|(_, value)| value.as_str())
    }
}

type Answer = dyn Fn(Request<Bytes>, PathParams) -> BoxFuture<Response<Body>> + Send + Sync;

/// A route with a user's own code behind it.
pub(super) struct Handler {
    pub(super) method: HttpMethod,
    pub(super) text: Arc<str>,
    variables: Vec<(Arc<str>, Capture)>,
    answer: Box<Answer>,
}

impl Handler {
    pub(super) fn new<F, Fut>(
        method: HttpMethod,
        text: &str,
        template: &Template,
        answer: F,
    ) -> Self
    where
        F: Fn(Request<Bytes>, PathParams) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        let variables = template.variables().iter();
        Self {
            method,
            text: text.into(),
            variables: variables
                .map(|variable| {
                    (
                        variable.field_path().join(".").into(),
                        Capture::of(template, variable),
                    )
                })
                .collect(),
            answer: Box::new(move |request, params| Box::pin(answer(request, params))),
        }
    }

    /// Answers a request, whose body is read first.
    pub(super) async fn answer<B>(
        &self,
        mux: &Inner,
        path: &str,
        parts: &Parts,
        body: &mut Option<B>,
    ) -> Result<Response<Body>, Failure>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let mut params = PathParams::default();
        for (name, capture) in &self.variables {
            let value =
                decode_path(capture.slice(path), keep(capture, &mux.options)).map_err(|wrong| {
                    Status::invalid_argument(format!("`{name}` in the path {}", wrong.reason()))
                })?;
            params.0.push((name.clone(), value.into_owned()));
        }
        let body = incoming::whole(body, &mux.options.limits).await?;
        let request = Request::from_parts(parts.clone(), body);
        Ok((self.answer)(request, params).await)
    }
}
