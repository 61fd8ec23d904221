//! Keeps one node in etcd.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::connection::Connection;
use super::etcdserverpb::{
    Compare, KeyValue, Kv, PutRequest, RangeRequest, RequestOp, TxnRequest, compare, event,
    request_op,
};
use super::{lease, watch};
use crate::registry::backoff::Backoff;
use crate::registry::feed::Task;
use crate::{BoxFuture, Code, Result, Status};

/// A task that keeps one key. The key goes with its lease when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Keeper {
    orders: mpsc::Sender<Order>,
    _task: Arc<Task>,
}

enum Order {
    Put {
        value: Vec<u8>,
        ttl: Duration,
        done: oneshot::Sender<Result<()>>,
    },
    Delete {
        done: oneshot::Sender<Result<()>>,
    },
}

impl Keeper {
    pub(super) fn new(connection: Arc<Connection>, key: String) -> Self {
        let (orders, receiver) = mpsc::channel(1);
        let keeping = Keeping {
            connection,
            key,
            wanted: None,
            last: None,
            told_taken: false,
            lease: None,
            lost: Box::pin(pending()),
            touched: Box::pin(pending()),
        };
        let task = Task(tokio::spawn(keeping.run(receiver)));
        Self {
            orders,
            _task: Arc::new(task),
        }
    }

    /// Keeps `value` at the key. After an error it is tried on.
    pub(super) async fn put(&self, value: Vec<u8>, ttl: Duration) -> Result<()> {
        self.order(|done| Order::Put { value, ttl, done }).await
    }

    /// Deletes the key if it is still the one that was put, and ends.
    pub(super) async fn delete(&self) -> Result<()> {
        self.order(|done| Order::Delete { done }).await
    }

