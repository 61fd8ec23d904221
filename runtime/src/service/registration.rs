//! Keeps a service in its registry.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::registry::{Registry, Service as Record};

/// How long the registry may take to forget the node when the service stops.
const DEREGISTER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long after the first failure it is tried again; it doubles up to the interval.
const FIRST_RETRY: Duration = Duration::from_millis(250);

/// What is registered, where, and how often.
pub(super) struct Registration {
    pub(super) registry: Arc<dyn Registry>,
    pub(super) record: Record,
    pub(super) ttl: Duration,
    pub(super) interval: Duration,
}

impl Registration {
    /// Registers until `stopped` is ready, and takes the node out then.
    ///
    /// The node is renewed at every interval, and twice within its TTL where the interval is longer. After a failure it is
    /// tried again soon, so that a registry that was away for a moment costs no interval.
    pub(super) async fn keep(self, stopped: impl Future<Output = ()>) {
        tokio::pin!(stopped);
        // A TTL of nothing must not become a loop without a pause.
        let within_ttl = (self.ttl / 2).max(Duration::from_millis(100));
        let interval = self.interval.min(within_ttl).max(Duration::from_millis(1));
        let mut retry = FIRST_RETRY;
        let mut failing = false;
        loop {
            // A registry that hangs is asked again, too: what it waits for may be gone.
            let attempt = timeout(interval.max(DEREGISTER_TIMEOUT), self.register());
            let result = tokio::select! {
                () = &mut stopped => break,
                result = attempt => result,
            };
            let registered = matches!(result, Ok(true));
            match (registered, failing) {
                (true, true) => tracing::info!(service = self.record.name, "registered again"),
                (true, false) => tracing::debug!(service = self.record.name, "registered"),
                (false, _) if result.is_err() => {
                    tracing::warn!(
                        service = self.record.name,
                        "the registry does not answer; trying again"
                    );
                }
                (false, _) => {}
            }
            let pause = match registered {
                true => {
                    retry = FIRST_RETRY;
                    interval
                }
                false => {
                    let pause = retry.min(interval);
                    retry *= 2;
                    pause
                }
            };
            failing = !registered;
            tokio::select! {
                () = &mut stopped => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.deregister().await;
    }

    async fn register(&self) -> bool {
        match self.registry.register(&self.record, self.ttl).await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(
                    service = self.record.name,
                    ?error,
                    "cannot register; trying again"
                );
                false
            }
        }
    }

    async fn deregister(&self) {
        let name = &self.record.name;
        match timeout(DEREGISTER_TIMEOUT, self.registry.deregister(&self.record)).await {
            Ok(Ok(())) => tracing::info!(service = name, "deregistered"),
            Ok(Err(error)) => tracing::warn!(service = name, ?error, "cannot deregister"),
            Err(_) => {
                tracing::warn!(
                    service = name,
                    "cannot deregister within {DEREGISTER_TIMEOUT:?}"
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::Instant;

    use super::*;
    use crate::registry::{Service, Watch};
    use crate::{BoxFuture, Error};

    /// Writes down what it is asked, with the second of the asking, and answers what it is told to.
    struct Notes {
        start: Instant,
        asked: Mutex<Vec<(u64, String)>>,
        answers: fn(usize) -> Answer,
    }

    enum Answer {
        Good,
        Bad,
        None,
    }

    impl Registry for Notes {
        fn register(&self, _: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
            let mut asked = self.asked.lock().unwrap();
            asked.push((
                self.start.elapsed().as_secs(),
                format!("register for {ttl:?}"),
            ));
            match (self.answers)(asked.len()) {
                Answer::Good => Box::pin(async { Ok(()) }),
                Answer::Bad => Box::pin(async { Err(Error::new("no")) }),
                Answer::None => Box::pin(std::future::pending()),
            }
        }

        fn deregister(&self, _: &Service) -> BoxFuture<Result<(), Error>> {
            let second = self.start.elapsed().as_secs();
            self.asked
                .lock()
                .unwrap()
                .push((second, "deregister".into()));
            Box::pin(async { Ok(()) })
        }

        fn get_service(&self, _: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
            Box::pin(async { Ok(Vec::new()) })
        }

        fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
            Box::pin(async { Ok(Vec::new()) })
        }

        fn watch(&self, _: &str) -> BoxFuture<Result<Watch, Error>> {
            Box::pin(async { Err(Error::new("no")) })
        }
    }

    /// What a registry is asked within a minute.
    async fn asked(ttl: u64, interval: u64, answers: fn(usize) -> Answer) -> Vec<(u64, String)> {
        let registry = Arc::new(Notes {
            start: Instant::now(),
            asked: Mutex::default(),
            answers,
        });
        let registration = Registration {
            registry: registry.clone(),
            record: Service::default(),
            ttl: Duration::from_secs(ttl),
            interval: Duration::from_secs(interval),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let keeping = tokio::spawn(registration.keep(async {
            let _ = stopped.await;
        }));
        tokio::time::sleep(Duration::from_secs(60)).await;
        stop.send(()).unwrap();
        keeping.await.unwrap();
        std::mem::take(&mut *registry.asked.lock().unwrap())
    }

    fn seconds(asked: &[(u64, String)]) -> Vec<u64> {
        asked.iter().map(|(second, _)| *second).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn the_node_is_renewed_at_every_interval_for_the_ttl_that_was_set() {
        let asked = asked(90, 25, |_| Answer::Good).await;
        let register = |second| (second, "register for 90s".to_owned());
        let expected = [
            register(0),
            register(25),
            register(50),
            (60, "deregister".into()),
        ];
        assert_eq!(asked, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_ttl_shorter_than_the_interval_is_renewed_in_time() {
        let asked = asked(44, 30, |_| Answer::Good).await;
        assert_eq!(seconds(&asked), [0, 22, 44, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_tried_again_soon_and_less_and_less_often() {
        let asked = asked(
            60,
            30,
            |count| if count < 5 { Answer::Bad } else { Answer::Good },
        )
        .await;
        assert_eq!(seconds(&asked), [0, 0, 0, 1, 3, 33, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_registry_that_hangs_is_asked_again() {
        let asked = asked(60, 30, |count| {
            if count < 2 {
                Answer::None
            } else {
                Answer::Good
            }
        })
        .await;
        assert_eq!(seconds(&asked), [0, 30, 60]);
    }
}
