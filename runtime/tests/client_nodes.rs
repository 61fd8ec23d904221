//! Which nodes a client calls, and what it does when they come, go and fail.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use echo::cluster::{Member, cluster, member, put, record};
use echo::{BOTH, ONE, UP, collect, text};
use rmicro::registry::{Endpoint, Memory, Registry, Watch};
use rmicro::{
    BoxFuture, Client, ClientBuilder, Code, ConsistentHash, Context, Error, Hedge, Messages,
    Method, MicroError, Next, Random, Result, Retry, RoundRobin, Routes, Server, Status, Streaming,
    Stub,
};

fn stub(client: Client) -> Stub {
    Stub::new("echo", client)
}

fn round_robin() -> ClientBuilder {
    Client::builder().picker(RoundRobin)
}

async fn call(stub: &Stub) -> Result<String> {
    let answer = stub.unary(&ONE, Context::new(), text("x")).await;
    answer.map(|answer| answer.text)
}

fn counts(members: &[Member]) -> Vec<usize> {
    members.iter().map(Member::calls).collect()
}

#[tokio::test]
async fn calls_rotate_over_the_nodes() {
    let (registry, members) = cluster(3).await;
    let stub = stub(round_robin().registry(registry));
    for _ in 0..30 {
        call(&stub).await.unwrap();
    }
    assert_eq!(counts(&members), [10, 10, 10]);
}

#[tokio::test]
async fn the_other_pickers_leave_nobody_out() {
    for builder in [
        Client::builder(),
        Client::builder().picker(Random::default()),
        Client::builder().picker(ConsistentHash::by(|call| call.turn)),
    ] {
        let (registry, members) = cluster(2).await;
        let stub = stub(builder.registry(registry));
        for _ in 0..100 {
            call(&stub).await.unwrap();
        }
        assert!(counts(&members).iter().all(|calls| *calls > 20));
    }
}

#[tokio::test]
async fn a_key_stays_at_its_node() {
    let (registry, _members) = cluster(3).await;
    let picker = ConsistentHash::by_metadata("x-user");
    let stub = stub(Client::builder().picker(picker).registry(registry));
    let mut seen = Vec::new();
    for user in ["ann", "bob", "cid", "dan", "eve"] {
        let mut nodes = std::collections::BTreeSet::new();
        for _ in 0..5 {
            let ctx = Context::new().with_metadata("x-user", user).unwrap();
            stub.unary(&ONE, ctx.clone(), text("x")).await.unwrap();
            nodes.extend(ctx.response_headers().get("x-node").map(str::to_owned));
        }
        assert_eq!(nodes.len(), 1);
        seen.extend(nodes);
    }
    seen.sort();
    seen.dedup();
    assert!(seen.len() > 1);
}

#[tokio::test]
async fn only_nodes_that_pass_the_filters_are_called() {
    let registry = Memory::new();
    let members = [member(0).await, member(1).await, member(2).await];
    let address = |index: usize| members[index].address.to_string();
    put(&registry, &record("v1", "a", &address(0), &[("zone", "x")])).await;
    put(&registry, &record("v2", "b", &address(1), &[("zone", "x")])).await;
    let mut listed = record("v3", "c", &address(2), &[("zone", "y")]);
    listed.endpoints.push(Endpoint {
        name: "Echo.One".into(),
        ..Endpoint::default()
    });
    put(&registry, &listed).await;
    for (builder, expected) in [
        (round_robin(), [1, 1, 1]),
        (round_robin().version("v2"), [0, 3, 0]),
        (round_robin().node_metadata("zone", "x"), [2, 1, 0]),
        (
            round_robin().version("v3").node_metadata("zone", "y"),
            [0, 0, 3],
        ),
        (round_robin().listed_endpoints(), [0, 0, 3]),
        (round_robin().filter(|_, node| node.id == "a"), [3, 0, 0]),
    ] {
        let before = counts(&members);
        let stub = stub(builder.registry(registry.clone()));
        for _ in 0..3 {
            call(&stub).await.unwrap();
        }
        let after = counts(&members);
        let called: Vec<_> = after.iter().zip(before).map(|(a, b)| a - b).collect();
        assert_eq!(called, expected);
    }
    let nobody = stub(Client::builder().version("v4").registry(registry.clone()));
    assert_eq!(
        call(&nobody).await.unwrap_err().message(),
        "service `echo` is not registered"
    );
    let stub = stub(Client::builder().listed_endpoints().registry(registry));
    let status = stub
        .client_streaming(&UP, Context::new(), tokio_stream::iter([text("a")]))
        .await
        .unwrap_err();
    assert_eq!(
        status.message(),
        "no node of service `echo` lists /test.Echo/Up"
    );
}

