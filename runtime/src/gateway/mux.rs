//! The gateway as users see it: what they register, and what a server serves.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http::{Method as HttpMethod, Request, Response};

use super::binding::Binding;
use super::body::Body;
use super::handler::{Handler, PathParams};
use super::incoming::BoxError;
use super::options::{Options, UnboundMethods};
use super::router::Router;
use super::serve;
use crate::descriptor::{HttpRule, Pattern};
use crate::middleware::Stack;
use crate::pool::MethodRef;
use crate::template::Template;
use crate::{Backend, BoxFuture, Channel, Error, Pool, ServiceDef};

/// Serves methods by HTTP, as the `google.api.http` rules of their `.proto` files say.
///
/// It is a tower [`Service`](tower_service::Service), so that it takes tower's layers, mounts into an axum router, and is
/// served by [`Server`](crate::Server) or by hyper itself. It is cheap to clone.
///
/// What goes wrong while methods are registered, such as two routes for the same requests, is logged and kept:
/// [`ServeMux::check`] tells it all, and [`Server`](crate::Server) does not start on it. What else was registered is
/// served all the same.
///
/// The address that a request comes from is expected among its extensions as a [`SocketAddr`](std::net::SocketAddr).
#[derive(Clone, Default)]
pub struct ServeMux {
    inner: Arc<Inner>,
}

#[derive(Clone)]
pub(super) struct Inner {
    pub(super) options: Options,
    pub(super) router: Router,
    pub(super) routes: Vec<Route>,
    problems: Vec<String>,
    #[cfg(feature = "metrics")]
    pub(super) metrics: Arc<super::metrics::Metrics>,
}

/// What a route leads to.
#[derive(Clone)]
pub(super) enum Route {
    /// A method.
    Method(Arc<Binding>),
    /// A user's own code.
    Handler(Arc<Handler>),
}

impl Route {
    /// The path template, as it was written.
    #[cfg(feature = "metrics")]
    pub(super) fn text(&self) -> Arc<str> {
        match self {
            Route::Method(binding) => binding.text.clone(),
            Route::Handler(handler) => handler.text.clone(),
        }
    }

    fn name(&self) -> String {
        match self {
            Route::Method(binding) => format!("`{}` of {}", binding.name(), binding.method.path()),
            Route::Handler(handler) => format!("`{} {}`", handler.method, handler.text),
        }
    }
}

impl ServeMux {
    /// A gateway without routes, with the options' defaults.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn with_options(options: Options) -> Self {
        Self {
            inner: Arc::new(Inner::new(options)),
        }
    }

    /// Serves the methods of `service` by their rules; `backend` takes the calls.
    ///
    /// Problems are kept for [`ServeMux::check`].
    pub fn register(&mut self, service: &ServiceDef, backend: impl Backend) {
        match service.descriptors().pool() {
            Ok(pool) => self.register_pool(pool, service.name(), backend),
            Err(error) => {
                let problem = format!(
                    "the descriptors of service `{}` are broken: {error}",
                    service.name()
                );
                Arc::make_mut(&mut self.inner).refuse(problem);
            }
        }
    }

    /// Serves the methods of `service` by their rules; the gRPC server at `endpoint`, such as `http://127.0.0.1:9090`, takes
    /// the calls. It is connected to when the first call needs it; see [`Channel::lazy`].
    ///
    /// Must be called within a tokio runtime. Problems are kept for [`ServeMux::check`].
    pub fn register_endpoint(&mut self, service: &ServiceDef, endpoint: &str) {
        match Channel::lazy(endpoint) {
            Ok(channel) => self.register(service, channel),
            Err(error) => {
                let problem = format!("service `{}`: {error}", service.name());
                Arc::make_mut(&mut self.inner).refuse(problem);
            }
        }
    }

    /// Serves the methods of the service `service`, a full name such as `shop.Shop`, as `pool` describes them; `backend`
    /// takes the calls. No generated code is needed for it.
    ///
    /// Problems are kept for [`ServeMux::check`].
    pub fn register_pool(&mut self, pool: &Arc<Pool>, service: &str, backend: impl Backend) {
        let inner = Arc::make_mut(&mut self.inner);
        let Some(service) = pool.service(service) else {
            inner.refuse(format!("the descriptors have no service `{service}`"));
            return;
        };
        let backend: Arc<dyn Backend> = Arc::new(backend);
        for method in service.methods() {
            for binding in inner.bindings(pool, method, &backend) {
                match binding {
                    Ok(binding) => inner.add(binding),
                    Err(problem) => inner.refuse(problem),
                }
            }
        }
    }

    /// Serves requests of `method` at `template`, a path template as rules have them, by code that is no method. It gets the
    /// request with its whole body, within the limits, and the variables of the path.
    ///
    /// Problems are kept for [`ServeMux::check`].
    pub fn handle_path<F, Fut>(&mut self, method: HttpMethod, template: &str, answer: F)
    where
        F: Fn(Request<Bytes>, PathParams) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        let inner = Arc::make_mut(&mut self.inner);
        match Template::parse(template) {
            Ok(parsed) => {
                let handler = Handler::new(method.clone(), template, &parsed, answer);
                let name = format!("`{method} {template}`");
                inner.add_route(
                    Some(&method),
                    &parsed,
                    &name,
                    Route::Handler(Arc::new(handler)),
                );
            }
            Err(error) => {
                let column = error.offset() + 1;
                inner.refuse(format!("template `{template}`, column {column}: {error}"));
            }
        }
    }

    /// Says at `template`, a path such as `/healthz`, whether a service is up: `backend` is asked by `grpc.health.v1.Health`,
    /// and `?service=` names the service. 200 stands for SERVING, 503 for not, 404 for a service that is not known.
    ///
    /// Problems are kept for [`ServeMux::check`].
    pub fn health(&mut self, template: &str, backend: impl Backend) {
        let backend: Arc<dyn Backend> = Arc::new(backend);
        self.handle_path(HttpMethod::GET, template, move |request, _| {
            super::health::answer(backend.clone(), request)
        });
    }

    /// Counts and durations of all requests so far, in Prometheus's text format: what
    /// [`ServeMux::handle_path`] may serve at `/metrics`. Labels are routes, never paths.
    #[cfg(feature = "metrics")]
    pub fn metrics(&self) -> String {
        self.inner.metrics.text()
    }

    /// Puts `middleware` in front of the handlers of this process among the backends.
    pub(crate) fn wrap_handlers(&mut self, middleware: &Stack) {
        let inner = Arc::make_mut(&mut self.inner);
        for route in &mut inner.routes {
            if let Route::Method(binding) = route
                && let Some(routes) = binding.backend.handlers()
            {
                let backend = Arc::new(routes.behind(middleware));
                Arc::make_mut(binding).backend = backend;
            }
        }
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// Whether all that was registered can be served.
    ///
    /// # Errors
    /// All problems in one sentence: rules that name no field, templates that cannot be read, routes that match the same
    /// requests, descriptors that are broken.
    pub fn check(&self) -> Result<(), Error> {
        let problems = &self.inner.problems;
        if problems.is_empty() {
            return Ok(());
        }
        Err(Error::new(format!(
            "the gateway cannot be served: {}",
            problems.join("; ")
        )))
    }

    /// Answers a request; what the tower service does, without a box around the future.
    pub fn answer<B>(
        &self,
        request: Request<B>,
    ) -> impl Future<Output = Response<Body>> + Send + use<B>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let peer = request.extensions().get().copied();
        serve::answer(self.inner.clone(), peer, request)
    }

    /// The same for a request from `peer`.
    pub(crate) fn answer_from<B>(
        &self,
        peer: SocketAddr,
        request: Request<B>,
    ) -> impl Future<Output = Response<Body>> + Send + use<B>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        serve::answer(self.inner.clone(), Some(peer), request)
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

