//! The figures as a page of Markdown.

use std::fmt::Write as _;

use super::load::Load;
use super::measure::{Figure, IDLE, Memory};
use super::options::Options;
use super::servers::Server;

/// Everything that was measured.
pub(crate) fn page(
    servers: &[Server],
    loads: &[Load],
    figures: &[Vec<Vec<Figure>>],
    memory: &[Memory],
    options: &Options,
) -> String {
    let mut out = format!(
        "Medians of {} rounds of {:?} over {} connections, all servers in turn in every round.\n",
        options.rounds, options.time, options.connections
    );
    for (load, figures) in loads.iter().zip(figures) {
        let _ = writeln!(out, "\n### {}\n", load.title);
        out.push_str(&table(servers, load, figures));
    }
    let _ = writeln!(
        out,
        "\n### Memory\n\n| server | at start, MiB | with {IDLE} idle connections, MiB | a connection, KiB |"
    );
    out.push_str("| --- | --: | --: | --: |\n");
    for (server, memory) in servers.iter().zip(memory) {
        let grown = memory.with_idle.saturating_sub(memory.at_start) as f64;
        let (start, idle) = (
            memory.at_start as f64 / 1024.0,
            memory.with_idle as f64 / 1024.0,
        );
        let _ = writeln!(
            out,
            "| {} | {start:.1} | {idle:.1} | {:.1} |",
            server.name,
            grown / IDLE as f64
        );
    }
    out
}

/// One load. What a server costs is also told as a multiple of the first one's, by the median of the rounds' ratios: each
/// round compares what ran within the same minute.
fn table(servers: &[Server], load: &Load, figures: &[Vec<Figure>]) -> String {
    let unit = if load.messages.is_some() {
        "stream"
    } else {
        "request"
    };
    let first = servers.first().map_or("", |server| server.name);
    let mut out = format!(
        "| server | {unit}s/s | CPU µs/{unit} | of {first} | p50 ms | p99 ms |\n| --- | --: | --: | --: | --: | --: |\n"
    );
    for (server, rounds) in servers.iter().zip(figures) {
        if rounds.is_empty() {
            let _ = writeln!(out, "| {} | cannot | | | | |", server.name);
            continue;
        }
        let of = |what: &dyn Fn(&Figure) -> f64| median(rounds.iter().map(what).collect());
        let ratios = rounds.iter().zip(figures.first().into_iter().flatten());
        let ratio = median(
            ratios
                .map(|(own, first)| own.cpu_per_request / first.cpu_per_request)
                .collect(),
        );
        let _ = writeln!(
            out,
            "| {} | {:.0} | {:.1} | {:.2} | {:.2} | {:.2} |",
            server.name,
            of(&|figure| figure.requests_per_second),
            of(&|figure| figure.cpu_per_request),
            ratio,
            of(&|figure| figure.p50.as_secs_f64() * 1e3),
            of(&|figure| figure.p99.as_secs_f64() * 1e3),
        );
    }
    out
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
