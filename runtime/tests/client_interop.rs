//! Calls between rmicro and go-micro, and through grpc-gateway: what each peer really says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;
mod go;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use go::Program;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use rmicro::{
    BidiStreaming, Client, ClientStreaming, Code, Context, Descriptors, Messages, Method,
    MicroError, Next, Routes, ServeMux, Server, ServerStreaming, ServiceDef, Status, Streaming,
    Stub, Unary,
};
use tokio_stream::StreamExt as _;

/// The messages are `google.protobuf.StringValue`, which prost has as this.
type Text = String;

/// The descriptors of `demo.proto`.
static FILES: LazyLock<&'static Descriptors> = LazyLock::new(|| {
    let here = env!("CARGO_MANIFEST_DIR");
    let folders = [
        format!("{here}/../tests/interop/calls"),
        format!("{here}/proto"),
    ];
    // As bytes, for the types of prost would lose the annotations.
    let mut compiler = protox::Compiler::new(folders).unwrap();
    compiler
        .include_imports(true)
        .open_file("demo.proto")
        .unwrap();
    let bytes = compiler.encode_file_descriptor_set().leak();
    Box::leak(Box::new(Descriptors::new(bytes, &[])))
});

fn greeter() -> ServiceDef {
    FILES.service("demo.v1.Greeter")
}

fn hello() -> Unary<Text, Text> {
    greeter().unary("Hello")
}

fn down() -> ServerStreaming<Text, Text> {
    greeter().server_streaming("Down")
}

fn both() -> BidiStreaming<Text, Text> {
    greeter().bidi_streaming("Both")
}

const WORKER: &str = "go.micro.server.worker";

/// The greeter of this side, as `micro/client.go` calls it.
fn routes() -> Routes {
    let cancelled = Arc::new(AtomicUsize::new(0));
    let count = cancelled.clone();
    let mut routes = Routes::new();
    let up: ClientStreaming<Text, Text> = greeter().client_streaming("Up");
    routes
        .service(&greeter(), ())
        .unary(&hello(), move |_, ctx, name: Text| {
            let cancelled = cancelled.clone();
            async move { say_hello(&ctx, &name, &cancelled) }
        })
        .server_streaming(&down(), |_, _, word: Text| async move {
            let letters: Vec<_> = word.chars().collect();
            let letters = letters.into_iter().map(|letter| match letter {
                '!' => Err(MicroError::new(WORKER, 409, "a bang").into()),
                letter => Ok(letter.to_string()),
            });
            Ok(Streaming::new(tokio_stream::iter(letters)))
        })
        .client_streaming(&up, |_, _, mut words: Streaming<Text>| async move {
            let mut all = Vec::new();
            // The client says its last word, but never that it was the last.
            while let Some(word) = words.message().await? {
                all.push(word);
                if all.last().is_some_and(|word| word == "end") {
                    break;
                }
            }
            Ok(all.join(" "))
        })
        .bidi_streaming(&both(), move |_, _, words: Streaming<Text>| {
            let ended = Ended(count.clone());
            async move {
                Ok(Streaming::new(words.map(move |word| {
                    let _ = &ended;
                    word
                })))
            }
        });
    routes
}

