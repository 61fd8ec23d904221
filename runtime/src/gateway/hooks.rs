//! What a user's code may decide.

use std::fmt;
use std::sync::Arc;

use http::{HeaderName, Response};

use super::binding::Binding;
use super::body::Body;
use crate::Status;

/// The call that a hook is about.
#[derive(Debug)]
pub struct Call<'a> {
    rpc: &'a str,
    template: &'a str,
}

impl<'a> Call<'a> {
    pub(super) fn of(binding: &'a Binding) -> Self {
        Self {
            rpc: binding.method.path(),
            template: &binding.text,
        }
    }

    /// The path of the method, such as `/shop.Shop/Get`.
    pub fn rpc(&self) -> &'a str {
        self.rpc
    }

    /// The path template of the rule that the request took.
    pub fn template(&self) -> &'a str {
        self.template
    }
}

pub(super) type ErrorHook =
    dyn Fn(Option<&Call<'_>>, &Status) -> Option<Response<Body>> + Send + Sync;
pub(super) type ResponseHook = dyn Fn(&Call<'_>, &mut Response<Body>) + Send + Sync;
pub(super) type HeaderHook = dyn Fn(&HeaderName) -> Option<HeaderName> + Send + Sync;

/// The hooks that are set.
#[derive(Clone, Default)]
pub(super) struct Hooks {
    pub(super) error: Option<Arc<ErrorHook>>,
    pub(super) response: Option<Arc<ResponseHook>>,
    pub(super) request_header: Option<Arc<HeaderHook>>,
    pub(super) response_header: Option<Arc<HeaderHook>>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("error", &self.error.is_some())
            .field("response", &self.response.is_some())
            .field("request_header", &self.request_header.is_some())
            .field("response_header", &self.response_header.is_some())
            .finish()
    }
}
