//! Health and reflection, as any gRPC client sees them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;

use echo::raw::post;
use echo::{FILES, listen};
use rmicro::{
    BidiStreaming, Client, Code, Context, Descriptors, Health, Routes, Server, ServerStreaming,
    ServiceDef, Stub, Unary,
};

#[derive(Clone, PartialEq, prost::Message)]
struct Service {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Serving {
    #[prost(int32, tag = "1")]
    status: i32,
}

const HEALTH: ServiceDef = FILES.service("grpc.health.v1.Health");
const CHECK: Unary<Service, Serving> = HEALTH.unary("Check");
const WATCH: ServerStreaming<Service, Serving> = HEALTH.server_streaming("Watch");

const SERVING: Serving = Serving { status: 1 };
const NOT_SERVING: Serving = Serving { status: 2 };
const SERVICE_UNKNOWN: Serving = Serving { status: 3 };

fn service(name: &str) -> Service {
    Service { name: name.into() }
}

fn stub(address: std::net::SocketAddr) -> Stub {
    Stub::new("test", Client::direct(&address.to_string()).unwrap())
}

#[tokio::test]
async fn every_service_is_healthy_until_something_else_is_said() {
    let health = Health::new();
    let server = Server::new().routes(echo::routes()).health(health.clone());
    let (address, _stop) = listen(server).await;
    let stub = stub(address);
    let check = |name: &'static str| {
        let stub = stub.clone();
        async move { stub.unary(&CHECK, Context::new(), service(name)).await }
    };
    assert_eq!(check("").await.unwrap(), SERVING);
    assert_eq!(check("test.Echo").await.unwrap(), SERVING);
    assert_eq!(check("nobody").await.unwrap_err().code(), Code::NotFound);
    health.not_serving("test.Echo");
    assert_eq!(check("test.Echo").await.unwrap(), NOT_SERVING);
    assert_eq!(check("").await.unwrap(), SERVING);
}

#[tokio::test]
async fn a_watch_tells_every_change_and_ends_with_the_server() {
    let health = Health::new();
    let server = Server::new().routes(echo::routes()).health(health.clone());
    let (address, stop) = listen(server).await;
    let stub = stub(address);
    let watch = |name| stub.server_streaming(&WATCH, Context::new(), service(name));
    let mut later = watch("later").await.unwrap();
    assert_eq!(later.message().await.unwrap(), Some(SERVICE_UNKNOWN));
    let mut echo = watch("test.Echo").await.unwrap();
    assert_eq!(echo.message().await.unwrap(), Some(SERVING));
    health.not_serving("test.Echo");
    assert_eq!(echo.message().await.unwrap(), Some(NOT_SERVING));
    health.serving("test.Echo");
    assert_eq!(echo.message().await.unwrap(), Some(SERVING));
    health.serving("later");
    assert_eq!(later.message().await.unwrap(), Some(SERVING));
    stop.send(()).unwrap();
    assert_eq!(echo.message().await.unwrap(), Some(NOT_SERVING));
    assert_eq!(echo.message().await.unwrap(), None);
}

#[tokio::test]
async fn both_can_be_switched_off() {
    let server = Server::new().without_health().without_reflection();
    let (address, _stop) = listen(server.routes(echo::routes())).await;
    for path in [
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ] {
        let answer = post(address, path, &[], &service("")).await;
        assert_eq!(answer.header("grpc-status"), "12", "{path}");
    }
}

// Reflection, as far as this test needs its messages.

#[derive(Clone, PartialEq, prost::Message)]
struct Ask {
    #[prost(string, optional, tag = "3")]
    file: Option<String>,
    #[prost(string, optional, tag = "4")]
    symbol: Option<String>,
    #[prost(string, optional, tag = "6")]
    extensions_of: Option<String>,
    #[prost(string, optional, tag = "7")]
    list: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Told {
    #[prost(message, optional, tag = "2")]
    original: Option<Ask>,
    #[prost(message, optional, tag = "4")]
    files: Option<Files>,
    #[prost(message, optional, tag = "5")]
    extensions: Option<Extensions>,
    #[prost(message, optional, tag = "6")]
    services: Option<Services>,
    #[prost(message, optional, tag = "7")]
    error: Option<Failure>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Files {
    #[prost(message, repeated, tag = "1")]
    file: Vec<Service>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Extensions {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(int32, repeated, tag = "2")]
    numbers: Vec<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Services {
    #[prost(message, repeated, tag = "1")]
    service: Vec<Service>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Failure {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

static ANNOTATED: Descriptors = Descriptors::new(rmicro::bundled::FILE_DESCRIPTOR_SET, &[]);

#[tokio::test]
async fn reflection_tells_services_files_and_extensions() {
    let mut routes = Routes::new();
    echo::register(&mut routes, &ANNOTATED.service("test.Echo"));
    let (address, _stop) = listen(Server::new().routes(routes)).await;
    let stub = stub(address);
    for version in ["grpc.reflection.v1", "grpc.reflection.v1alpha"] {
        let name: &'static str = format!("{version}.ServerReflection").leak();
        let info: BidiStreaming<Ask, Told> =
            FILES.service(name).bidi_streaming("ServerReflectionInfo");
        let asks = [
            Ask {
                list: Some(String::new()),
                ..Ask::default()
            },
            Ask {
                symbol: Some(".google.protobuf.Type.name".into()),
                ..Ask::default()
            },
            Ask {
                file: Some("google/protobuf/any.proto".into()),
                ..Ask::default()
            },
            Ask {
                extensions_of: Some("google.protobuf.MethodOptions".into()),
                ..Ask::default()
            },
            Ask {
                symbol: Some("no.Such".into()),
                ..Ask::default()
            },
            Ask::default(),
        ];
        let mut told = stub
            .bidi_streaming(&info, Context::new(), tokio_stream::iter(asks.clone()))
            .await
            .unwrap();
        let mut all = Vec::new();
        while let Some(answer) = told.message().await.unwrap() {
            all.push(answer);
        }
        assert_eq!(all.len(), asks.len());
        assert!(
            all.iter()
                .zip(asks)
                .all(|(told, ask)| told.original == Some(ask))
        );
        let services = all[0].services.as_ref().unwrap().service.iter();
        assert_eq!(
            services.map(|service| &*service.name).collect::<Vec<_>>(),
            [
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
                "test.Echo"
            ]
        );
        let files = |told: &Told| -> Vec<String> {
            assert_eq!(told.error, None);
            let files = told.files.as_ref().unwrap().file.iter();
            files.map(|file| file.name.clone()).collect()
        };
        assert_eq!(
            files(&all[1]),
            [
                "google/protobuf/type.proto",
                "google/protobuf/any.proto",
                "google/protobuf/source_context.proto"
            ]
        );
        assert_eq!(files(&all[2]), ["google/protobuf/any.proto"]);
        let extensions = all[3].extensions.as_ref().unwrap();
        assert_eq!(extensions.name, "google.protobuf.MethodOptions");
        let failures = [&all[4], &all[5]].map(|told| told.error.clone().unwrap());
        assert_eq!(
            failures.map(|failure| (failure.code, failure.message)),
            [
                (5, "no.Such is not known here".to_owned()),
                (3, "the request asks for nothing".to_owned())
            ]
        );
    }
}
