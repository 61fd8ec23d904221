//! Calls the worker by its name: `cargo run -p greeter --bin client -- john`.

use std::time::Duration;

use greeter::{GreeterClient, Request};
use rmicro::registry::Memory;
use rmicro::{Client, Context};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "john".to_owned());
    // The worker's own registry lives in the worker's process, so this one is told where the worker is.
    let registry = Memory::new().with_node("go.micro.server.worker", "127.0.0.1:9090");
    let greeter = GreeterClient::new("go.micro.server.worker", Client::new(registry));
    let ctx = Context::new().with_timeout(Duration::from_secs(5));
    let response = greeter.hello(ctx, Request { name }).await?;
    println!("{}", response.greeting);
    Ok(())
}
