//! The handlers of this process, found by the path of the method.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use prost::Message;

use crate::guard::{Guard, guarded, mapped};
use crate::middleware::{Middleware, Stack};
use crate::pool::MethodRef;
use crate::{
    Backend, BidiStreaming, BoxFuture, ClientStreaming, Context, Error, Kind, Messages, Method,
    Result, ServerStreaming, ServiceDef, Status, Streaming, Unary,
};

/// The services that this process serves, each with its handler.
///
/// Generated `register_*_handler` functions fill it; it is cheap to clone and, as a [`Backend`], takes calls by their
/// message bytes. A service that is registered twice is an error, which [`Routes::check`] tells and which keeps a server
/// from starting.
#[derive(Clone, Default)]
pub struct Routes {
    handlers: Arc<Handlers>,
    middleware: Stack,
    services: Vec<ServiceDef>,
    problems: Vec<String>,
}

/// The methods by their paths.
#[derive(Clone, Default)]
struct Handlers(HashMap<Box<str>, Route>);

/// Calls one handler method.
type Call = dyn Fn(Context, Messages) -> BoxFuture<Result<Messages>> + Send + Sync;

#[derive(Clone)]
struct Route {
    method: Method,
    call: Arc<Call>,
}

impl Routes {
    /// No services.
    pub fn new() -> Self {
        Self::default()
    }

    /// The routes of one handler, as `register` makes them: `Routes::of(Worker, register_greeter_handler)`.
    pub fn of<H>(handler: H, register: impl FnOnce(&mut Routes, H)) -> Self {
        let mut routes = Self::new();
        register(&mut routes, handler);
        routes
    }

    /// Registers the methods of `service` one by one, with `handler` behind them; generated code calls this.
    pub fn service<H>(&mut self, service: &ServiceDef, handler: H) -> ServiceRoutes<'_, H> {
        if self
            .services
            .iter()
            .any(|other| other.name() == service.name())
        {
            self.problems
                .push(format!("service `{}` is registered twice", service.name()));
        }
        self.services.push(*service);
        ServiceRoutes {
            routes: self,
            handler: Arc::new(handler),
        }
    }

    /// Puts `middleware` in front of every handler, behind the middleware that is there already.
    pub fn middleware(&mut self, middleware: impl Middleware) {
        self.middleware.push(middleware);
    }

    /// The same handlers with `outer` in front of their own middleware.
    pub(crate) fn behind(&self, outer: &Stack) -> Routes {
        Routes {
            middleware: outer.before(&self.middleware),
            ..self.clone()
        }
    }

    /// The services, in the order of their registration.
    pub fn services(&self) -> &[ServiceDef] {
        &self.services
    }

    /// What the descriptors tell of a method that is served here; `None` where its service has none.
    pub(crate) fn descriptor(&self, method: &Method) -> Option<MethodRef<'static>> {
        let mut services = self.services.iter();
        let service = services.find(|service| service.name() == method.service())?;
        service.descriptors().pool().ok()?.method(method.path())
    }

    /// Whether `service` is registered.
    pub(crate) fn has(&self, service: &ServiceDef) -> bool {
        self.services
            .iter()
            .any(|known| known.name() == service.name())
    }

    /// Whether nothing is registered.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// The kind of the method at `path`, such as `/shop.Shop/Get`; `None` where there is none.
    pub fn kind(&self, path: &str) -> Option<Kind> {
        self.handlers.0.get(path).map(|route| route.method.kind())
    }

    /// The method that a call to `path` means: the one at exactly that path, or else, since go-micro's clients put the
    /// name that the service is registered under where its package belongs, the one of the only service here whose name
    /// ends as the path's does. The protocol's own services, below the package `grpc`, are found by exact paths alone.
    ///
    /// # Errors
    /// UNIMPLEMENTED where no method is found, or more than one.
    pub fn resolve(&self, path: &str) -> Result<Method> {
        if let Some(route) = self.handlers.0.get(path) {
            return Ok(route.method.clone());
        }
        let Some((service, method)) = split(path) else {
            let text = format!("malformed method name: {path:?}");
            return Err(Status::unimplemented(text));
        };
        if self.services.iter().any(|known| known.name() == service) {
            return Err(unknown_method(service, method));
        }
        let mut alike = self
            .services
            .iter()
            .map(ServiceDef::name)
            .filter(|name| last_part(name) == last_part(service) && !name.starts_with("grpc."));
        match (alike.next(), alike.next()) {
            (None, _) => Err(Status::unimplemented(format!("unknown service {service}"))),
            (Some(name), None) => {
                let found = self.handlers.0.get(&*format!("/{name}/{method}"));
                let found = found.map(|route| route.method.clone());
                found.ok_or_else(|| unknown_method(name, method))
            }
            (Some(one), Some(other)) => Err(Status::unimplemented(format!(
                "service `{service}` is ambiguous here: `{one}` and `{other}` have the same last part; send the full name"
            ))),
        }
    }

    /// Whether all that was registered can be served.
    ///
    /// # Errors
    /// A service that was registered twice.
    pub fn check(&self) -> Result<(), Error> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Error::new(self.problems.join("; ")))
        }
    }
}

