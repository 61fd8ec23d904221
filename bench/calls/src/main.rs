//! Unary calls through discovery and picker, beside a bare tonic channel and go-micro.

mod load;
mod peers;

use std::error::Error;

use load::{Load, Sample};
use peers::{Go, Greeter};

/// Calls at a time.
const CALLERS: usize = 64;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["server"] => peers::serve().await,
        [rounds, seconds] => compare(rounds.parse()?, seconds.parse()?).await,
        _ => Err("usage: bench-calls <rounds> <seconds a round>".into()),
    }
}

async fn compare(rounds: usize, seconds: u64) -> Result<()> {
    let server = Greeter::start().await?;
    let go = Go::start().await?;
    let (tonic, rmicro) = (server.tonic().await?, server.rmicro());
    let mut names = vec!["tonic", "rmicro"];
    if go.is_some() {
        names.push("go-micro");
    }
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); names.len()];
    let load = Load {
        callers: CALLERS,
        seconds,
    };
    for round in 0..rounds {
        // Each variant goes first as often as the others.
        for turn in 0..names.len() {
            let index = (round + turn) % names.len();
            samples[index].push(match (names[index], &go) {
                ("tonic", _) => load.run(&tonic).await?,
                ("rmicro", _) => load.run(&rmicro).await?,
                (_, Some(go)) => go.run(&load).await?,
                (_, None) => continue,
            });
        }
    }
    println!("{CALLERS} callers, {rounds} rounds of {seconds} s, medians");
    println!(
        "{:<10}{:>12}{:>12}{:>12}",
        "", "calls/s", "p50 us", "p99 us"
    );
    let medians: Vec<Sample> = samples
        .iter()
        .map(|samples| load::median(samples))
        .collect();
    for (name, sample) in names.iter().zip(&medians) {
        let Sample { rate, p50, p99 } = sample;
        println!("{name:<10}{rate:>12.0}{p50:>12}{p99:>12}");
    }
    for (name, other) in names
        .iter()
        .zip(&medians)
        .filter(|(name, _)| **name != "rmicro")
    {
        let ratio = medians[1].rate / other.rate;
        println!("rmicro makes {ratio:.2} times the calls of {name}");
    }
    Ok(())
}