#[tokio::test]
async fn a_client_follows_the_registry() {
    let (registry, members) = cluster(1).await;
    let stub = stub(round_robin().registry(registry.clone()));
    call(&stub).await.unwrap();
    let second = member(1).await;
    let new = record("latest", "echo-1", &second.address.to_string(), &[]);
    put(&registry, &new).await;
    while second.calls() == 0 {
        call(&stub).await.unwrap();
    }
    registry
        .deregister(&record("latest", "echo-0", "", &[]))
        .await
        .unwrap();
    // The event reaches the client while these calls are made.
    let mut quiet = 0;
    while quiet < 10 {
        let before = members[0].calls();
        call(&stub).await.unwrap();
        quiet = if members[0].calls() == before {
            quiet + 1
        } else {
            0
        };
    }
}

#[tokio::test]
async fn a_node_that_refuses_is_skipped_at_once_and_readmitted() {
    let (registry, members) = cluster(2).await;
    // Nobody listens there yet.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    put(
        &registry,
        &record("latest", "echo-2", &address.to_string(), &[]),
    )
    .await;
    let stub = stub(round_robin().registry(registry));
    for _ in 0..30 {
        call(&stub).await.unwrap();
    }
    assert_eq!(counts(&members).iter().sum::<usize>(), 30);
    let listening = Server::new()
        .routes(echo::routes())
        .bind(&address.to_string())
        .await
        .unwrap();
    tokio::spawn(listening.serve(std::future::pending()));
    // Calls rotate over all three once it is back.
    loop {
        let before = counts(&members).iter().sum::<usize>();
        for _ in 0..3 {
            call(&stub).await.unwrap();
        }
        if counts(&members).iter().sum::<usize>() - before == 2 {
            break;
        }
    }
}

#[tokio::test]
async fn a_stream_goes_elsewhere_when_a_node_refuses() {
    let (registry, members) = cluster(1).await;
    put(&registry, &record("latest", "a", "127.0.0.1:1", &[])).await;
    let stub = stub(round_robin().registry(registry));
    for _ in 0..4 {
        let requests = tokio_stream::iter(["a", "b"].map(text));
        let answer = stub.client_streaming(&UP, Context::new(), requests).await;
        assert_eq!(answer.unwrap().text, "ab");
        let requests = tokio_stream::iter(["c", "d"].map(text));
        let answers = stub.bidi_streaming(&BOTH, Context::new(), requests).await;
        assert_eq!(collect(answers.unwrap()).await.0, "cd");
    }
    assert_eq!(members[0].calls(), 8);
}

#[tokio::test]
async fn bad_records_are_skipped_and_no_good_node_is_lost() {
    let (registry, members) = cluster(1).await;
    for (id, address) in [
        ("empty", ""),
        ("words", "not an address"),
        ("scheme", "ftp://127.0.0.1:1"),
        ("name", "no-such-host.invalid:80"),
        ("\u{e9}/\u{1f600}", "127.0.0.1:1"),
        ("echo-0", "127.0.0.1:1"),
    ] {
        put(&registry, &record("other", id, address, &[])).await;
    }
    // Another service listens there, which speaks no HTTP/2.
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = other.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"220 mail\r\n").await;
        }
    });
    put(&registry, &record("other", "mail", &address, &[])).await;
    let stub = stub(
        round_robin()
            .retry(Retry::on([Code::Unavailable]))
            .registry(registry),
    );
    for _ in 0..20 {
        call(&stub).await.unwrap();
    }
    assert_eq!(members[0].calls(), 20);
}

#[tokio::test]
async fn a_service_of_another_protocol_is_named() {
    let registry = Memory::new();
    let mucp = record("latest", "a", "127.0.0.1:1", &[("protocol", "mucp")]);
    put(&registry, &mucp).await;
    let status = call(&stub(Client::new(registry))).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (
            Code::FailedPrecondition,
            "service `echo` is served only by nodes with `protocol: mucp`, and this client speaks gRPC"
        )
    );
}

