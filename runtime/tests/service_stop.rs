//! No call is lost: not when services stop one after the other under load, and as few as can be when they are killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use echo::{DOWN, ECHO, ONE, text};
use rmicro::registry::{Memory, Registry as _};
use rmicro::{Client, Code, Context, Retry, Running, Server, Service, Stub};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Where everything is tested, enough for a race that one call in some ten thousand loses.
fn calls() -> usize {
    match std::env::var_os("RMICRO_REQUIRE_ALL") {
        Some(_) => 100_000,
        None => 10_000,
    }
}

const CALLS_AROUND_A_KILL: usize = 10_000;
const CALLERS: usize = 32;

async fn start(registry: &Memory, id: usize) -> Running {
    let mut watch = registry.watch("echo").await.unwrap();
    let mut service = Service::builder()
        .name("echo")
        .id(id.to_string())
        .address("127.0.0.1:0")
        .registry(registry.clone())
        .drain_period(Duration::from_millis(100))
        .build();
    echo::register(service.routes(), &ECHO);
    let running = service.start().await.unwrap();
    // Until it is registered, nobody knows it.
    watch.message().await.unwrap();
    running
}

struct Load {
    callers: JoinSet<()>,
    thousands: watch::Receiver<usize>,
    failed: Arc<AtomicUsize>,
}

/// Makes that many calls.
fn load(stub: &Stub, retry: &Retry, calls: usize) -> Load {
    let mut callers = JoinSet::new();
    let (made, failed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (tell, thousands) = watch::channel(0);
    for _ in 0..CALLERS {
        let (stub, retry) = (stub.clone(), retry.clone());
        let (made, failed, tell) = (made.clone(), failed.clone(), tell.clone());
        callers.spawn(async move {
            loop {
                let made = made.fetch_add(1, Ordering::Relaxed);
                if made >= calls {
                    return;
                }
                if made.is_multiple_of(1000) {
                    tell.send_replace(made / 1000);
                }
                let ctx = Context::new().with_extension(retry.clone());
                if let Err(status) = stub.unary(&ONE, ctx, text("x")).await {
                    failed.fetch_add(1, Ordering::Relaxed);
                    eprintln!("failed: {status:?}");
                }
            }
        });
    }
    Load {
        callers,
        thousands,
        failed,
    }
}

impl Load {
    /// Waits until that many calls were made.
    async fn reach(&mut self, calls: usize) {
        let reached = self.thousands.wait_for(|made| made * 1000 >= calls);
        reached.await.unwrap();
    }

    /// Waits for all calls; the number of those that failed.
    async fn end(mut self) -> usize {
        while let Some(ended) = self.callers.join_next().await {
            ended.unwrap();
        }
        self.failed.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_is_lost_when_services_are_replaced_one_after_the_other() {
    let registry = Memory::new();
    let mut running = Vec::new();
    for id in 0..3 {
        running.push(start(&registry, id).await);
    }
    let stub = Stub::new("echo", Client::new(registry.clone()));
    let mut load = load(&stub, &Retry::default(), calls());
    for step in 1..=6 {
        load.reach(step * calls() / 8).await;
        running.remove(0).stop().await;
        running.push(start(&registry, 2 + step).await);
    }
    assert_eq!(load.end().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_may_be_repeated_survive_a_kill() {
    let registry = Memory::new();
    let mut running = Vec::new();
    for id in 0..3 {
        running.push(start(&registry, id).await);
    }
    let stub = Stub::new("echo", Client::new(registry.clone()));
    let again = Retry::on([Code::Unavailable]);
    let mut load = load(&stub, &again, CALLS_AROUND_A_KILL);
    load.reach(CALLS_AROUND_A_KILL / 4).await;
    // Its record stays, as that of a killed process does until its time is up.
    drop(running.remove(0));
    assert_eq!(load.end().await, 0);
}

#[tokio::test]
async fn a_stream_that_outlives_the_drain_ends_with_a_status() {
    let listening = Server::new()
        .routes(echo::routes())
        .drain_timeout(Duration::from_millis(50))
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let client = Client::direct(&listening.local_addr().to_string()).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(listening.serve(async {
        let _ = stopped.await;
    }));
    let stub = Stub::new("echo", client);
    let mut endless = stub
        .server_streaming(&DOWN, Context::new(), text("endless"))
        .await
        .unwrap();
    assert_eq!(endless.message().await.unwrap(), Some(text("a")));
    stop.send(()).unwrap();
    let status = endless.message().await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unavailable, "the server stops")
    );
    server.await.unwrap();
}
