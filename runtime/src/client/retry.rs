//! Which calls are made again, and how many.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::picker::Dice;
use crate::Code;

/// What one retry takes from the budget, and what one call gives.
const RETRY: i64 = 10;
const CALL: i64 = 2;
/// What the budget holds at most, and at first: a hundred retries.
const FULL: i64 = 100 * RETRY;

/// Which failed calls are made again.
///
/// A call that no server has begun to process, because the connection was refused or the server was leaving, is made again
/// on another node in any case. A call that may have been processed is made again only for the codes given here: give them
/// for methods that may well be called twice. Further attempts are limited in number and by a budget of a fifth of all
/// calls, so that a service in trouble is not called to death; all of them lie within the one deadline of the call.
///
/// A client has one for all of its calls; a call may have its own, left in its context:
///
/// ```
/// use rmicro::{Code, Context, Retry};
///
/// let ctx = Context::new().with_extension(Retry::on([Code::Unavailable]));
/// ```
#[derive(Clone, Debug)]
pub struct Retry {
    codes: BTreeSet<Code>,
    attempts: usize,
    pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self::on([])
    }
}

impl Retry {
    /// Makes calls again that end with one of `codes`: three attempts in all, 50 ms to 100 ms before the second and twice
    /// that before each further one.
    pub fn on(codes: impl IntoIterator<Item = Code>) -> Self {
        Self {
            codes: codes.into_iter().collect(),
            attempts: 3,
            pause: Duration::from_millis(100),
        }
    }

    /// How many attempts a call has in all; 1 at least.
    #[must_use]
    pub fn attempts(mut self, attempts: usize) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest pause before the second attempt; the shortest is half of it.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Whether a call that has failed with `code` for the `failed`th time may be made again.
    pub(super) fn allows(&self, code: Code, failed: usize) -> bool {
        failed < self.attempts && self.codes.contains(&code)
    }

    /// How long to wait after the `failed`th failure.
    pub(super) fn pause_after(&self, failed: usize, dice: &Dice) -> Duration {
        let doublings = u32::try_from(failed.saturating_sub(1))
            .unwrap_or(u32::MAX)
            .min(10);
        let longest = self.pause.saturating_mul(1 << doublings);
        longest / 2 + longest / 2 * u32::try_from(dice.below(1000)).unwrap_or(0) / 1000
    }
}

/// Calls a node that may be slow, and after a while another one beside it; the first answer counts.
///
/// Only for methods that may well be called twice; only unary calls are hedged.
#[derive(Clone, Copy, Debug)]
pub struct Hedge {
    pub(super) after: Duration,
    pub(super) calls: usize,
}

impl Hedge {
    /// Calls a second node when the first has not answered `after` that time.
    pub fn after(after: Duration) -> Self {
        Self { after, calls: 2 }
    }

    /// How many nodes are called at most, one after the other: 2 unless set.
    #[must_use]
    pub fn calls(mut self, calls: usize) -> Self {
        self.calls = calls.max(1);
        self
    }
}

/// How many retries there may be.
#[derive(Debug)]
pub(super) struct Budget(AtomicI64);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicI64::new(FULL))
    }
}

impl Budget {
    /// Counts a call.
    pub(super) fn deposit(&self) {
        // A little above the brim does not matter, so this need not be one step.
        if self.0.load(Ordering::Relaxed) < FULL {
            self.0.fetch_add(CALL, Ordering::Relaxed);
        }
    }

    /// Whether a retry is in the budget; it is taken from it then.
    pub(super) fn withdraw(&self) -> bool {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left >= RETRY).then_some(left - RETRY)
            });
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_fifth_of_the_calls_in_the_end() {
        let budget = Budget::default();
        let mut retries = 0;
        for _ in 0..1000 {
            budget.deposit();
            retries += usize::from(budget.withdraw());
        }
        assert!((290..=300).contains(&retries), "{retries}");
    }

    #[test]
    fn only_the_given_codes_are_made_again() {
        let retry = Retry::on([Code::Unavailable]).attempts(2);
        assert!(retry.allows(Code::Unavailable, 1));
        assert!(!retry.allows(Code::Unavailable, 2));
        assert!(!retry.allows(Code::Internal, 1));
        assert!(!Retry::default().allows(Code::Unavailable, 1));
    }

    #[test]
    fn pauses_double() {
        let retry = Retry::on([]).pause(Duration::from_millis(100));
        for (failed, longest) in [(1, 100), (2, 200), (3, 400)] {
            let pause = retry.pause_after(failed, &Dice::default()).as_millis();
            assert!((longest / 2..=longest).contains(&pause), "{pause}");
        }
    }
}