#[tokio::test]
async fn ten_thousand_nodes_are_no_trouble() {
    let (registry, members) = cluster(1).await;
    let mut many = registry.get_service("echo").await.unwrap().remove(0);
    many.nodes.extend((0..10_000).map(|index| {
        let address = format!("127.1.{}.{}:1", index / 250, index % 250);
        record("latest", &index.to_string(), &address, &[])
            .nodes
            .remove(0)
    }));
    let picked = Client::builder().filter(|_, node| node.id == "echo-0");
    call(&stub(picked.registry(Fixed(many.clone()))))
        .await
        .unwrap();
    assert_eq!(members[0].calls(), 1);
    many.nodes.reverse();
    let stub = stub(round_robin().registry(Fixed(many)));
    // Of nodes that all refuse, one call tries a few.
    let status = call(&stub).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
}

/// A registry that always tells the same.
struct Fixed(rmicro::registry::Service);

impl Registry for Fixed {
    fn register(&self, _: &rmicro::registry::Service, _: Duration) -> BoxFuture<Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    fn deregister(&self, _: &rmicro::registry::Service) -> BoxFuture<Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    fn get_service(&self, _: &str) -> BoxFuture<Result<Vec<rmicro::registry::Service>, Error>> {
        let services = vec![self.0.clone()];
        Box::pin(async { Ok(services) })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<rmicro::registry::Service>, Error>> {
        self.get_service("")
    }

    fn watch(&self, _: &str) -> BoxFuture<Result<Watch, Error>> {
        Box::pin(async { Ok(Streaming::new(tokio_stream::pending())) })
    }
}

/// A registry that can be switched off.
struct Switch(Memory, Arc<AtomicBool>);

impl Switch {
    fn on<T: Send + 'static>(
        &self,
        answer: BoxFuture<Result<T, Error>>,
    ) -> BoxFuture<Result<T, Error>> {
        if self.1.load(Ordering::Relaxed) {
            answer
        } else {
            Box::pin(async { Err(Error::new("switched off")) })
        }
    }
}

impl Registry for Switch {
    fn register(
        &self,
        service: &rmicro::registry::Service,
        ttl: Duration,
    ) -> BoxFuture<Result<(), Error>> {
        self.on(self.0.register(service, ttl))
    }

