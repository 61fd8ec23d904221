//! Many callers at once, and how long their calls take.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Result;

/// How much is called.
pub(crate) struct Load {
    pub(crate) callers: usize,
    pub(crate) seconds: u64,
}

/// Calls a second, and microseconds that half of them and that 99 of 100 took at most.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) rate: f64,
    pub(crate) p50: u64,
    pub(crate) p99: u64,
}

/// Makes one call after the other.
pub(crate) trait Caller: Clone + Send + 'static {
    fn call(&mut self) -> impl Future<Output = Result<()>> + Send;
}

impl Load {
    pub(crate) async fn run(&self, caller: &impl Caller) -> Result<Sample> {
        for _ in 0..200 {
            caller.clone().call().await?;
        }
        let begin = Instant::now();
        let end = begin + Duration::from_secs(self.seconds);
        let mut callers = JoinSet::new();
        for _ in 0..self.callers {
            let mut caller = caller.clone();
            callers.spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let begin = Instant::now();
                    caller.call().await?;
                    times.push(begin.elapsed());
                }
                Result::Ok(times)
            });
        }
        let mut times = Vec::new();
        while let Some(done) = callers.join_next().await {
            times.extend(done??);
        }
        let took = begin.elapsed();
        times.sort_unstable();
        let percentile = |percent: usize| {
            let time = times.get(times.len() * percent / 100);
            time.map_or(0, |time| {
                u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
            })
        };
        Ok(Sample {
            rate: times.len() as f64 / took.as_secs_f64(),
            p50: percentile(50),
            p99: percentile(99),
        })
    }
}

/// The median of each figure on its own.
pub(crate) fn median(samples: &[Sample]) -> Sample {
    let middle = |figure: &dyn Fn(&Sample) -> f64| {
        let mut figures: Vec<f64> = samples.iter().map(figure).collect();
        figures.sort_unstable_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    Sample {
        rate: middle(&|sample| sample.rate),
        p50: middle(&|sample| sample.p50 as f64) as u64,
        p99: middle(&|sample| sample.p99 as f64) as u64,
    }
}
