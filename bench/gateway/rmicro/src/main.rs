//! rmicro as a server of the benchmark: `bench-rmicro in-process`, `bench-rmicro proxied HOST:PORT`, or `bench-rmicro
//! backend`, which is the gRPC server behind both proxies. `bench-rmicro routers` times its router alone.

mod routers;

use std::future::pending;

use bench_common::data::greeting;
use bench_common::{books, event, listen};
use futures_util::stream;
use proto::{
    Book, Event, GetRequest, HelloReply, HelloRequest, LibraryHandler, ListReply, ListRequest,
    Shelf, Thing, ThingsHandler, WatchRequest,
};
use rmicro::{Context, Error, Routes, ServeMux, Server, Streaming};

#[allow(
    missing_docs,
    dead_code,
    reason = "the messages are not documented, and clients not used"
)]
mod proto {
    rmicro::include_proto!("bench");
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let (mode, endpoint) = (args.next().unwrap_or_default(), args.next());
    let server = match (mode.as_str(), endpoint) {
        ("in-process", None) => {
            let mut mux = ServeMux::new();
            proto::register_library_gw_server(&mut mux, Worker);
            proto::register_things_gw_server(&mut mux, Worker);
            Server::new().gateway(mux)
        }
        ("proxied", Some(endpoint)) => {
            let mut mux = ServeMux::new();
            proto::register_library_gw_from_endpoint(&mut mux, &endpoint);
            proto::register_things_gw_from_endpoint(&mut mux, &endpoint);
            Server::new().gateway(mux)
        }
        ("backend", None) => {
            let mut routes = Routes::new();
            proto::register_library_handler(&mut routes, Worker);
            proto::register_things_handler(&mut routes, Worker);
            Server::new().routes(routes)
        }
        ("routers", None) => {
            routers::measure(25).await;
            return Ok(());
        }
        _ => {
            return Err(Error::new(
                "`in-process`, `proxied HOST:PORT`, `backend` or `routers` was expected",
            ));
        }
    };
    let listening = server.bind("127.0.0.1:0").await?;
    listen::tell(&listening.local_addr().to_string())
        .map_err(|error| Error::new("nobody reads where this listens").with_source(error))?;
    listening.serve(pending()).await;
    Ok(())
}

#[derive(Clone)]
struct Worker;

impl LibraryHandler for Worker {
    async fn hello(&self, _: Context, req: HelloRequest) -> rmicro::Result<HelloReply> {
        Ok(HelloReply {
            greeting: greeting(&req.name),
        })
    }

    async fn list(&self, _: Context, _: ListRequest) -> rmicro::Result<ListReply> {
        Ok(ListReply {
            books: books!(Book, Shelf),
        })
    }

    async fn watch(&self, _: Context, req: WatchRequest) -> rmicro::Result<Streaming<Event>> {
        Ok(Streaming::new(stream::iter(
            (1..=req.count).map(|sequence| Ok(event!(Event, sequence))),
        )))
    }
}

impl ThingsHandler for Worker {
    async fn get(&self, _: Context, req: GetRequest) -> rmicro::Result<Thing> {
        Ok(Thing {
            id: req.id,
            part: req.part,
        })
    }
}
