//! Starts every server in turn, asks it the same things, and prints what that cost as Markdown.

use std::error::Error;

use bench_common::things;

mod runner;

use runner::options::Options;
use runner::{go, load, measure, report, servers};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Some(options) = Options::parse(std::env::args().skip(1))? else {
        println!("{}", Options::HELP);
        return Ok(());
    };
    let go = if options.wants("grpc-gateway") {
        go::build(&things::proto())?
    } else {
        None
    };
    let (servers, _backend) = servers::all(go.as_deref(), &options)?;
    let loads = load::all(&options);
    for server in &servers {
        for load in loads.iter().filter(|load| server.serves(load)) {
            measure::check(server, load).await?;
        }
    }
    let figures = measure::rounds(&servers, &loads, &options).await?;
    let memory = measure::memory(&servers, &options).await?;
    println!(
        "{}",
        report::page(&servers, &loads, &figures, &memory, &options)
    );
    println!(
        "### Router: a path of five segments with two variables, in one thread\n\n{}",
        servers::routers()?
    );
    Ok(())
}
