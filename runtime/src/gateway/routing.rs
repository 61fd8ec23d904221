//! Which route a request takes, and what is answered if there is none.

use std::borrow::Cow;

use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method as HttpMethod, Response, StatusCode};

use super::body::Body;
use super::error::Failure;
use super::mux::{Inner, Route};
use super::options::{FormFallback, MethodOverride, PathUnescape, WrongMethod};
use super::percent;
use super::router::{Allowed, DerivedMethods, Found, Miss};
use crate::Status;
use crate::template::escapes_are_whole;

/// Where a request goes.
pub(super) struct Routed<'a> {
    pub(super) route: &'a Route,
    /// Without its leading slash and its verb.
    pub(super) path: Cow<'a, str>,
    pub(super) body_use: BodyUse,
}

/// What the body of a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyUse {
    /// What the rule says.
    ByRule,
    /// A form that stands for the query of a GET.
    AsQuery,
}

/// Why a request takes no route.
pub(super) enum Unrouted {
    Failure(Failure),
    Method(Allowed),
}

/// The method that streams and takes a WebSocket handshake, if there is one.
#[cfg(feature = "websocket")]
pub(super) fn websocket<'a>(
    mux: &'a Inner,
    parts: &'a Parts,
) -> Option<(&'a std::sync::Arc<super::binding::Binding>, &'a str)> {
    use super::websocket::{METHODS, fits};
    let path = parts.uri.path();
    METHODS.iter().find_map(|method| {
        let found = mux.router.find(method, path).ok()?;
        match mux.routes.get(found.route as usize)? {
            Route::Method(binding) if fits(binding) => {
                Some((binding, &path[1..path.len() - found.cut]))
            }
            _ => None,
        }
    })
}

/// The route of a request.
pub(super) fn route<'a>(mux: &'a Inner, parts: &'a Parts) -> Result<Routed<'a>, Unrouted> {
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let most = mux.options.limits.max_target_bytes;
    if target.len() > most {
        let status =
            Status::invalid_argument(format!("path and query are longer than {most} bytes"));
        return Err(Unrouted::Failure(Failure::new(
            StatusCode::URI_TOO_LONG,
            status,
        )));
    }
    let raw = parts.uri.path();
    if !escapes_are_whole(raw.as_bytes()) {
        return Err(malformed(percent::Malformed::Escape));
    }
    let path = match mux.options.path_unescape {
        PathUnescape::BeforeSplitting => {
            percent::decode_before_splitting(raw).map_err(malformed)?
        }
        _ => Cow::Borrowed(raw),
    };
    let (found, body_use) = find(mux, parts, &path)?;
    let Some(route) = mux.routes.get(found.route as usize) else {
        return Err(not_found());
    };
    let range = 1..path.len() - found.cut;
    let path = match path {
        Cow::Borrowed(path) => Cow::Borrowed(&path[range]),
        Cow::Owned(path) => Cow::Owned(path[range].to_owned()),
    };
    Ok(Routed {
        route,
        path,
        body_use,
    })
}

fn find(mux: &Inner, parts: &Parts, path: &str) -> Result<(Found, BodyUse), Unrouted> {
    let form = parts.method == HttpMethod::POST && is_form(parts);
    if form
        && mux.options.method_override == MethodOverride::Forms
        && let Some(method) = parts.headers.get("x-http-method-override")
        && let Ok(method) = HttpMethod::from_bytes(&method.as_bytes().to_ascii_uppercase())
    {
        let found = mux.router.find(&method, path).map_err(missed)?;
        let body_use = if method == HttpMethod::GET {
            BodyUse::AsQuery
        } else {
            BodyUse::ByRule
        };
        return Ok((found, body_use));
    }
    match mux.router.find(&parts.method, path) {
        Ok(found) => Ok((found, BodyUse::ByRule)),
        Err(Miss::Method(_)) if form && mux.options.form_fallback == FormFallback::Get => {
            let found = mux.router.find(&HttpMethod::GET, path).map_err(missed)?;
            Ok((found, BodyUse::AsQuery))
        }
        Err(miss) => Err(missed(miss)),
    }
}

fn is_form(parts: &Parts) -> bool {
    parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == "application/x-www-form-urlencoded")
}

fn missed(miss: Miss) -> Unrouted {
    match miss {
        Miss::NotFound => not_found(),
        Miss::Method(allowed) => Unrouted::Method(allowed),
    }
}

fn not_found() -> Unrouted {
    Unrouted::Failure(Status::not_found("Not Found").into())
}

fn malformed(what: percent::Malformed) -> Unrouted {
    Unrouted::Failure(Status::invalid_argument(format!("the path {}", what.reason())).into())
}

/// The answer to a request whose path has routes, but not for its method.
pub(super) fn wrong_method(mux: &Inner, method: &HttpMethod, allowed: Allowed) -> Response<Body> {
    let derived = mux.options.routing.derived_methods == DerivedMethods::HeadAndOptions;
    let allow = || HeaderValue::try_from(mux.router.names(allowed).join(", ")).ok();
    if derived && *method == HttpMethod::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
            .headers_mut()
            .extend(allow().map(|value| (ALLOW, value)));
        return response;
    }
    let status = Status::unimplemented("Method Not Allowed");
    match mux.options.wrong_method {
        WrongMethod::NotImplemented => mux.failure(&status.into(), None),
        WrongMethod::MethodNotAllowed => {
            let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, status);
            let mut response = mux.failure(&failure, None);
            response
                .headers_mut()
                .extend(allow().map(|value| (ALLOW, value)));
            response
        }
    }
}
