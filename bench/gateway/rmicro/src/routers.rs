//! What finding a route costs, with few routes and with many.
//!
//! The routes are code that answers at once, so that little is measured beside the look-up: the route is found, its two
//! variables are taken from the path and decoded, and an empty answer is made. What making the requests costs is taken off.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::Empty;
use rmicro::ServeMux;
use rmicro::gateway::Body;

/// How many look-ups are timed at once.
const LOOKUPS: usize = 20_000;

/// Prints a Markdown table: the median of so many rounds, all kinds in turn in each.
pub(crate) async fn measure(rounds: usize) {
    let (few, many) = (mux(10), mux(10_000));
    let kinds = [
        ("10", &few, targets(10)),
        ("10,000, the same ten asked for", &many, targets(10)),
        ("10,000, all asked for in turn", &many, targets(10_000)),
    ];
    let mut times = vec![Vec::new(); kinds.len()];
    for _ in 0..rounds {
        for ((_, mux, targets), times) in kinds.iter().zip(&mut times) {
            times.push(time(mux, targets).await);
        }
    }
    println!("| routes | ns/request | of 10 |\n| --- | --: | --: |");
    let first = median(&times[0]);
    for ((name, ..), times) in kinds.iter().zip(&times) {
        let one = median(times);
        println!("| {name} | {:.0} | {:.2} |", one * 1e9, one / first);
    }
}

fn mux(routes: usize) -> ServeMux {
    let mut mux = ServeMux::new();
    for kind in 0..routes {
        mux.handle_path(
            Method::GET,
            &format!("/v1/thing{kind}/{{id}}/parts/{{part}}"),
            |_, params| async move {
                black_box(params);
                Response::new(Body::empty())
            },
        );
    }
    mux
}

fn targets(routes: usize) -> Vec<Uri> {
    // A step that is prime to the number of routes, so that no two requests in a row are neighbours.
    let kinds = (0..routes).map(|at| at * 617 % routes);
    kinds
        .filter_map(|kind| format!("/v1/thing{kind}/42/parts/wheel").parse().ok())
        .collect()
}

async fn time(mux: &ServeMux, targets: &[Uri]) -> Duration {
    let started = Instant::now();
    for request in requests(targets) {
        black_box(mux.answer(request).await);
    }
    let answered = started.elapsed();
    let started = Instant::now();
    requests(targets).for_each(|request| {
        black_box(request);
    });
    answered.saturating_sub(started.elapsed())
}

fn requests(targets: &[Uri]) -> impl Iterator<Item = Request<Empty<Bytes>>> {
    targets.iter().cycle().take(LOOKUPS).map(|target| {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = target.clone();
        request
    })
}

/// Seconds a look-up.
fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .map_or(0.0, |time| time.as_secs_f64() / LOOKUPS as f64)
}