    fn deregister(&self, service: &rmicro::registry::Service) -> BoxFuture<Result<(), Error>> {
        self.on(self.0.deregister(service))
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<rmicro::registry::Service>, Error>> {
        self.on(self.0.get_service(name))
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<rmicro::registry::Service>, Error>> {
        self.on(self.0.list_services())
    }

    /// One that breaks off at once, so that everything is read again and again.
    fn watch(&self, _: &str) -> BoxFuture<Result<Watch, Error>> {
        self.on(Box::pin(async { Ok(Streaming::empty()) }))
    }
}

#[tokio::test]
async fn known_nodes_stay_when_the_registry_fails() {
    let (registry, members) = cluster(1).await;
    let on = Arc::new(AtomicBool::new(false));
    let stub = stub(Client::new(Switch(registry, on.clone())));
    let status = call(&stub).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (
            Code::Unavailable,
            "service `echo` cannot be looked up: switched off"
        )
    );
    on.store(true, Ordering::Relaxed);
    while call(&stub).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    on.store(false, Ordering::Relaxed);
    // Longer than the first pauses between attempts to look it up.
    tokio::time::sleep(Duration::from_millis(500)).await;
    call(&stub).await.unwrap();
    assert_eq!(members[0].calls(), 2);
}

/// A node that fails as told, for as many calls.
async fn failing(status: Status, times: usize) -> (Client, Arc<Mutex<usize>>) {
    let left = Arc::new(Mutex::new(times));
    let mut routes = echo::routes();
    let count = left.clone();
    routes.middleware(
        move |ctx: Context, method: Method, request: Messages, next: Next| {
            let mut left = count.lock().unwrap();
            let fails = *left > 0;
            *left = left.saturating_sub(1);
            let status = status.clone();
            async move {
                if fails {
                    let _ = ctx.set_header("x-failed", "1");
                    return Err(status);
                }
                next.call(ctx, &method, request).await
            }
        },
    );
    let (address, stop) = echo::listen(Server::new().routes(routes)).await;
    // The node stays.
    std::mem::forget(stop);
    (Client::direct(&address.to_string()).unwrap(), left)
}

#[tokio::test]
async fn other_codes_are_retried_only_when_allowed() {
    let (client, _) = failing(Status::unavailable("busy"), 1).await;
    let status = call(&stub(client.clone())).await.unwrap_err();
    assert_eq!(status.message(), "busy");

    let (client, _) = failing(Status::unavailable("busy"), 2).await;
    let ctx = Context::new().with_extension(Retry::on([Code::Unavailable]).pause(Duration::ZERO));
    let answer = stub(client).unary(&ONE, ctx.clone(), text("x")).await;
    assert_eq!(answer.unwrap().text, "x");
    assert_eq!(ctx.response_headers().get("x-failed"), None);

    let (client, left) = failing(Status::unavailable("busy"), 5).await;
    let ctx = Context::new().with_extension(Retry::on([Code::Unavailable]).pause(Duration::ZERO));
    let status = stub(client).unary(&ONE, ctx, text("x")).await.unwrap_err();
    assert_eq!((status.message(), *left.lock().unwrap()), ("busy", 2));
}

#[tokio::test]
async fn the_deadline_spans_all_attempts() {
    let (client, _) = failing(Status::unavailable("busy"), usize::MAX).await;
    let patient = Retry::on([Code::Unavailable]).pause(Duration::from_secs(3600));
    let ctx = Context::new()
        .with_extension(patient)
        .with_timeout(Duration::from_millis(100));
    let status = stub(client).unary(&ONE, ctx, text("x")).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_client_may_have_a_timeout_of_its_own() {
    let (registry, _members) = cluster(1).await;
    let client = Client::builder().timeout(Duration::from_millis(50));
    let stub = stub(client.registry(registry));
    let hang = stub.unary(&ONE, Context::new(), text("hang")).await;
    assert_eq!(hang.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_slow_node_is_hedged() {
    let (registry, members) = cluster(1).await;
    let mut routes = Routes::new();
    echo::register(&mut routes, &echo::ECHO);
    routes.middleware(|_: Context, _: Method, _: Messages, _: Next| std::future::pending());
    let (slow, _stop) = echo::listen(Server::new().routes(routes)).await;
    put(&registry, &record("latest", "a", &slow.to_string(), &[])).await;
    let client = round_robin().hedge(Hedge::after(Duration::from_millis(20)));
    let stub = stub(client.registry(registry));
    for _ in 0..4 {
        assert_eq!(call(&stub).await.unwrap(), "x");
    }
    assert_eq!(members[0].calls(), 4);
}

#[tokio::test]
async fn errors_are_read_in_go_micros_form() {
    let error = MicroError::new("shop", 404, "no such book");
    let (client, _) = failing(error.clone().into(), 1).await;
    let status = call(&stub(client)).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    // A server of ours tells only go-micro's clients of the id.
    assert_eq!(MicroError::from(&status).detail, "no such book");
    let (client, _) = failing(
        Status::unavailable(r#"{"id":"shop","code":418,"detail":"x","status":"y"}"#),
        1,
    )
    .await;
    let status = call(&stub(client)).await.unwrap_err();
    assert_eq!(status.message(), "x");
}

#[tokio::test]
async fn middleware_sees_a_call_once() {
    let (client, _) = failing(Status::unavailable("busy"), 2).await;
    drop(client);
    let (registry, _members) = cluster(1).await;
    put(&registry, &record("latest", "a", "127.0.0.1:1", &[])).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let client = round_robin().middleware(
        move |ctx: Context, method: Method, request: Messages, next: Next| {
            notes.lock().unwrap().push(method.path().to_owned());
            async move {
                let ctx = ctx
                    .with_metadata("x-user", "ann")
                    .map_err(|error| Status::internal(error.to_string()))?;
                next.call(ctx, &method, request).await
            }
        },
    );
    let stub = stub(client.registry(registry));
    for _ in 0..2 {
        let ctx = Context::new();
        stub.unary(&ONE, ctx.clone(), text("headers"))
            .await
            .unwrap();
        assert_eq!(ctx.response_headers().get("x-seen"), Some("ann"));
    }
    assert_eq!(seen.lock().unwrap().len(), 2);
}