    async fn order(&self, order: impl FnOnce(oneshot::Sender<Result<()>>) -> Order) -> Result<()> {
        let (done, answer) = oneshot::channel();
        let gone = || Status::cancelled("the node was taken out meanwhile");
        self.orders.send(order(done)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

struct Keeping {
    connection: Arc<Connection>,
    key: String,
    wanted: Option<(Vec<u8>, Duration)>,
    /// What was put last, and with which lease: from then on, whoever puts something else is the owner.
    last: Option<(Vec<u8>, i64)>,
    told_taken: bool,
    lease: Option<(i64, Duration)>,
    /// Ready when the lease is lost.
    lost: BoxFuture<()>,
    /// Ready when the key may have been deleted.
    touched: BoxFuture<()>,
}

impl Keeping {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut backoff = Backoff::new();
        let mut is_due = false;
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Put { value, ttl, done }) => {
                        self.wanted = Some((value, ttl));
                        let result = self.ensure().await;
                        is_due = result.is_err();
                        // Nobody may be waiting any more.
                        let _ = done.send(result);
                        continue;
                    }
                    Some(Order::Delete { done }) => {
                        let _ = done.send(self.delete().await);
                        return;
                    }
                    None => return,
                },
                () = &mut self.lost => {
                    tracing::info!(key = self.key, "the lease in etcd is lost; putting the node in again");
                    self.lost = Box::pin(pending());
                    self.lease = None;
                }
                () = &mut self.touched => self.touched = Box::pin(pending()),
                () = backoff.wait(), if is_due => {}
            }
            is_due = match self.ensure().await {
                Ok(()) => {
                    backoff.reset();
                    false
                }
                Err(status) => {
                    tracing::debug!(key = self.key, %status, "cannot put the node into etcd; trying again");
                    true
                }
            };
        }
    }

    /// The key is there with the wanted value and a living lease, or belongs to another process.
    async fn ensure(&mut self) -> Result<()> {
        match self.ensure_once().await {
            // The lease has gone without a word.
            Err(status) if status.code() == Code::NotFound => {
                self.lease = None;
                self.ensure_once().await
            }
            result => result,
        }
    }

    async fn ensure_once(&mut self) -> Result<()> {
        let Some((value, ttl)) = self.wanted.clone() else {
            return Ok(());
        };
        let lease = self.leased(ttl).await?;
        let (found, revision) = self.find().await?;
        match found {
            Some(pair) if pair.lease == lease && pair.value == value => {}
            Some(pair) if pair.lease != lease && self.is_taken(&pair) => {
                if !self.told_taken {
                    tracing::warn!(
                        key = self.key,
                        "another process has registered a node with this id; leaving it alone"
                    );
                    self.told_taken = true;
                }
            }
            found => {
                let before = found.map_or(0, |pair| pair.mod_revision);
                if !self.put(value.clone(), lease, before).await? {
                    // Somebody was faster; look again soon.
                    return Err(Status::aborted("the key has changed meanwhile"));
                }
                tracing::debug!(key = self.key, "put the node into etcd");
                self.last = Some((value, lease));
                self.told_taken = false;
            }
        }
        let (connection, key) = (self.connection.clone(), self.key.clone());
        self.touched = Box::pin(deleted(connection, key, revision + 1));
        Ok(())
    }

    /// Whether another process has put `pair` since this one put its own.
    fn is_taken(&self, pair: &KeyValue) -> bool {
        let last = self.last.as_ref();
        last.is_some_and(|(value, lease)| pair.lease != *lease && pair.value != *value)
    }

    async fn leased(&mut self, ttl: Duration) -> Result<i64> {
        match self.lease {
            Some((id, granted)) if granted == ttl => Ok(id),
            // The key moves from a lease of another TTL to the new one; the old one runs out.
            _ => {
                let id = lease::grant(&self.connection, ttl).await?;
                self.lease = Some((id, ttl));
                self.lost = Box::pin(lease::renew(self.connection.clone(), id, ttl));
                Ok(id)
            }
        }
    }

    /// The key as it is, and the revision of the store.
    async fn find(&mut self) -> Result<(Option<KeyValue>, i64)> {
        let request = RangeRequest {
            key: self.key.clone().into_bytes(),
            ..RangeRequest::default()
        };
        let mut answer = self.connection.unary(&Kv::RANGE, request).await?;
        let revision = answer.header.map_or(0, |header| header.revision);
        Ok((answer.kvs.pop(), revision))
    }

    /// Puts the key if it has not changed since the revision `before`, 0 where it was not there.
    async fn put(&mut self, value: Vec<u8>, lease: i64, before: i64) -> Result<bool> {
        let unchanged = Compare {
            result: compare::CompareResult::Equal.into(),
            target: compare::CompareTarget::Mod.into(),
            key: self.key.clone().into_bytes(),
            target_union: Some(compare::TargetUnion::ModRevision(before)),
        };
        let put = PutRequest {
            key: self.key.clone().into_bytes(),
            value,
            lease,
        };
        let request = TxnRequest {
            compare: vec![unchanged],
            success: vec![RequestOp {
                request: Some(request_op::Request::RequestPut(put)),
            }],
            failure: Vec::new(),
        };
        Ok(self.connection.unary(&Kv::TXN, request).await?.succeeded)
    }

    async fn delete(&mut self) -> Result<()> {
        let Some((_, lease)) = self.last.take() else {
            return Ok(());
        };
        self.lost = Box::pin(pending());
        self.connection
            .delete(self.key.as_bytes(), Some(lease))
            .await?;
        // The node is out; a lease that lingers does no harm.
        let _ = lease::revoke(&self.connection, lease).await;
        Ok(())
    }
}

/// Ready when `key` is deleted after `revision`, or may have been.
async fn deleted(connection: Arc<Connection>, key: String, revision: i64) {
    let mut backoff = Backoff::new();
    let mut open = match watch::watch(&connection, key.as_bytes(), &[], revision).await {
        Ok(open) => open,
        Err(_) => return backoff.wait().await,
    };
    loop {
        match watch::next(&mut open).await {
            Ok(response) => {
                let mut events = response.events.iter();
                if events.any(|event| event.r#type() == event::EventType::Delete) {
                    return;
                }
            }
            Err(status) => {
                connection.broken(open.turn, &status).await;
                return backoff.wait().await;
            }
        }
    }
}
