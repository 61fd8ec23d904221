//! Python's gRPC calls the greeter, as any standard client does that has its `.proto` file.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::Path;

use rmicro::{Context, Result, Service};
use rmicro_tests::greeter::hello::{GreeterHandler, Request, Response, register_greeter_handler};
use tokio::process::Command;

struct Worker;

impl GreeterHandler for Worker {
    async fn hello(&self, ctx: Context, req: Request) -> Result<Response> {
        let user = ctx.metadata().get("x-user").unwrap_or("nobody");
        let raw = ctx.metadata().get_bin("x-raw-bin");
        let greeting = format!("Hello {} from {user} with {raw:?}", req.name);
        Ok(Response { greeting })
    }
}

#[tokio::test]
async fn python_calls_the_greeter() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let has_grpc = Command::new("python3")
        .args(["-c", "import grpc, grpc_tools"])
        .output()
        .await;
    if !has_grpc.is_ok_and(|output| output.status.success()) {
        let text =
            "python3 with grpcio and grpcio-tools is needed: pip install grpcio grpcio-tools";
        assert!(std::env::var_os("RMICRO_REQUIRE_ALL").is_none(), "{text}");
        eprintln!("SKIPPED: {text}");
        return;
    }
    let mut service = Service::builder().address("127.0.0.1:0").build();
    register_greeter_handler(service.routes(), Worker);
    let running = service.start().await.unwrap();
    let output = Command::new("python3")
        .arg(here.join("interop/python/greeter.py"))
        .arg(running.address().to_string())
        .arg(here.join("../examples/greeter/proto"))
        .arg(here.join("../runtime/proto"))
        .arg("john")
        .output()
        .await
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(
        out,
        "OK Hello john from ann with Some(b\"\\0\\xff\")\n\
         UNIMPLEMENTED unknown method Missing for service Greeter\n",
        "{err}"
    );
    running.stop().await;
}
