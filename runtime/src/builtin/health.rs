//! The health service, `grpc.health.v1`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures_util::stream::unfold;
use prost::{Enumeration, Message};
use tokio::sync::watch;

use super::FILES;
use crate::{Context, Result, Routes, ServerStreaming, ServiceDef, Status, Streaming, Unary};

const HEALTH: ServiceDef = FILES.service("grpc.health.v1.Health");
const CHECK: Unary<Request, Response> = HEALTH.unary("Check");
const LIST: Unary<ListRequest, ListResponse> = HEALTH.unary("List");
const WATCH: ServerStreaming<Request, Response> = HEALTH.server_streaming("Watch");

/// What a server says about the health of its services; clones say the same.
///
/// Every service that is registered serves, and so does the server as a whole, which is the service with the empty
/// name, until the server is told to stop. A program that knows better says so:
///
/// ```
/// let health = rmicro::Health::new();
/// let server = rmicro::Server::new().health(health.clone());
/// health.not_serving("shop.Shop");
/// ```
#[derive(Clone, Debug)]
pub struct Health(Arc<watch::Sender<State>>);

#[derive(Debug, Default)]
struct State {
    services: BTreeMap<String, Serving>,
    stopping: bool,
}

/// `ServingStatus`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enumeration)]
#[repr(i32)]
enum Serving {
    Unsaid = 0,
    Yes = 1,
    No = 2,
    UnknownService = 3,
}

impl Health {
    /// Nothing is said yet.
    pub fn new() -> Self {
        let state = State {
            services: BTreeMap::from([(String::new(), Serving::Yes)]),
            stopping: false,
        };
        Self(Arc::new(watch::Sender::new(state)))
    }

    /// Says that `service`, a full name such as `shop.Shop`, serves; the empty name means the whole server.
    pub fn serving(&self, service: &str) {
        self.set(service, Serving::Yes);
    }

    /// Says that `service` does not serve at the moment.
    pub fn not_serving(&self, service: &str) {
        self.set(service, Serving::No);
    }

    fn set(&self, service: &str, serving: Serving) {
        self.0.send_if_modified(|state| {
            state.services.insert(service.to_owned(), serving) != Some(serving)
        });
    }

    /// Says that `service` serves, unless something was said about it.
    fn add(&self, service: &str) {
        self.0.send_modify(|state| {
            state
                .services
                .entry(service.to_owned())
                .or_insert(Serving::Yes);
        });
    }

    /// From now on nothing serves: the server is told to stop.
    pub(crate) fn stop(&self) {
        self.0.send_modify(|state| state.stopping = true);
    }

    /// Registers the service itself, unless the program has one of its own.
    pub(crate) fn register(&self, routes: &mut Routes) {
        for service in routes.services() {
            self.add(service.name());
        }
        if routes.has(&HEALTH) {
            return;
        }
        routes
            .service(&HEALTH, self.clone())
            .unary(&CHECK, check)
            .unary(&LIST, list)
            .server_streaming(&WATCH, watch);
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn of(&self, service: &str) -> Option<Serving> {
        let serving = *self.services.get(service)?;
        Some(if self.stopping { Serving::No } else { serving })
    }
}

async fn check(health: Arc<Health>, _: Context, request: Request) -> Result<Response> {
    let serving = health.0.borrow().of(&request.service);
    match serving {
        Some(serving) => Ok(Response::from(serving)),
        None => Err(Status::not_found(format!(
            "unknown service {}",
            request.service
        ))),
    }
}

async fn list(health: Arc<Health>, _: Context, _: ListRequest) -> Result<ListResponse> {
    let state = health.0.borrow();
    let names = state.services.keys();
    let statuses = names.filter_map(|name| Some((name.clone(), state.of(name)?.into())));
    Ok(ListResponse {
        statuses: statuses.collect(),
    })
}

/// What is said now and whenever it changes. It ends when the server stops, so that watching holds no server up.
async fn watch(health: Arc<Health>, _: Context, request: Request) -> Result<Streaming<Response>> {
    let state = (health.0.subscribe(), request.service, None);
    Ok(Streaming::new(unfold(
        state,
        |(mut states, service, said): (watch::Receiver<State>, _, Option<Serving>)| async move {
            let mut said = said;
            loop {
                let (serving, stopping) = {
                    let state = states.borrow_and_update();
                    let serving = state.of(&service).unwrap_or(Serving::UnknownService);
                    (serving, state.stopping)
                };
                if said != Some(serving) {
                    said = Some(serving);
                    return Some((Ok(serving.into()), (states, service, said)));
                }
                if stopping || states.changed().await.is_err() {
                    return None;
                }
            }
        },
    )))
}

#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(enumeration = "Serving", tag = "1")]
    status: i32,
}

impl From<Serving> for Response {
    fn from(serving: Serving) -> Self {
        Self {
            status: serving as i32,
        }
    }
}

#[derive(Clone, PartialEq, Message)]
struct ListRequest {}

#[derive(Clone, PartialEq, Message)]
struct ListResponse {
    #[prost(map = "string, message", tag = "1")]
    statuses: HashMap<String, Response>,
}
