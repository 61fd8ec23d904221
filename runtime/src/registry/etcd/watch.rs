//! Follows the records of a service.

use std::sync::Arc;

use super::connection::{Connection, Open};
use super::etcdserverpb::{
    Watch, WatchCreateRequest, WatchRequest, WatchResponse, event, watch_request,
};
use super::keys::end_of;
use super::listing::{Listing, list};
use crate::registry::backoff::Backoff;
use crate::registry::feed::{self, Feed};
use crate::registry::reader::Reader;
use crate::registry::view::View;
use crate::registry::{Event, Service};
use crate::{Result, Status};

/// A watch that is on.
pub(super) async fn start(
    connection: Arc<Connection>,
    reader: Arc<Reader>,
    prefix: String,
    name: String,
) -> Result<crate::registry::Watch> {
    let mut follower = Follower {
        connection,
        reader,
        prefix,
        name,
        view: View::default(),
    };
    let (_, open) = follower.open().await?;
    Ok(feed::watch(|feed| follower.follow(open, feed)))
}

struct Follower {
    connection: Arc<Connection>,
    reader: Arc<Reader>,
    prefix: String,
    name: String,
    view: View,
}

impl Follower {
    /// Tells what happens, for as long as anybody listens. A stream that breaks is opened again, by way of the listing: what
    /// happened in between is the difference between what was told and what is there, also where the revisions in between
    /// have been compacted, and where etcd has come back without its data.
    async fn follow(mut self, mut open: Open<WatchResponse>, feed: Feed) {
        let mut backoff = Backoff::new();
        loop {
            let status = self.read(&mut open, &feed, &mut backoff).await;
            tracing::debug!(service = self.name, %status, "a watch of etcd has ended; opening it again");
            self.connection.broken(open.turn, &status).await;
            open = loop {
                backoff.wait().await;
                match self.open().await {
                    Ok((events, open)) => {
                        feed.tell(events).await;
                        break open;
                    }
                    Err(status) => {
                        tracing::debug!(service = self.name, %status, "etcd cannot be watched; trying again");
                    }
                }
            };
        }
    }

    /// Lists the records and opens a stream from there on. The events tell how the list differs from what is known.
    async fn open(&mut self) -> Result<(Vec<Event>, Open<WatchResponse>)> {
        let Listing {
            mut records,
            revision,
        } = list(&self.connection, &self.reader, &self.prefix).await?;
        records.retain(|_, record| record.name == self.name);
        let open = watch(
            &self.connection,
            self.prefix.as_bytes(),
            &end_of(self.prefix.as_bytes()),
            revision + 1,
        )
        .await?;
        Ok((self.view.replace(records), open))
    }

    /// Tells what the stream does, until it ends.
    async fn read(
        &mut self,
        open: &mut Open<WatchResponse>,
        feed: &Feed,
        backoff: &mut Backoff,
    ) -> Status {
        loop {
            match next(open).await {
                Ok(response) => {
                    backoff.reset();
                    for event in response.events {
                        feed.tell(self.change(event)).await;
                    }
                }
                Err(status) => return status,
            }
        }
    }

    fn change(&mut self, event: super::etcdserverpb::Event) -> Vec<Event> {
        let deleted = event.r#type() == event::EventType::Delete;
        let Some(pair) = event.kv else {
            return Vec::new();
        };
        let key = String::from_utf8_lossy(&pair.key);
        let record = match deleted {
            true => None,
            false => self.reader.read(&key, &pair.value),
        };
        match record.filter(|record: &Service| record.name == self.name) {
            Some(record) => self.view.put(&key, record),
            None => self.view.remove(&key),
        }
    }
}

/// A stream of what happens from `revision` on to the keys from `key` to `end`, or to the one key where `end` is empty. The
/// answer that the watch is on has been read.
pub(super) async fn watch(
    connection: &Connection,
    key: &[u8],
    end: &[u8],
    revision: i64,
) -> Result<Open<WatchResponse>> {
    use futures_util::StreamExt as _;
    let create = WatchRequest {
        request_union: Some(watch_request::RequestUnion::CreateRequest(
            WatchCreateRequest {
                key: key.to_vec(),
                range_end: end.to_vec(),
                start_revision: revision,
                fragment: true,
            },
        )),
    };
    // The stream of requests stays open: etcd takes its end for the end of the watch.
    let requests = futures_util::stream::iter([create]).chain(futures_util::stream::pending());
    let mut open = connection.stream(&Watch::WATCH, requests).await?;
    match next(&mut open).await {
        Ok(_) => Ok(open),
        Err(status) => {
            connection.broken(open.turn, &status).await;
            Err(status)
        }
    }
}

/// The next response; an error where there is none, or where it says that the watch is over.
pub(super) async fn next(open: &mut Open<WatchResponse>) -> Result<WatchResponse> {
    match open.messages.message().await? {
        None => Err(Status::unavailable("etcd has closed the stream")),
        Some(response) if response.compact_revision > 0 => {
            Err(Status::out_of_range("the revision has been compacted"))
        }
        Some(response) if response.canceled => Err(Status::cancelled(response.cancel_reason)),
        Some(response) => Ok(response),
    }
}
