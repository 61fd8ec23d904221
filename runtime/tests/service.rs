//! A service from start to stop, and its place in the registry.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use rmicro::registry::{Event, Memory, Registry};
use rmicro::{BoxFuture, Error, Service};

#[tokio::test]
async fn a_service_is_registered_while_it_runs() {
    let registry = Memory::new();
    let mut watch = registry.watch("shop").await.unwrap();
    let service = Service::builder()
        .registry(registry.clone())
        .address("127.0.0.1:0")
        .http_address("127.0.0.1:0")
        .metadata("zone", "a")
        .id("7")
        .name("shop")
        .build();
    let running = service.start().await.unwrap();
    let Some(Event::Put(record)) = watch.message().await.unwrap() else {
        panic!("not registered")
    };
    assert_eq!((&*record.name, &*record.version), ("shop", "latest"));
    let [node] = &record.nodes[..] else {
        panic!("{record:?}")
    };
    assert_eq!(
        (&*node.id, &*node.address),
        ("shop-7", &*running.address().to_string())
    );
    assert_eq!(node.metadata.get("zone").map(String::as_str), Some("a"));
    assert_eq!(
        node.metadata.get("protocol").map(String::as_str),
        Some("grpc")
    );
    assert_ne!(running.address().port(), 0);
    assert_ne!(running.http_address().unwrap(), running.address());
    running.stop().await;
    assert!(matches!(
        watch.message().await.unwrap(),
        Some(Event::Delete(_))
    ));
    assert!(registry.list_services().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_single_port_serves_both() {
    let service = Service::builder()
        .address("127.0.0.1:0")
        .single_port()
        .build();
    let running = service.start().await.unwrap();
    assert_eq!(running.http_address(), Some(running.address()));
    running.stop().await;
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = Service::builder()
        .address(&*address)
        .build()
        .start()
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen at `{address}`"));
    assert!(format!("{error:?}").contains("in use"), "{error:?}");
}

/// A registry that never answers.
struct Unreachable;

fn unreachable<T: Send + 'static>() -> BoxFuture<Result<T, Error>> {
    Box::pin(std::future::ready(Err(Error::new("unreachable"))))
}

impl Registry for Unreachable {
    fn register(&self, _: &rmicro::registry::Service, _: Duration) -> BoxFuture<Result<(), Error>> {
        Box::pin(std::future::pending())
    }

    fn deregister(&self, _: &rmicro::registry::Service) -> BoxFuture<Result<(), Error>> {
        unreachable()
    }

    fn get_service(&self, _: &str) -> BoxFuture<Result<Vec<rmicro::registry::Service>, Error>> {
        unreachable()
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<rmicro::registry::Service>, Error>> {
        unreachable()
    }

    fn watch(&self, _: &str) -> BoxFuture<Result<rmicro::registry::Watch, Error>> {
        unreachable()
    }
}

#[tokio::test]
async fn an_unreachable_registry_delays_neither_start_nor_stop() {
    let service = Service::builder()
        .address("127.0.0.1:0")
        .registry(Unreachable)
        .build();
    let running = service.start().await.unwrap();
    tokio::net::TcpStream::connect(running.address())
        .await
        .unwrap();
    running.stop().await;
}
