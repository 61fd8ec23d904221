//! What the servers cost.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::{self, Connection};
use super::load::Load;
use super::options::Options;
use super::servers::Server;
use crate::Result;

/// How many connections lie idle when memory is measured.
pub(crate) const IDLE: usize = 1000;

/// What one server did under one load, in one round.
#[derive(Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) requests_per_second: f64,
    /// Processor time of the server's process, in microseconds.
    pub(crate) cpu_per_request: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// The memory of a server, in KiB.
pub(crate) struct Memory {
    pub(crate) at_start: u64,
    pub(crate) with_idle: u64,
}

/// Whether a server answers as it should: what is fast and wrong must not be measured.
pub(crate) async fn check(server: &Server, load: &Load) -> Result<()> {
    let mut connection = Connection::open(&server.process().address).await?;
    let request = load.requests.first().ok_or("a load has no request")?;
    let (status, body) = connection.read(request).await?;
    let values: Vec<Value> = serde_json::Deserializer::from_slice(&body)
        .into_iter()
        .map(|value| Ok(unwrapped(value?)))
        .collect::<Result<_>>()?;
    if status == 200 && values == load.expected {
        return Ok(());
    }
    let body = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
    Err(format!(
        "{} answers {} with {status}: {body}",
        server.name, load.name
    )
    .into())
}

/// grpc-gateway puts the messages of a stream into an envelope.
fn unwrapped(mut value: Value) -> Value {
    match value.get_mut("result") {
        Some(result) => result.take(),
        None => value,
    }
}

/// Every server under every load, in turn, as many times as asked: by load, by server, by round.
pub(crate) async fn rounds(
    servers: &[Server],
    loads: &[Load],
    options: &Options,
) -> Result<Vec<Vec<Vec<Figure>>>> {
    let mut figures = vec![vec![Vec::new(); servers.len()]; loads.len()];
    for round in 1..=options.rounds {
        for (load, figures) in loads.iter().zip(&mut figures) {
            eprintln!("round {round} of {}: {}", options.rounds, load.name);
            for (server, figures) in servers.iter().zip(figures) {
                if server.serves(load) {
                    figures.push(one(server, load, options).await?);
                }
            }
        }
    }
    Ok(figures)
}

async fn one(server: &Server, load: &Load, options: &Options) -> Result<Figure> {
    let process = server.process();
    client::run(
        &process.address,
        load,
        options.connections,
        options.time / 4,
    )
    .await?;
    let (started, cpu) = (Instant::now(), process.cpu()?);
    let mut took = client::run(&process.address, load, options.connections, options.time).await?;
    let (elapsed, cpu) = (started.elapsed(), process.cpu()?.saturating_sub(cpu));
    took.sort_unstable();
    let at = |share: f64| {
        took.get((took.len() as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    Ok(Figure {
        requests_per_second: took.len() as f64 / elapsed.as_secs_f64(),
        cpu_per_request: cpu.as_secs_f64() * 1e6 / took.len().max(1) as f64,
        p50: at(0.5),
        p99: at(0.99),
    })
}

/// What fresh servers take, and what they take with [`IDLE`] connections that have asked once.
pub(crate) async fn memory(servers: &[Server], options: &Options) -> Result<Vec<Memory>> {
    let mut all = Vec::new();
    let request = b"GET /v1/thing7/42/parts/wheel HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for server in servers {
        eprintln!("memory: {}", server.name);
        let process = server.another()?;
        Connection::open(&process.address)
            .await?
            .ask(request)
            .await?;
        let at_start = process.memory()?;
        let mut connections = Vec::new();
        for _ in 0..IDLE {
            let mut connection = Connection::open(&process.address).await?;
            connection.ask(request).await?;
            connections.push(connection);
        }
        tokio::time::sleep(options.time / 4).await;
        all.push(Memory {
            at_start,
            with_idle: process.memory()?,
        });
    }
    Ok(all)
}