/// Service and method of a path.
fn split(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix('/')?
        .split_once('/')
        .filter(|(service, method)| {
            !service.is_empty() && !method.is_empty() && !method.contains('/')
        })
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn unknown_method(service: &str, method: &str) -> Status {
    Status::unimplemented(format!("unknown method {method} for service {service}"))
}

impl Backend for Routes {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        let method = &match self.resolve(method.path()) {
            Ok(method) => method,
            Err(status) => return failed(status),
        };
        let ctx = ctx.arrived();
        if self.middleware.is_empty() {
            return self.handlers.call(ctx, method, request);
        }
        let next = self.middleware.to(self.handlers.clone());
        let method = method.clone();
        // What a middleware does before its future is polled may panic as well.
        let answer = Guard::handler(&ctx.clone(), {
            let ctx = ctx.clone();
            async move { next.call(ctx, &method, request).await }
        });
        Box::pin(async move {
            Ok(match answer.await? {
                Messages::Stream(messages) => Messages::Stream(guarded(&ctx, messages, Ok)),
                one @ Messages::One(_) => one,
            })
        })
    }

    fn handlers(&self) -> Option<&Routes> {
        Some(self)
    }
}

impl Backend for Handlers {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        match self.0.get(method.path()) {
            Some(route) => (route.call)(ctx, request),
            // Only a middleware that changes the method comes here.
            None => failed(Status::unimplemented(format!(
                "{} is not served here",
                method.path()
            ))),
        }
    }
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut paths: Vec<_> = self.handlers.0.keys().collect();
        paths.sort();
        f.debug_struct("Routes")
            .field("paths", &paths)
            .field("middleware", &self.middleware)
            .field("problems", &self.problems)
            .finish()
    }
}

/// Registers the methods of one service; made by [`Routes::service`].
#[derive(Debug)]
pub struct ServiceRoutes<'a, H> {
    routes: &'a mut Routes,
    handler: Arc<H>,
}

impl<H: Send + Sync + 'static> ServiceRoutes<'_, H> {
    /// Serves a unary method.
    pub fn unary<Req, Res, F, Fut>(self, method: &Unary<Req, Res>, call: F) -> Self
    where
        Req: Message + Default + 'static,
        Res: Message + 'static,
        F: Fn(Arc<H>, Context, Req) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Res>> + Send + 'static,
    {
        let handler = self.handler.clone();
        self.add(method.method(), move |ctx, request| {
            match one(request).and_then(decode) {
                Ok(request) => {
                    let answer = call(handler.clone(), ctx.clone(), request);
                    Box::pin(Guard::handler(&ctx, async move {
                        Ok(Messages::One(encode(answer.await?)))
                    }))
                }
                Err(status) => failed(status),
            }
        })
    }

