//! The worker: gRPC on 9090, HTTP on 8080.

use greeter::{
    GreeterHandler, Request, Response, register_greeter_gw_server, register_greeter_handler,
};
use rmicro::{Context, Service};

#[derive(Clone)]
struct Worker;

impl GreeterHandler for Worker {
    async fn hello(&self, _ctx: Context, req: Request) -> rmicro::Result<Response> {
        Ok(Response {
            greeting: format!("Hello {}", req.name),
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), rmicro::Error> {
    tracing_subscriber::fmt::init();
    let mut service = Service::builder()
        .name("go.micro.server.worker")
        .id("1")
        .address("0.0.0.0:9090")
        .http_address("0.0.0.0:8080")
        .build();
    register_greeter_handler(service.routes(), Worker);
    register_greeter_gw_server(service.mux(), Worker);
    let running = service.start().await?;
    println!("gRPC on localhost:9090, HTTP on localhost:8080; try");
    println!(
        r#"curl -H "content-type: application/json" -d '{{"name": "john"}}' http://localhost:8080/greeter/hello"#
    );
    running.wait().await
}
