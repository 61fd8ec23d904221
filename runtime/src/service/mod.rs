//! A service: servers, a gateway and a place in the registry, started and stopped together.

mod address;
mod builder;
mod environment;
mod hooks;
mod registration;
mod running;

pub use builder::ServiceBuilder;
pub use running::Running;

use std::sync::Arc;
use std::time::Duration;

use self::environment::Environment;
use self::hooks::Hooks;
use crate::middleware::Stack;
use crate::registry::Registry;
use crate::{Client, Error, Routes, ServeMux, Server};

/// A service under a name: gRPC on one port, HTTP on another or on the same, and a record in the registry.
///
/// ```no_run
/// # #[tokio::main] async fn main() -> Result<(), rmicro::Error> {
/// let mut service = rmicro::Service::builder()
///     .name("go.micro.server.worker")
///     .id("1")
///     .address("0.0.0.0:9090")
///     .http_address("0.0.0.0:8080")
///     .build();
/// // register_greeter_handler(service.routes(), Worker);
/// // register_greeter_gw_server(service.mux(), Worker);
/// service.run().await
/// # }
/// ```
#[derive(Debug)]
pub struct Service {
    options: Options,
    routes: Routes,
    mux: ServeMux,
}

/// What the builder sets.
struct Options {
    name: String,
    id: String,
    version: String,
    address: String,
    http: Http,
    advertise: Option<String>,
    metadata: Vec<(String, String)>,
    registry: Arc<dyn Registry>,
    /// Whether the program gave it.
    has_registry: bool,
    register_ttl: Duration,
    register_interval: Duration,
    /// What every port has in common.
    server: Server,
    middleware: Stack,
    client_middleware: Stack,
    hooks: Hooks,
    drain_period: Option<Duration>,
    environment: Environment,
}

/// Where HTTP is served.
#[derive(Clone, Debug)]
enum Http {
    Off,
    At(String),
    WithGrpc,
}

impl Service {
    /// Sets a service up; the order of the calls does not matter.
    pub fn builder() -> ServiceBuilder {
        ServiceBuilder::new()
    }

    /// The handlers; generated `register_*_handler` functions fill them.
    pub fn routes(&mut self) -> &mut Routes {
        &mut self.routes
    }

    /// The gateway; generated `register_*_gw_*` functions fill it.
    pub fn mux(&mut self) -> &mut ServeMux {
        &mut self.mux
    }

    /// A client that finds other services in the registry of this one.
    pub fn client(&self) -> Client {
        Client::through(
            self.options.client_middleware.clone(),
            self.options.registry.clone(),
        )
    }

    /// The name that it is registered under.
    pub fn name(&self) -> &str {
        &self.options.name
    }

    /// Serves until SIGTERM or SIGINT, then stops as [`Running::stop`] does.
    ///
    /// # Errors
    /// As [`Service::start`].
    pub async fn run(self) -> Result<(), Error> {
        self.start().await?.wait().await
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("name", &self.name)
            .field("id", &self.id)
            .field("version", &self.version)
            .field("address", &self.address)
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}