impl Inner {
    fn new(options: Options) -> Self {
        Self {
            router: Router::new(options.routing),
            options,
            routes: Vec::new(),
            problems: Vec::new(),
            #[cfg(feature = "metrics")]
            metrics: Arc::default(),
        }
    }

    fn bindings(
        &self,
        pool: &Arc<Pool>,
        method: MethodRef<'_>,
        backend: &Arc<dyn Backend>,
    ) -> Vec<Result<Binding, String>> {
        let name = method.path().trim_start_matches('/').replace('/', ".");
        let mut external = self
            .options
            .rules
            .iter()
            .filter(|rule| rule.selector == name)
            .peekable();
        if external.peek().is_some() {
            return external
                .flat_map(|rule| Binding::all(pool, method, rule, backend))
                .collect();
        }
        match (method.http(), self.options.unbound_methods) {
            (Some(rule), _) => Binding::all(pool, method, rule, backend),
            (None, UnboundMethods::Skip) => Vec::new(),
            (None, UnboundMethods::Post) => {
                let rule = HttpRule {
                    body: "*".to_owned(),
                    pattern: Some(Pattern::Post(method.path().to_owned())),
                    ..HttpRule::default()
                };
                Binding::all(pool, method, &rule, backend)
            }
        }
    }

    fn add(&mut self, binding: Binding) {
        let name = format!("`{}` of {}", binding.name(), binding.method.path());
        let (method, template) = (binding.http_method.clone(), binding.template.clone());
        self.add_route(
            method.as_ref(),
            &template,
            &name,
            Route::Method(Arc::new(binding)),
        );
    }

    fn add_route(
        &mut self,
        method: Option<&HttpMethod>,
        template: &Template,
        name: &str,
        route: Route,
    ) {
        let number = self.routes.len() as u32;
        match self.router.insert(method, template, number) {
            Ok(()) => self.routes.push(route),
            Err(other) => {
                let other = self
                    .routes
                    .get(other as usize)
                    .map_or_else(String::new, Route::name);
                self.refuse(format!(
                    "the route {name} matches the same requests as {other}"
                ));
            }
        }
    }

    fn refuse(&mut self, problem: String) {
        tracing::error!("the gateway cannot serve a method: {problem}");
        self.problems.push(problem);
    }
}

impl<B> tower_service::Service<Request<B>> for ServeMux
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Task<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answer = self.answer(request);
        Box::pin(async move { Ok(answer.await) })
    }
}

impl fmt::Debug for ServeMux {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeMux")
            .field("routes", &self.inner.routes.len())
            .field("problems", &self.inner.problems)
            .finish_non_exhaustive()
    }
}