/// Counts streams that are over, however they ended.
struct Ended(Arc<AtomicUsize>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn say_hello(ctx: &Context, name: &str, cancelled: &AtomicUsize) -> rmicro::Result<Text> {
    match name {
        "seen" => Ok(format!(
            "user {}, deadline {}, content type {}, go-micro's own {:?}",
            ctx.metadata().get("x-user-id").unwrap_or("nobody"),
            ctx.remaining().is_some(),
            ctx.metadata().get("content-type").unwrap_or("none"),
            ctx.metadata().get("timeout"),
        )),
        "cancelled" => Ok(cancelled.load(Ordering::Relaxed).to_string()),
        "400" => Err(MicroError::new(WORKER, 400, "bad merr").into()),
        "404" => Err(MicroError::new(WORKER, 404, "not here").into()),
        "418" => Err(MicroError::new(WORKER, 418, "short and stout").into()),
        "500" => Err(MicroError::new(WORKER, 500, "broken").into()),
        "status" => Err(Status::already_exists("by status")),
        "rich" => {
            Err(Status::invalid_argument("rich").with_detail(&prost_types::Duration::default()))
        }
        "panic" => panic!("as asked"),
        name => Ok(format!("Hello {name}")),
    }
}

async fn serve(routes: Routes) -> (SocketAddr, tokio::sync::oneshot::Sender<()>) {
    echo::listen(Server::new().routes(routes)).await
}

/// Rows a1 to a5.
async fn a_go_micro_client_is_served(program: Program) {
    let Some(client) = program.build() else {
        return;
    };
    let (address, _stop) = serve(routes()).await;
    let address = address.to_string();
    // go-micro's client does not read the errors of streams; what it prints of them is the same from its own server.
    // The second name has nothing to do with the package of the service.
    for service in [WORKER, "rust.svc"] {
        let printed = go::run(client.clone(), &["client", service, &address]).await;
        println!("{program:?} client of {service} printed:\n{printed}");
        let expected = format!(
            r#"John: Hello John
seen: user 42, deadline true, content type application/grpc+proto, go-micro's own None
400: id="{WORKER}" code=400 detail="bad merr" status="Bad Request"
404: id="{WORKER}" code=404 detail="not here" status="Not Found"
418: id="{WORKER}" code=418 detail="short and stout" status="I'm a teapot"
500: id="{WORKER}" code=500 detail="broken" status="Internal Server Error"
status: id="{service}" code=409 detail="by status" status="Conflict"
rich: id="{service}" code=400 detail="rich" status="Bad Request"
panic: id="{service}" code=500 detail="the handler panicked" status="Internal Server Error"
wrong method: id="{service}" code=501 detail="unknown method Nope for service demo.v1.Greeter" status="Not Implemented"
json: Hello Jane
json 404: id="{WORKER}" code=404 detail="not here" status="Not Found"
down a b c: another error: EOF
down a: another error: rpc error: code = AlreadyExists desc = {{"id":"{WORKER}","code":409,"detail":"a bang","status":"Conflict"}}
up: one two end
both: ping
both: pong
"#
        );
        assert_eq!(printed[..expected.len().min(printed.len())], expected);
        let last = printed.lines().last().unwrap();
        assert_ne!(last, "cancelled streams: 0", "the handler was not told");
    }
}

#[tokio::test]
async fn a_client_on_go_micro_4_11_is_served() {
    a_go_micro_client_is_served(Program::Micro).await;
}

#[tokio::test]
async fn a_client_on_go_micro_4_9_is_served() {
    a_go_micro_client_is_served(Program::MicroV49).await;
}

/// Rows b1, b2 and b4.
async fn a_go_micro_server_is_called(program: Program) {
    let Some(server) = program.build() else {
        return;
    };
    let peer = go::start(&server, &["server"]);
    let stub = Stub::new(WORKER, Client::direct(&peer.address).unwrap());
    let hello = hello();
    let call = |name: &str| stub.unary(&hello, Context::new(), name.to_owned());
    assert_eq!(call("John").await.unwrap(), "Hello John");
    let mut printed = String::new();
    for name in ["400", "404", "418", "500", "status", "plain", "panic"] {
        let status = call(name).await.unwrap_err();
        printed += &format!(
            "{name}: {} | {}\n",
            status.code(),
            MicroError::from(&status)
        );
    }
    let nope: Unary<Text, Text> = greeter().unary("Nope");
    let status = stub
        .unary(&nope, Context::new(), String::new())
        .await
        .unwrap_err();
    printed += &format!("nope: {status}\n");
    println!("from the {program:?} server:\n{printed}");
    assert_eq!(
        printed,
        "400: INVALID_ARGUMENT | go.micro.server.worker: 400 Bad Request: bad merr
404: NOT_FOUND | go.micro.server.worker: 404 Not Found: not here
418: UNKNOWN | go.micro.server.worker: 418 I'm a teapot: short and stout
500: INTERNAL | go.micro.server.worker: 500 Internal Server Error: broken
status: UNKNOWN | go.micro.client: 500 Internal Server Error: rpc error: code = NotFound desc = by status
plain: UNKNOWN | go.micro.client: 500 Internal Server Error: plain
panic: INTERNAL | go.micro.server: 500 Internal Server Error: panic recovered: boom
nope: UNIMPLEMENTED: unknown service Greeter.Nope
"
    );

    let words = stub
        .server_streaming(&down(), Context::new(), "abc".to_owned())
        .await
        .unwrap();
    let words: Vec<_> = words.map(Result::unwrap).collect().await;
    assert_eq!(words, ["a", "b", "c"]);
    let mut words = stub
        .server_streaming(&down(), Context::new(), "a!".to_owned())
        .await
        .unwrap();
    assert_eq!(words.message().await.unwrap().as_deref(), Some("a"));
    let status = words.message().await.unwrap_err();
    assert_eq!(MicroError::from(&status).code, 409);

    let two = || tokio_stream::iter(["one", "two"].map(str::to_owned));
    let up: ClientStreaming<Text, Text> = greeter().client_streaming("Up");
    let answer = stub.client_streaming(&up, Context::new(), two()).await;
    assert_eq!(answer.unwrap(), "one two");
    let silent: ClientStreaming<Text, Text> = greeter().client_streaming("Silent");
    let answer = stub.client_streaming(&silent, Context::new(), two()).await;
    assert_eq!(
        answer.unwrap_err().message(),
        "the server answered without a message"
    );
    let words = stub
        .bidi_streaming(&both(), Context::new(), two())
        .await
        .unwrap();
    let words: Vec<_> = words.map(Result::unwrap).collect().await;
    assert_eq!(words, ["one", "two"]);

    let status = call(&"x".repeat(5 * 1024 * 1024)).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (
            Code::ResourceExhausted,
            "grpc: received message larger than max (5242885 vs. 4194304)"
        )
    );
    assert_eq!(call("again").await.unwrap(), "Hello again");
}

