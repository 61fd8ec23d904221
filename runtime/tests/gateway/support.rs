//! The service `rich.v1.Rich`, a backend for it, and transcripts of what goes in and out.

use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex};

use bytes::{Buf, BufMut, Bytes};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt as _;
use prost::Message as _;
use prost::encoding::{DecodeContext, WireType, decode_varint, encode_key, encode_varint};
use protox::file::{
    ChainFileResolver, DescriptorSetFileResolver, File, FileResolver, GoogleFileResolver,
};
use rmicro::gateway::{Body, ServeMux};
use rmicro::json::{self, PrintOptions, UnknownAny};
use rmicro::{
    Backend, BoxFuture, Channel, Code, Context, Descriptors, Kind, Messages, Method, Pool, Result,
    Routes, Server, ServiceDef, Status, Streaming,
};
use tokio_stream::StreamExt as _;

pub(crate) static POOL: LazyLock<Arc<Pool>> =
    LazyLock::new(|| pool("rich.proto", include_str!("rich.proto")));

/// A pool of one file.
pub(crate) fn pool(name: &str, source: &str) -> Arc<Pool> {
    let set = compile(name, source);
    Arc::new(Pool::builder().file_descriptor_set(&set).build().unwrap())
}

/// The descriptors of one file and its imports.
fn compile(name: &str, source: &str) -> Vec<u8> {
    struct Only(String, String);

    impl FileResolver for Only {
        fn open_file(&self, name: &str) -> std::result::Result<File, protox::Error> {
            if name == self.0 {
                return File::from_source(name, &self.1);
            }
            Err(protox::Error::file_not_found(name))
        }
    }

    let mut resolver = ChainFileResolver::new();
    resolver.add(Only(name.to_owned(), source.to_owned()));
    resolver.add(GoogleFileResolver::new());
    resolver.add(DescriptorSetFileResolver::decode(rmicro::bundled::FILE_DESCRIPTOR_SET).unwrap());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true);
    compiler.open_file(name).unwrap();
    compiler.encode_file_descriptor_set()
}

/// Serves `rich.v1.Rich`, and writes down what it is called with.
#[derive(Clone, Default)]
pub(crate) struct Rich(Arc<Mutex<String>>);

