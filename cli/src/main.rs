//! The command `rmicro`: a gateway for a gRPC server, from its descriptors and without generated code.

mod amounts;
mod args;
mod choices;
mod descriptors;
mod explain;
mod gateway;
mod reflection;
mod settings;

use std::process::ExitCode;

use clap::Parser as _;
use rmicro::Error;
use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};

/// What was asked for was found not to be so: a request that no rule takes.
const NEGATIVE: u8 = 1;
/// It could not be found out; clap ends with the same code where the command line is wrong.
const FAILED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    match run(cli).await {
        Ok(code) => code,
        Err(error) => {
            // The form for debugging has the causes, too.
            eprintln!("error: {error:?}");
            ExitCode::from(FAILED)
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, Error> {
    match cli.command {
        Command::Gateway(args) => gateway::serve(args).await.map(|()| ExitCode::SUCCESS),
        Command::Routes(args) => gateway::print_routes(args)
            .await
            .map(|()| ExitCode::SUCCESS),
        Command::Explain(args) => match explain::explain(args).await? {
            explain::Verdict::Accepted => Ok(ExitCode::SUCCESS),
            explain::Verdict::Refused => Ok(ExitCode::from(NEGATIVE)),
        },
    }
}
