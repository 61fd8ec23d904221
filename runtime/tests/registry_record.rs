//! Records of services are go-micro's, member for member. What go-micro writes was recorded from its own server:
//! `tests/interop/registry/generate.sh` does it again.

#![cfg(feature = "record")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rmicro::registry::{Endpoint, Node, Service, record};
use rmicro::{Descriptors, Routes, registry};

static GREETER: Descriptors =
    Descriptors::new(include_bytes!("../../testdata/registry/greeter.binpb"), &[]);
static RICH: Descriptors =
    Descriptors::new(include_bytes!("../../testdata/registry/rich.binpb"), &[]);

fn node() -> Node {
    let metadata = [
        ("broker", "http"),
        ("protocol", "grpc"),
        ("registry", "etcd"),
        ("server", "grpc"),
        ("transport", "grpc"),
    ];
    Node {
        id: "go.micro.server.worker-1".into(),
        address: "127.0.0.1:19090".into(),
        metadata: metadata
            .map(|(key, value)| (key.into(), value.into()))
            .into(),
    }
}

fn assert_same_as_go_micro(descriptors: &'static Descriptors, services: &[&str], go_micro: &[u8]) {
    let pool = descriptors.pool().unwrap();
    let endpoints = services
        .iter()
        .flat_map(|name| Endpoint::of_service(pool.service(name).unwrap()));
    let service = Service {
        name: "go.micro.server.worker".into(),
        version: "latest".into(),
        endpoints: endpoints.collect(),
        nodes: vec![node()],
        ..Service::default()
    };
    let ours: serde_json::Value = serde_json::from_slice(&record::to_json(&service)).unwrap();
    let theirs: serde_json::Value = serde_json::from_slice(go_micro).unwrap();
    pretty_assertions(&ours, &theirs);
    assert_eq!(record::from_json(go_micro).unwrap(), service);
}

/// As `assert_eq`, with a line a difference.
fn pretty_assertions(ours: &serde_json::Value, theirs: &serde_json::Value) {
    let text = |json| serde_json::to_string_pretty(json).unwrap();
    let (ours, theirs) = (text(ours), text(theirs));
    let different: Vec<_> = ours
        .lines()
        .zip(theirs.lines())
        .filter(|(ours, theirs)| ours != theirs)
        .take(10)
        .collect();
    assert!(ours == theirs, "{different:#?}");
}

#[test]
fn the_record_of_greeter_equals_go_micros() {
    let go_micro = include_bytes!("../../testdata/registry/greeter.go-micro.json");
    assert_same_as_go_micro(&GREETER, &["greeter.Greeter"], go_micro);
}

#[test]
fn the_record_of_every_kind_of_field_and_method_equals_go_micros() {
    let go_micro = include_bytes!("../../testdata/registry/rich.go-micro.json");
    let services = ["rich.v1.Another", "rich.v1.RichService"];
    assert_same_as_go_micro(&RICH, &services, go_micro);
}

#[tokio::test]
async fn a_service_registers_the_endpoints_of_its_routes() {
    use rmicro::registry::Registry as _;
    let registry = registry::Memory::new();
    let mut watch = registry.watch("go.micro.server.worker").await.unwrap();
    let mut service = rmicro::Service::builder()
        .name("go.micro.server.worker")
        .id("1")
        .address("127.0.0.1:0")
        .advertise("127.0.0.1:19090")
        .registry(registry)
        .build();
    register(service.routes());
    let running = service.start().await.unwrap();
    let put = watch.message().await.unwrap().unwrap();
    running.stop().await;
    let mut theirs =
        record::from_json(include_bytes!("../../testdata/registry/rich.go-micro.json")).unwrap();
    let metadata = &mut theirs.nodes.first_mut().unwrap().metadata;
    metadata.insert("registry".into(), "memory".into());
    assert_eq!(put.service(), &theirs);
}

fn register(routes: &mut Routes) {
    routes.service(&RICH.service("rich.v1.RichService"), ());
    routes.service(&RICH.service("rich.v1.Another"), ());
}