impl Rich {
    /// What was seen since the last time.
    pub(crate) fn seen(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn see(&self, method: &Method, ctx: &Context, message: &Bytes) {
        let name = POOL.method(method.path()).unwrap().input().full_name();
        let mut seen = self.0.lock().unwrap();
        writeln!(seen, "= {} {}", method.path(), show(name, message)).unwrap();
        let mut names: Vec<&str> = ctx.metadata().names().collect();
        names.sort_unstable();
        for name in names {
            for value in ctx.metadata().as_headers().get_all(name) {
                writeln!(seen, "= {name}: {}", value.to_str().unwrap()).unwrap();
            }
        }
    }
}

/// A message as JSON.
pub(crate) fn show(name: &str, wire: &[u8]) -> String {
    let options = PrintOptions {
        unknown_any: UnknownAny::Raw,
        ..PrintOptions::default()
    };
    let mut out = Vec::new();
    match json::from_wire(POOL.message(name).unwrap(), wire, &options, &mut out) {
        Ok(()) => String::from_utf8(out).unwrap(),
        Err(error) => format!("{error}: {wire:?}"),
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct Note {
    #[prost(int32, tag = "2")]
    i32: i32,
    #[prost(message, optional, tag = "12")]
    inner: Option<Inner>,
    #[prost(string, tag = "27")]
    display_name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Inner {
    #[prost(string, tag = "1")]
    text: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Failure {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

impl Backend for Rich {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        let (this, method) = (self.clone(), method.clone());
        Box::pin(async move { this.answer(ctx, &method, request).await })
    }
}

impl Rich {
    async fn answer(&self, ctx: Context, method: &Method, request: Messages) -> Result<Messages> {
        match (method.name(), request) {
            ("Fail", Messages::One(message)) => {
                self.see(method, &ctx, &message);
                let failure = Failure::decode(message).unwrap();
                let status = Status::new(Code::from_number(failure.code), failure.message);
                Err(status.with_detail(&prost_types::Duration {
                    seconds: 3,
                    nanos: 0,
                }))
            }
            ("List", Messages::One(message)) => {
                self.see(method, &ctx, &message);
                let note = Note::decode(message.clone()).unwrap();
                let mut items = vec![Ok(message); note.i32 as usize];
                if let Some(inner) = note.inner {
                    items.push(Err(Status::not_found(inner.text)));
                }
                Ok(Messages::Stream(Streaming::new(tokio_stream::iter(items))))
            }
            ("Download", Messages::One(message)) => {
                self.see(method, &ctx, &message);
                let items = [Ok(message.clone()), Ok(message)];
                Ok(Messages::Stream(Streaming::new(tokio_stream::iter(items))))
            }
            ("Chat", Messages::Stream(requests)) => {
                let (this, method) = (self.clone(), method.clone());
                Ok(Messages::Stream(Streaming::new(requests.map(
                    move |message| {
                        let message = message?;
                        this.see(&method, &ctx, &message);
                        Ok(message)
                    },
                ))))
            }
            (_, Messages::Stream(mut requests)) => {
                let mut all = Vec::new();
                while let Some(message) = requests.message().await? {
                    self.see(method, &ctx, &message);
                    all.extend_from_slice(&message);
                }
                Ok(Messages::One(all.into()))
            }
            (_, Messages::One(message)) => {
                self.see(method, &ctx, &message);
                if method.kind() == Kind::Unary && method.name() == "Echo" {
                    let note = Note::decode(message.clone()).unwrap();
                    if let Some((name, value)) = note.display_name.split_once(": ") {
                        ctx.set_header(name, value).unwrap();
                        ctx.set_trailer("x-checksum", "42").unwrap();
                    }
                }
                Ok(Messages::One(message))
            }
        }
    }
}

/// A gateway for `rich.v1.Rich`.
pub(crate) fn gateway(mut mux: ServeMux) -> (ServeMux, Rich) {
    let rich = Rich::default();
    mux.register_pool(&POOL, "rich.v1.Rich", rich.clone());
    mux.check().unwrap();
    (mux, rich)
}

/// A gateway for `rich.v1.Rich`, which a server behind a port serves.
pub(crate) async fn proxy(mut mux: ServeMux) -> (ServeMux, Rich) {
    let rich = Rich::default();
    let listening = Server::new()
        .routes(rich.routes())
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let endpoint = format!("http://{}", listening.local_addr());
    tokio::spawn(listening.serve(std::future::pending()));
    mux.register_pool(&POOL, "rich.v1.Rich", Channel::lazy(&endpoint).unwrap());
    mux.check().unwrap();
    (mux, rich)
}

impl Rich {
    /// Handlers whose messages are bytes.
    fn routes(&self) -> Routes {
        let set: &'static [u8] =
            Box::leak(compile("rich.proto", include_str!("rich.proto")).into());
        let files: &'static Descriptors = Box::leak(Box::new(Descriptors::new(set, &[])));
        let service: &'static ServiceDef = Box::leak(Box::new(files.service("rich.v1.Rich")));
        let mut routes = Routes::new();
        let mut handlers = routes.service(service, self.clone());
        for method in POOL.service("rich.v1.Rich").unwrap().methods() {
            let name: &'static str = Box::leak(method.name().into());
            handlers = match Kind::of(method.is_client_streaming(), method.is_server_streaming()) {
                Kind::Unary => {
                    let method = service.unary::<Raw, Raw>(name);
                    handlers.unary(&method, move |rich, ctx, request: Raw| async move {
                        one(rich
                            .answer(ctx, &method.method(), Messages::One(request.into()))
                            .await?)
                    })
                }
                Kind::ServerStreaming => {
                    let method = service.server_streaming::<Raw, Raw>(name);
                    handlers.server_streaming(&method, move |rich, ctx, request: Raw| async move {
                        many(
                            rich.answer(ctx, &method.method(), Messages::One(request.into()))
                                .await?,
                        )
                    })
                }
                Kind::ClientStreaming => {
                    let method = service.client_streaming::<Raw, Raw>(name);
                    handlers.client_streaming(&method, move |rich, ctx, requests| async move {
                        one(rich.answer(ctx, &method.method(), bytes(requests)).await?)
                    })
                }
                Kind::BidiStreaming => {
                    let method = service.bidi_streaming::<Raw, Raw>(name);
                    handlers.bidi_streaming(&method, move |rich, ctx, requests| async move {
                        many(rich.answer(ctx, &method.method(), bytes(requests)).await?)
                    })
                }
            };
        }
        drop(handlers);
        routes
    }
}

fn one(answer: Messages) -> Result<Raw> {
    match answer {
        Messages::One(message) => Ok(Raw::decode(message).unwrap()),
        Messages::Stream(_) => Err(Status::internal("one message was expected")),
    }
}

fn many(answer: Messages) -> Result<Streaming<Raw>> {
    match answer {
        Messages::One(_) => Err(Status::internal("a stream was expected")),
        Messages::Stream(messages) => Ok(Streaming::new(
            messages.map(|message| Ok(Raw::decode(message?).unwrap())),
        )),
    }
}

fn bytes(requests: Streaming<Raw>) -> Messages {
    Messages::Stream(Streaming::new(requests.map(|message| Ok(message?.into()))))
}

/// A message as its bytes.
#[derive(Debug, Default)]
struct Raw(Vec<u8>);

impl From<Raw> for Bytes {
    fn from(raw: Raw) -> Bytes {
        raw.0.into()
    }
}

impl prost::Message for Raw {
    fn encode_raw(&self, out: &mut impl BufMut) {
        out.put_slice(&self.0);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        from: &mut impl Buf,
        _: DecodeContext,
    ) -> std::result::Result<(), prost::DecodeError> {
        encode_key(tag, wire_type, &mut self.0);
        let length = match wire_type {
            WireType::Varint => {
                encode_varint(decode_varint(from)?, &mut self.0);
                0
            }
            WireType::ThirtyTwoBit => 4,
            WireType::SixtyFourBit => 8,
            _ => {
                let length = decode_varint(from)?;
                encode_varint(length, &mut self.0);
                length as usize
            }
        };
        self.0.put(from.take(length));
        Ok(())
    }

    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// Sends a request with a whole body.
pub(crate) async fn send(mux: &ServeMux, request: Request<Bytes>) -> Response<Body> {
    mux.answer(request.map(http_body_util::Full::new)).await
}

/// Sends a request whose body comes in these chunks.
pub(crate) async fn send_chunks(mux: &ServeMux, request: Request<Vec<Bytes>>) -> Response<Body> {
    let request = request.map(|chunks| {
        let frames = chunks
            .into_iter()
            .map(|chunk| Ok::<_, std::io::Error>(Frame::data(chunk)));
        http_body_util::StreamBody::new(tokio_stream::iter(frames))
    });
    mux.answer(request).await
}

/// Method and target, a header a line, an empty line and a body.
pub(crate) fn request(text: &str) -> Request<Bytes> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut builder = Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        builder = builder.header(name, value);
    }
    builder
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

/// Status, headers and body of an answer, as lines; a body that breaks off says why.
pub(crate) async fn response(response: Response<Body>) -> String {
    let (parts, body) = response.into_parts();
    let mut out = format!("< {}\n", parts.status.as_u16());
    let mut headers: Vec<_> = parts.headers.iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        writeln!(out, "< {name}: {}", value.to_str().unwrap()).unwrap();
    }
    let mut body = Pin::new(Box::new(body));
    let mut text = Vec::new();
    let mut end = String::new();
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => text.extend_from_slice(&data),
            Ok(Err(frame)) => {
                for (name, value) in &frame.into_trailers().unwrap_or_default() {
                    writeln!(end, "< trailer {name}: {}", value.to_str().unwrap()).unwrap();
                }
            }
            Err(error) => writeln!(end, "< {error}").unwrap(),
        }
    }
    if !text.is_empty() {
        out.push_str("<\n");
        for line in String::from_utf8_lossy(&text).lines() {
            writeln!(out, "< {line}").unwrap();
        }
    }
    out + &end
}

/// Runs the requests of a transcript, which are its lines that start with `>`, and compares the whole with what is in the
/// file; `BLESS=1` writes it instead. Then it runs them again with the service behind a port, which is to change nothing.
pub(crate) async fn transcript(name: &str, mux: ServeMux) {
    let path = format!(
        "{}/../testdata/gateway/{name}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).unwrap();
    let local = run(&text, gateway(mux.clone())).await;
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &local).unwrap();
    } else {
        assert_eq!(local, text, "{name}");
    }
    let remote = run(&text, proxy(mux).await).await;
    // The answers are what counts: gRPC has metadata of its own, and cancels a stream that breaks as soon as it can.
    let shown = |text: &str| -> String {
        let lines = text.lines().filter(|line| !line.starts_with("= "));
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    for (remote, local) in shown(&remote).lines().zip(shown(&local).lines()) {
        assert_eq!(remote, local, "{name} behind a port");
    }
}

async fn run(text: &str, (mux, rich): (ServeMux, Rich)) -> String {
    let mut out = String::new();
    let mut pending = String::new();
    for line in text.lines().chain([""]) {
        if let Some(part) = line.strip_prefix('>') {
            pending.push_str(part.strip_prefix(' ').unwrap_or(part));
            pending.push('\n');
            writeln!(out, "{line}").unwrap();
            continue;
        }
        if !pending.is_empty() {
            let request = request(pending.trim_end_matches('\n'));
            pending.clear();
            let answer = send(&mux, request).await;
            let answer = response(answer).await;
            out.push_str(&rich.seen());
            out.push_str(&answer);
        }
        if !line.starts_with(['=', '<']) {
            writeln!(out, "{line}").unwrap();
        }
    }
    format!("{}\n", out.trim_end())
}