    /// Serves a server-streaming method.
    pub fn server_streaming<Req, Res, F, Fut>(
        self,
        method: &ServerStreaming<Req, Res>,
        call: F,
    ) -> Self
    where
        Req: Message + Default + 'static,
        Res: Message + 'static,
        F: Fn(Arc<H>, Context, Req) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Streaming<Res>>> + Send + 'static,
    {
        let handler = self.handler.clone();
        self.add(method.method(), move |ctx, request| {
            match one(request).and_then(decode) {
                Ok(request) => stream(ctx.clone(), call(handler.clone(), ctx, request)),
                Err(status) => failed(status),
            }
        })
    }

    /// Serves a client-streaming method.
    pub fn client_streaming<Req, Res, F, Fut>(
        self,
        method: &ClientStreaming<Req, Res>,
        call: F,
    ) -> Self
    where
        Req: Message + Default + 'static,
        Res: Message + 'static,
        F: Fn(Arc<H>, Context, Streaming<Req>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Res>> + Send + 'static,
    {
        let handler = self.handler.clone();
        self.add(method.method(), move |ctx, request| match many(request) {
            Ok(requests) => {
                let answer = call(handler.clone(), ctx.clone(), mapped(requests, decode));
                Box::pin(Guard::handler(&ctx, async move {
                    Ok(Messages::One(encode(answer.await?)))
                }))
            }
            Err(status) => failed(status),
        })
    }

    /// Serves a bidirectional method.
    pub fn bidi_streaming<Req, Res, F, Fut>(self, method: &BidiStreaming<Req, Res>, call: F) -> Self
    where
        Req: Message + Default + 'static,
        Res: Message + 'static,
        F: Fn(Arc<H>, Context, Streaming<Req>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Streaming<Res>>> + Send + 'static,
    {
        let handler = self.handler.clone();
        self.add(method.method(), move |ctx, request| match many(request) {
            Ok(requests) => stream(
                ctx.clone(),
                call(handler.clone(), ctx, mapped(requests, decode)),
            ),
            Err(status) => failed(status),
        })
    }

    fn add<F>(self, method: Method, call: F) -> Self
    where
        F: Fn(Context, Messages) -> BoxFuture<Result<Messages>> + Send + Sync + 'static,
    {
        let path = method.path().into();
        let route = Route {
            method,
            call: Arc::new(call),
        };
        Arc::make_mut(&mut self.routes.handlers)
            .0
            .insert(path, route);
        self
    }
}

fn stream<Res, Fut>(ctx: Context, answer: Fut) -> BoxFuture<Result<Messages>>
where
    Res: Message + 'static,
    Fut: Future<Output = Result<Streaming<Res>>> + Send + 'static,
{
    let answer = Guard::handler(&ctx, answer);
    Box::pin(async move {
        Ok(Messages::Stream(guarded(&ctx, answer.await?, |message| {
            Ok(encode(message))
        })))
    })
}

fn failed(status: Status) -> BoxFuture<Result<Messages>> {
    Box::pin(async move { Err(status) })
}

fn one(request: Messages) -> Result<Bytes> {
    match request {
        Messages::One(message) => Ok(message),
        Messages::Stream(_) => Err(Status::internal(
            "a stream was sent to a method that takes one message",
        )),
    }
}

fn many(request: Messages) -> Result<Streaming<Bytes>> {
    match request {
        Messages::Stream(messages) => Ok(messages),
        Messages::One(_) => Err(Status::internal(
            "one message was sent to a method that takes a stream",
        )),
    }
}

/// The message in `bytes`.
///
/// # Errors
/// INTERNAL, as the servers of other languages answer to bytes that are no such message.
pub(crate) fn decode<M: Message + Default>(bytes: Bytes) -> Result<M> {
    M::decode(bytes)
        .map_err(|error| Status::internal("a message could not be decoded").with_source(error))
}

pub(crate) fn encode<M: Message>(message: M) -> Bytes {
    message.encode_to_vec().into()
}
