//! Who is asked.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::load::Load;
use super::options::Options;
use super::process::Process;
use super::run;
use crate::Result;

/// A server that takes part.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    program: PathBuf,
    args: Vec<String>,
    streams: bool,
    process: Process,
}

impl Server {
    /// Whether it can serve that load.
    pub(crate) fn serves(&self, load: &Load) -> bool {
        self.streams || load.messages.is_none()
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    /// Another one like it.
    pub(crate) fn another(&self) -> Result<Process> {
        Process::start(&self.program, &self.args)
    }
}

/// Those that are asked for, running, and the gRPC server behind the proxies.
pub(crate) fn all(go: Option<&Path>, options: &Options) -> Result<(Vec<Server>, Process)> {
    let current = std::env::current_exe()?;
    let own = |name: &str| current.with_file_name(name);
    // Packages of their own: compiling the 1,000 routes of rest_over_grpc takes minutes, and nothing else needs it.
    build("bench-rmicro")?;
    if options.has_server("rest_over_grpc") {
        build("bench-rest-over-grpc")?;
    }
    let backend = Process::start(&own("bench-rmicro"), &["backend".to_owned()])?;
    let endpoint = backend.address.clone();
    let ours = own("bench-rmicro");
    let mut servers = vec![
        ("hyper, by hand", own("bench-hyper"), vec![], true),
        ("axum, by hand", own("bench-axum"), vec![], true),
        ("rest_over_grpc", own("bench-rest-over-grpc"), vec![], true),
        (
            "rmicro, in process",
            ours.clone(),
            vec!["in-process".to_owned()],
            true,
        ),
    ];
    if let Some(go) = go {
        // grpc-gateway answers streams with 501 in process.
        servers.push(("grpc-gateway, in process", go.to_owned(), vec![], false));
    }
    servers.push((
        "rmicro, proxied",
        ours,
        vec!["proxied".to_owned(), endpoint.clone()],
        true,
    ));
    if let Some(go) = go {
        servers.push(("grpc-gateway, proxied", go.to_owned(), vec![endpoint], true));
    }
    servers.retain(|(name, ..)| options.has_server(name));
    let servers = servers.into_iter().map(|(name, program, args, streams)| {
        let process = Process::start(&program, &args)?;
        Ok(Server {
            name,
            program,
            args,
            streams,
            process,
        })
    });
    Ok((servers.collect::<Result<_>>()?, backend))
}

/// What finding a route costs, as a table of Markdown.
pub(crate) fn routers() -> Result<String> {
    let program = std::env::current_exe()?.with_file_name("bench-rmicro");
    let output = Command::new(program).arg("routers").output()?;
    Ok(String::from_utf8(output.stdout)?)
}

fn build(package: &str) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    run(Command::new(cargo)
        .args([
            "build",
            "--release",
            "--package",
            package,
            "--manifest-path",
        ])
        .arg(manifest))
}
