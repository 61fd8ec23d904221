//! Services and methods: as constants of generated code, and as the values that calls are routed by.

use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::{Context, Descriptors, Result, Status, Streaming};

/// Which side of a method streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One request, one response.
    Unary,
    /// One request, a stream of responses.
    ServerStreaming,
    /// A stream of requests, one response.
    ClientStreaming,
    /// A stream both ways.
    BidiStreaming,
}

impl Kind {
    /// The kind with those sides streaming.
    pub fn of(client_streaming: bool, server_streaming: bool) -> Self {
        match (client_streaming, server_streaming) {
            (false, false) => Kind::Unary,
            (false, true) => Kind::ServerStreaming,
            (true, false) => Kind::ClientStreaming,
            (true, true) => Kind::BidiStreaming,
        }
    }

    /// Whether the client sends a stream.
    pub fn client_streams(self) -> bool {
        matches!(self, Kind::ClientStreaming | Kind::BidiStreaming)
    }

    /// Whether the server answers with a stream.
    pub fn server_streams(self) -> bool {
        matches!(self, Kind::ServerStreaming | Kind::BidiStreaming)
    }
}

/// A method as calls are routed by it: its path `/package.Service/Method` and its kind. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Method {
    path: Arc<str>,
    kind: Kind,
}

impl Method {
    /// The method `name` of the service `service`, which is a full name such as `shop.Shop`.
    pub fn new(service: &str, name: &str, kind: Kind) -> Self {
        Self {
            path: format!("/{service}/{name}").into(),
            kind,
        }
    }

    /// The method at `path`, which is `/package.Service/Method`.
    pub fn from_path(path: &str, kind: Kind) -> Self {
        Self {
            path: path.into(),
            kind,
        }
    }

    /// `/package.Service/Method`
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The full name of the service.
    pub fn service(&self) -> &str {
        self.path
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default()
    }

    /// The name of the method alone.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Which side streams.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.path)
    }
}

/// A service as generated code names it: its full name and the descriptors that tell its methods and HTTP rules.
#[derive(Clone, Copy)]
pub struct ServiceDef {
    name: &'static str,
    descriptors: &'static Descriptors,
}

impl Descriptors {
    /// The service `name`, a full name such as `shop.Shop`, of these descriptors.
    pub const fn service(&'static self, name: &'static str) -> ServiceDef {
        ServiceDef {
            name,
            descriptors: self,
        }
    }
}

macro_rules! method_constructors {
    ($($(#[$doc:meta])* $name:ident $alias:ident)*) => {$(
        $(#[$doc])*
        pub const fn $name<Req, Res>(self, name: &'static str) -> $alias<Req, Res> {
            MethodDef { service: self.name, name, types: PhantomData }
        }
    )*};
}

impl ServiceDef {
    /// The full name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The descriptors of the package.
    pub const fn descriptors(&self) -> &'static Descriptors {
        self.descriptors
    }

    method_constructors! {
        /// Its unary method `name`.
        unary Unary
        /// Its server-streaming method `name`.
        server_streaming ServerStreaming
        /// Its client-streaming method `name`.
        client_streaming ClientStreaming
        /// Its bidirectional method `name`.
        bidi_streaming BidiStreaming
    }
}

impl fmt::Debug for ServiceDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceDef({})", self.name)
    }
}

/// A method as generated code names it: service, name, kind and the types of its messages.
pub struct MethodDef<K, Req, Res> {
    service: &'static str,
    name: &'static str,
    types: PhantomData<fn(K, Req) -> Res>,
}

/// A method with one request and one response.
pub type Unary<Req, Res> = MethodDef<kind::Unary, Req, Res>;
/// A method with one request and a stream of responses.
pub type ServerStreaming<Req, Res> = MethodDef<kind::ServerStreaming, Req, Res>;
/// A method with a stream of requests and one response.
pub type ClientStreaming<Req, Res> = MethodDef<kind::ClientStreaming, Req, Res>;
/// A method with a stream of requests and a stream of responses.
pub type BidiStreaming<Req, Res> = MethodDef<kind::BidiStreaming, Req, Res>;

/// The kinds of methods as types.
pub mod kind {
    use super::Kind;

    /// One of the four kinds of methods; there are no others.
    pub trait MethodKind: sealed::Sealed + 'static {
        /// The kind as a value.
        const KIND: Kind;
    }

    macro_rules! kinds {
        ($($name:ident)*) => {$(
            #[doc = concat!("[`Kind::", stringify!($name), "`] as a type.")]
            pub enum $name {}

            impl MethodKind for $name {
                const KIND: Kind = Kind::$name;
            }

            impl sealed::Sealed for $name {}
        )*};
    }

    kinds! { Unary ServerStreaming ClientStreaming BidiStreaming }

    mod sealed {
        pub trait Sealed {}
    }
}

impl<K: kind::MethodKind, Req, Res> MethodDef<K, Req, Res> {
    /// The full name of the service.
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// The name of the method alone.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Which side streams.
    pub const fn kind(&self) -> Kind {
        K::KIND
    }

    /// The method as calls are routed by it.
    pub fn method(&self) -> Method {
        Method::new(self.service, self.name, K::KIND)
    }

    fn missing<T>(&self) -> Ready<Result<T>> {
        ready(Err(Status::unimplemented(format!(
            "/{}/{} is not implemented here",
            self.service, self.name
        ))))
    }
}

macro_rules! unimplemented_answers {
    ($($alias:ident $answer:ty)*) => {$(
        impl<Req, Res> $alias<Req, Res> {
            /// What a handler answers that does not write this method.
            #[doc(hidden)]
            pub fn unimplemented<T>(&self, _: Context, _: T) -> Ready<Result<$answer>> {
                self.missing()
            }
        }
    )*};
}

unimplemented_answers! {
    Unary Res
    ServerStreaming Streaming<Res>
    ClientStreaming Res
    BidiStreaming Streaming<Res>
}

impl<K, Req, Res> Clone for MethodDef<K, Req, Res> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, Req, Res> Copy for MethodDef<K, Req, Res> {}

impl<K: kind::MethodKind, Req, Res> fmt::Debug for MethodDef<K, Req, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} /{}/{}", K::KIND, self.service, self.name)
    }
}