#[tokio::test]
async fn a_server_on_go_micro_4_11_is_called() {
    a_go_micro_server_is_called(Program::Micro).await;
}

#[tokio::test]
async fn a_server_on_go_micro_4_9_is_called() {
    a_go_micro_server_is_called(Program::MicroV49).await;
}

/// Code and body of an answer.
async fn post(address: &str, headers: &[(&str, &str)], body: &'static str) -> (u16, String) {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::post("/greeter/hello")
        .header("host", address)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(body.as_bytes())))
        .unwrap();
    for (name, value) in headers {
        let name = http::HeaderName::try_from(*name).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let response = sender.send_request(request).await.unwrap();
    let code = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap();
    // Go's printer puts a space behind commas and colons on some days and not on others.
    (code, text.replace(", ", ",").replace("\": ", "\":"))
}

/// Rows c1 and c2.
#[tokio::test]
async fn a_real_grpc_gateway_in_front_of_us() {
    let Some(gateway) = Program::Gateway.build() else {
        return;
    };
    let mut routes = routes();
    routes.middleware(
        |ctx: Context, method: Method, request: Messages, next: Next| async move {
            let seen: Vec<_> = ["authorization", "grpcgateway-authorization", "bar"]
                .iter()
                .filter_map(|name| Some(format!("{name}={}", ctx.metadata().get(name)?)))
                .collect();
            let _ = ctx.set_header("x-seen", &seen.join(" "));
            next.call(ctx, &method, request).await
        },
    );
    let (address, _stop) = serve(routes).await;
    let peer = go::start(&gateway, &[&address.to_string()]);
    let post = |body| post(&peer.address, &[], body);
    assert_eq!(post(r#""john""#).await, (200, r#""Hello john""#.to_owned()));
    assert_eq!(
        post(r#""400""#).await,
        (
            400,
            r#"{"code":3,"message":"bad merr","details":[]}"#.to_owned()
        )
    );
    assert_eq!(
        post(r#""404""#).await,
        (
            404,
            r#"{"code":5,"message":"not here","details":[]}"#.to_owned()
        )
    );
    assert_eq!(
        post(r#""rich""#).await,
        (
            400,
            r#"{"code":3,"message":"rich","details":[{"@type":"type.googleapis.com/google.protobuf.Duration","value":"0s"}]}"#.to_owned()
        )
    );
    assert_eq!(
        post(r#""panic""#).await,
        (
            500,
            r#"{"code":13,"message":"the handler panicked","details":[]}"#.to_owned()
        )
    );
}

/// Rows d1 to d3.
#[tokio::test]
async fn our_gateway_in_front_of_go_micro() {
    let Some(server) = Program::Micro.build() else {
        return;
    };
    let peer = go::start(&server, &["server"]);
    let mut mux = ServeMux::new();
    let client = Client::direct(&peer.address).unwrap();
    mux.register(&greeter(), Stub::new(WORKER, client));
    let (address, _stop) = echo::listen(Server::new().gateway(mux)).await;
    let address = address.to_string();
    assert_eq!(
        post(&address, &[], r#""john""#).await,
        (200, r#""Hello john""#.to_owned())
    );
    let mut printed = String::new();
    for body in [r#""400""#, r#""404""#, r#""500""#, r#""status""#] {
        let (code, answer) = post(&address, &[], body).await;
        printed += &format!("{code} {answer}\n");
    }
    println!("through our gateway from go-micro:\n{printed}");
    let codes: Vec<_> = printed.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["400", "404", "500", "500"]);
    assert!(printed.contains("bad merr") && printed.contains("not here"));
    let headers = [
        ("grpc-metadata-bar", "2"),
        ("authorization", "Bearer x"),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    let (code, seen) = post(&address, &headers, r#""metadata""#).await;
    println!("go-micro's handler saw {seen}");
    assert_eq!(code, 200);
    assert!(seen.contains("Bar=2"), "{seen}");
    assert!(seen.contains("Authorization=Bearer x"), "{seen}");
}
