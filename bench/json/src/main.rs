//! `bench-json` times everyone and prints a Markdown table for each direction; with `--svg FILE` it writes the chart too.
//!
//! `bench-json --load NAME` takes only the loads whose names contain NAME. `bench-json --once LOAD DIRECTION WHO RUNS` does the
//! work so many times and nothing else, for a profiler.

mod chart;
mod loads;
mod peers;
mod plain;

use std::alloc::System;
use std::time::Duration;

use cpu_time::ThreadTime;

use peers::{Case, DESCRIPTORS, Direction, OURS, PLAIN, Pools};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What one case came to.
pub struct Figure {
    pub load: &'static str,
    pub who: &'static str,
    pub direction: Direction,
    pub nanos: f64,
    pub megabytes_per_second: f64,
    pub allocations: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str, n: usize| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + n).map(String::as_str)
    };
    let ours = rmicro::Pool::builder()
        .file_descriptor_set(DESCRIPTORS)
        .build()
        .unwrap();
    let pools = Pools {
        ours: Box::leak(Box::new(ours)),
        reflect: prost_reflect::DescriptorPool::decode(DESCRIPTORS).unwrap(),
    };
    if let (Some(load), Some(direction), Some(who), Some(runs)) = (
        after("--once", 1),
        after("--once", 2),
        after("--once", 3),
        after("--once", 4),
    ) {
        let cases = loads::all(&pools, load);
        let wanted = |case: &&Case| {
            case.direction.title().starts_with(direction) && case.who.starts_with(who)
        };
        let case = cases.iter().find(wanted).expect("no such case");
        for _ in 0..runs.parse().unwrap() {
            (case.run)();
        }
        return;
    }
    let cases = loads::all(&pools, after("--load", 1).unwrap_or(""));
    let figures = measure(
        &cases,
        after("--rounds", 1).map_or(9, |rounds| rounds.parse().unwrap()),
    );
    print(&figures);
    if let Some(path) = after("--svg", 1) {
        std::fs::write(path, chart::draw(&figures)).unwrap();
    }
}

/// Everyone in turn, several times over, so that a slow moment of the machine hits all of them; the best round counts.
fn measure(cases: &[Case], rounds: usize) -> Vec<Figure> {
    let mut best = vec![Duration::MAX; cases.len()];
    let repeats: Vec<u32> = cases.iter().map(repeats).collect();
    for _ in 0..rounds {
        for ((case, best), repeats) in cases.iter().zip(&mut best).zip(&repeats) {
            let start = ThreadTime::now();
            for _ in 0..*repeats {
                (case.run)();
            }
            *best = (*best).min(start.elapsed() / *repeats);
        }
    }
    let figure = |(case, best): (&Case, Duration)| {
        let region = Region::new(ALLOCATOR);
        (case.run)();
        let change = region.change();
        Figure {
            load: case.load,
            who: case.who,
            direction: case.direction,
            nanos: best.as_secs_f64() * 1e9,
            megabytes_per_second: case.json_bytes as f64 / best.as_secs_f64() / 1e6,
            allocations: change.allocations + change.reallocations,
        }
    };
    cases.iter().zip(best).map(figure).collect()
}

/// How often a case is run for some ten milliseconds.
fn repeats(case: &Case) -> u32 {
    let start = ThreadTime::now();
    let mut runs = 0;
    while start.elapsed() < Duration::from_millis(10) {
        (case.run)();
        runs += 1;
    }
    runs
}

fn print(figures: &[Figure]) {
    for direction in Direction::ALL {
        let of_direction: Vec<_> = figures
            .iter()
            .filter(|f| f.direction == direction)
            .collect();
        let mut loads: Vec<_> = of_direction.iter().map(|f| f.load).collect();
        loads.dedup();
        let mut everyone: Vec<_> = of_direction
            .iter()
            .filter(|f| f.load == loads[0])
            .map(|f| f.who)
            .collect();
        everyone.dedup();
        println!("### {}\n", direction.title());
        println!("| load | {} |", everyone.join(" | "));
        println!("| --- |{}", " --- |".repeat(everyone.len()));
        for load in loads {
            let find = |who: &str| {
                of_direction
                    .iter()
                    .find(|f| f.load == load && f.who == who)
                    .unwrap()
            };
            let ours = find(OURS).nanos;
            let cell = |who: &&str| {
                let figure = find(who);
                let ratio = match *who {
                    OURS => String::new(),
                    _ => format!(", x{:.2}", figure.nanos / ours),
                };
                format!(
                    "{:.0} MB/s{ratio}, {} alloc",
                    figure.megabytes_per_second, figure.allocations
                )
            };
            println!(
                "| {load} | {} |",
                everyone.iter().map(cell).collect::<Vec<_>>().join(" | ")
            );
        }
        println!();
    }
    println!(
        "`x` is how many times as long as {OURS} it takes; {PLAIN} reads and writes 64-bit integers as bare numbers."
    );
}
