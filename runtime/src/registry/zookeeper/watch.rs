//! Follows the records of a service.

use zookeeper_client::{
    AddWatchMode, Error as ZkError, EventType, PersistentWatcher, WatchedEvent,
};

use super::{ZooKeeper, failed, in_time, paths};
use crate::Error;
use crate::registry::backoff::Backoff;
use crate::registry::feed::{self, Feed};
use crate::registry::view::View;
use crate::registry::{Event, Watch};

/// A watch that is on.
pub(super) async fn start(zookeeper: ZooKeeper, name: String) -> Result<Watch, Error> {
    let path = paths::of_service(&name)?;
    let mut follower = Follower {
        zookeeper,
        path,
        name,
        view: View::default(),
    };
    let (watcher, _) = follower.open().await?;
    Ok(feed::watch(|feed| follower.follow(watcher, feed)))
}

struct Follower {
    zookeeper: ZooKeeper,
    path: String,
    name: String,
    view: View,
}

impl Follower {
    async fn follow(mut self, mut watcher: PersistentWatcher, feed: Feed) {
        let mut backoff = Backoff::new();
        loop {
            let event = watcher.changed().await;
            let changes = match event.event_type {
                // ZooKeeper does not tell a watch what it missed while the connection was away.
                EventType::Session => self.open().await.map(|(again, events)| {
                    watcher = again;
                    events
                }),
                _ => self.changes(&event).await,
            };
            let mut changes = changes;
            loop {
                match changes {
                    Ok(events) => {
                        backoff.reset();
                        feed.tell(events).await;
                        break;
                    }
                    Err(error) => {
                        tracing::debug!(
                            service = self.name,
                            ?error,
                            "ZooKeeper cannot be watched; trying again"
                        );
                        backoff.wait().await;
                        changes = self.open().await.map(|(again, events)| {
                            watcher = again;
                            events
                        });
                    }
                }
            }
        }
    }

    /// Watches, and lists the records then; the events tell how they differ from what is known.
    async fn open(&mut self) -> Result<(PersistentWatcher, Vec<Event>), Error> {
        let client = self.zookeeper.session().await?;
        let watcher = in_time(client.watch(&self.path, AddWatchMode::PersistentRecursive)).await;
        let watcher = watcher.map_err(|error| failed("ZooKeeper cannot be watched", error))?;
        let mut records = self.zookeeper.list(&self.path).await?;
        records.retain(|_, record| record.name == self.name);
        Ok((watcher, self.view.replace(records)))
    }

    async fn changes(&mut self, event: &WatchedEvent) -> Result<Vec<Event>, Error> {
        if event.path == self.path {
            return Ok(Vec::new());
        }
        if event.event_type == EventType::NodeDeleted {
            return Ok(self.view.remove(&event.path));
        }
        let client = self.zookeeper.session().await?;
        let record = match in_time(client.get_data(&event.path)).await {
            Ok((data, _)) => self.zookeeper.0.reader.read(&event.path, &data),
            Err(ZkError::NoNode) => None,
            Err(error) => return Err(failed("ZooKeeper cannot be read", error)),
        };
        Ok(match record.filter(|record| record.name == self.name) {
            Some(record) => self.view.put(&event.path, record),
            None => self.view.remove(&event.path),
        })
    }
}
