//! Counts and durations of requests, as text for Prometheus.
//!
//! Labels are the route's template and method, never the path, so that clients cannot make new ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// What has been measured so far.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<BTreeMap<Key, Series>>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    route: String,
    code: &'static str,
}

#[derive(Debug, Default)]
struct Series {
    count: u64,
    seconds: f64,
    buckets: [u64; BUCKETS.len()],
}

impl Metrics {
    /// Notes a request that took the route `route`, which is empty for one that took none.
    pub(super) fn observe(&self, route: &str, code: &'static str, duration: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = Key {
            route: route.to_owned(),
            code,
        };
        let series = all.entry(key).or_default();
        let seconds = duration.as_secs_f64();
        series.count += 1;
        series.seconds += seconds;
        for (bucket, bound) in series.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    /// All of it in Prometheus's text format, version 0.0.4.
    pub(super) fn text(&self) -> String {
        const NAME: &str = "rmicro_gateway_request_duration_seconds";
        let mut out =
            format!("# HELP {NAME} Time until an answer's headers.\n# TYPE {NAME} histogram\n");
        for (key, series) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let labels = format!("route=\"{}\",code=\"{}\"", escaped(&key.route), key.code);
            for (count, bound) in series.buckets.iter().zip(BUCKETS) {
                // Writing to a string cannot fail.
                let _ = writeln!(out, "{NAME}_bucket{{{labels},le=\"{bound}\"}} {count}");
            }
            let _ = writeln!(
                out,
                "{NAME}_bucket{{{labels},le=\"+Inf\"}} {}",
                series.count
            );
            let _ = writeln!(out, "{NAME}_sum{{{labels}}} {}", series.seconds);
            let _ = writeln!(out, "{NAME}_count{{{labels}}} {}", series.count);
        }
        out
    }
}

fn escaped(label: &str) -> String {
    label
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_observed_is_told() {
        let metrics = Metrics::default();
        metrics.observe("GET /v1/{id}", "OK", Duration::from_millis(2));
        metrics.observe("GET /v1/{id}", "OK", Duration::from_secs(9));
        let text = metrics.text();
        for line in [
            "rmicro_gateway_request_duration_seconds_bucket{route=\"GET /v1/{id}\",code=\"OK\",le=\"0.001\"} 0",
            "rmicro_gateway_request_duration_seconds_bucket{route=\"GET /v1/{id}\",code=\"OK\",le=\"0.0025\"} 1",
            "rmicro_gateway_request_duration_seconds_bucket{route=\"GET /v1/{id}\",code=\"OK\",le=\"+Inf\"} 2",
            "rmicro_gateway_request_duration_seconds_count{route=\"GET /v1/{id}\",code=\"OK\"} 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
