//! Who calls and who is called.

use std::path::PathBuf;
use std::process::Stdio;

use rmicro::registry::Memory;
use rmicro::{Client, Context, Descriptors, Routes, Server, ServiceDef, Stub, Unary};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Result;
use crate::load::{Caller, Load, Sample};

static FILES: Descriptors = Descriptors::new(b"", &[]);
const GREETER: ServiceDef = FILES.service("demo.v1.Greeter");
/// Its messages are `google.protobuf.StringValue`, which prost has as strings.
const HELLO: Unary<String, String> = GREETER.unary("Hello");

/// Prints its address and serves.
pub(crate) async fn serve() -> Result<()> {
    let mut routes = Routes::new();
    routes
        .service(&GREETER, ())
        .unary(&HELLO, |_, _, name: String| async move {
            Ok(format!("Hello {name}"))
        });
    let listening = Server::new().routes(routes).bind("127.0.0.1:0").await?;
    println!("address {}", listening.local_addr());
    listening.serve(std::future::pending()).await;
    Ok(())
}

/// A server of rmicro in a process of its own.
pub(crate) struct Greeter {
    _child: Child,
    address: String,
}

impl Greeter {
    pub(crate) async fn start() -> Result<Self> {
        let command = Command::new(std::env::current_exe()?);
        let (child, address) = start(command, "server").await?;
        Ok(Self {
            _child: child,
            address,
        })
    }

    pub(crate) async fn tonic(&self) -> Result<Tonic> {
        let endpoint = tonic::transport::Endpoint::try_from(format!("http://{}", self.address))?;
        Ok(Tonic(tonic::client::Grpc::new(endpoint.connect().await?)))
    }

    pub(crate) fn rmicro(&self) -> ByName {
        let registry = Memory::new().with_node("worker", &self.address);
        ByName(Stub::new("worker", Client::new(registry)))
    }
}

/// A bare channel of tonic, used as code generated for it does.
#[derive(Clone)]
pub(crate) struct Tonic(tonic::client::Grpc<tonic::transport::Channel>);

impl Caller for Tonic {
    async fn call(&mut self) -> Result<()> {
        self.0.ready().await?;
        let path = http::uri::PathAndQuery::from_static("/demo.v1.Greeter/Hello");
        let codec: tonic_prost::ProstCodec<String, String> = tonic_prost::ProstCodec::default();
        self.0
            .unary(tonic::Request::new("x".to_owned()), path, codec)
            .await?;
        Ok(())
    }
}

/// The client of rmicro, which finds the server in a registry.
#[derive(Clone)]
pub(crate) struct ByName(Stub);

impl Caller for ByName {
    async fn call(&mut self) -> Result<()> {
        self.0.unary(&HELLO, Context::new(), "x".to_owned()).await?;
        Ok(())
    }
}

/// go-micro on both sides.
pub(crate) struct Go {
    program: PathBuf,
    _child: Child,
    address: String,
}

impl Go {
    /// Builds and starts the server; `None` where there is no Go.
    pub(crate) async fn start() -> Result<Option<Self>> {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/interop/calls/micro"
        );
        let program = std::env::current_exe()?.with_file_name("bench-go-micro");
        let mut build = Command::new("go");
        build.args(["build", "-o"]).arg(&program).arg(".");
        match build.current_dir(folder).status().await {
            Ok(status) if status.success() => {}
            _ => {
                eprintln!("SKIPPED: go-micro cannot be built");
                return Ok(None);
            }
        }
        let (child, address) = start(Command::new(&program), "server").await?;
        Ok(Some(Self {
            program,
            _child: child,
            address,
        }))
    }

    pub(crate) async fn run(&self, load: &Load) -> Result<Sample> {
        let mut command = Command::new(&self.program);
        command.args(["bench", &self.address]);
        command.args([load.callers.to_string(), load.seconds.to_string()]);
        let output = command.output().await?;
        let printed = String::from_utf8(output.stdout)?;
        let figures: Vec<&str> = printed.split_whitespace().collect();
        match figures[..] {
            [rate, p50, p99] => Ok(Sample {
                rate: rate.parse()?,
                p50: p50.parse()?,
                p99: p99.parse()?,
            }),
            _ => Err(format!("go-micro printed {printed}").into()),
        }
    }
}

/// Starts a server and reads its address; it ends with this process.
async fn start(mut command: Command, argument: &str) -> Result<(Child, String)> {
    let mut child = command
        .arg(argument)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().ok_or("the server has no output")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix("address ") {
            let address = address.to_owned();
            // Whoever logs is never to wait for a reader.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((child, address));
        }
    }
    Err("the server told no address".into())
}
