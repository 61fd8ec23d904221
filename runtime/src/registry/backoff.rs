//! How long to wait before the next try.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(3);

/// Waits that double from 50 ms up to 3 s, each shortened at random by up to a half so that many clients do not come back
/// at once.
#[derive(Debug)]
pub(super) struct Backoff(Duration);

impl Backoff {
    pub(super) fn new() -> Self {
        Self(FIRST)
    }

    /// All is well again.
    pub(super) fn reset(&mut self) {
        self.0 = FIRST;
    }

    /// Waits.
    pub(super) async fn wait(&mut self) {
        let whole = self.0;
        self.0 = (whole * 2).min(LONGEST);
        tokio::time::sleep(whole - shortened(whole)).await;
    }
}

fn shortened(whole: Duration) -> Duration {
    // Sixteen bits of a random UUID are all the chance that is needed.
    let (_, bits, _, _) = uuid::Uuid::new_v4().as_fields();
    whole / 2 * u32::from(bits) / u32::from(u16::MAX)
}
