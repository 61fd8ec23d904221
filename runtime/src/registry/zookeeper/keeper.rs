//! Keeps one node in ZooKeeper.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use zookeeper_client::{
    Acls, AddWatchMode, Client, CreateMode, Error as ZkError, PersistentWatcher, StateWatcher,
};

use super::{connect, failed, in_time};
use crate::Error;
use crate::registry::backoff::Backoff;
use crate::registry::feed::Task;

/// How often to look again when others change the znode at the same time.
const ATTEMPTS: u32 = 4;

/// A task that keeps one znode by a session of its own. Both go when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Keeper {
    orders: mpsc::Sender<Order>,
    _task: Arc<Task>,
}

enum Order {
    Put {
        data: Vec<u8>,
        done: oneshot::Sender<Result<(), Error>>,
    },
    Delete {
        done: oneshot::Sender<Result<(), Error>>,
    },
}

impl Keeper {
    pub(super) fn new(cluster: String, path: String, ttl: Duration) -> Self {
        let (orders, receiver) = mpsc::channel(1);
        let keeping = Keeping {
            cluster,
            path,
            ttl,
            wanted: None,
            last: None,
            told_taken: false,
            session: None,
        };
        let task = Task(tokio::spawn(keeping.run(receiver)));
        Self {
            orders,
            _task: Arc::new(task),
        }
    }

    /// Keeps `data` in the znode. After an error it is tried on.
    pub(super) async fn put(&self, data: Vec<u8>) -> Result<(), Error> {
        self.order(|done| Order::Put { data, done }).await
    }

    /// Deletes the znode if it is still the one that was put, and ends.
    pub(super) async fn delete(&self) -> Result<(), Error> {
        self.order(|done| Order::Delete { done }).await
    }

    async fn order(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<(), Error>>) -> Order,
    ) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        let gone = || Error::new("the node was taken out meanwhile");
        self.orders.send(order(done)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

struct Keeping {
    cluster: String,
    path: String,
    ttl: Duration,
    wanted: Option<Vec<u8>>,
    /// What was put last: from then on, whoever puts something else is the owner.
    last: Option<Vec<u8>>,
    told_taken: bool,
    session: Option<Session>,
}

struct Session {
    client: Client,
    state: StateWatcher,
    znode: PersistentWatcher,
}

impl Keeping {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut backoff = Backoff::new();
        let mut is_due = false;
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Put { data, done }) => {
                        self.wanted = Some(data);
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
                () = changed(&mut self.session) => {}
                () = backoff.wait(), if is_due => {}
            }
            is_due = match self.ensure().await {
                Ok(()) => {
                    backoff.reset();
                    false
                }
                Err(error) => {
                    tracing::debug!(
                        path = self.path,
                        ?error,
                        "cannot put the node into ZooKeeper; trying again"
                    );
                    true
                }
            };
        }
    }

    /// The znode is there with the wanted data and a living session, or belongs to another process.
    async fn ensure(&mut self) -> Result<(), Error> {
        let Some(wanted) = self.wanted.clone() else {
            return Ok(());
        };
        let client = self.connected().await?;
        let put = self.put(&client, &wanted).await;
        put.map_err(|error| failed("cannot register in ZooKeeper", error))
    }

    async fn connected(&mut self) -> Result<Client, Error> {
        if let Some(session) = &self.session {
            if !session.state.peek_state().is_terminated() {
                return Ok(session.client.clone());
            }
            tracing::info!(
                path = self.path,
                "the session has ended; putting the node in again"
            );
            self.session = None;
        }
        let client = connect(&self.cluster, self.ttl).await?;
        let znode = in_time(client.watch(&self.path, AddWatchMode::Persistent)).await;
        let znode = znode.map_err(|error| failed("cannot register in ZooKeeper", error))?;
        let mut state = client.state_watcher();
        state.state();
        self.session = Some(Session {
            client: client.clone(),
            state,
            znode,
        });
        Ok(client)
    }

    /// Puts the znode in; what another process does to it meanwhile is looked at anew.
    async fn put(&mut self, client: &Client, wanted: &[u8]) -> Result<(), ZkError> {
        for _ in 0..ATTEMPTS {
            match self.put_once(client, wanted).await {
                Err(ZkError::NodeExists | ZkError::NoNode) => {}
                result => return result,
            }
        }
        self.put_once(client, wanted).await
    }

    async fn put_once(&mut self, client: &Client, wanted: &[u8]) -> Result<(), ZkError> {
        let options = CreateMode::Ephemeral.with_acls(Acls::anyone_all());
        match in_time(client.get_data(&self.path)).await {
            Err(ZkError::NoNode) => {}
            Ok((data, stat)) if stat.ephemeral_owner == client.session_id().0 => {
                if data != wanted {
                    in_time(client.set_data(&self.path, wanted, None)).await?;
                }
                self.last = Some(wanted.to_vec());
                return Ok(());
            }
            Ok((data, _)) if self.last.as_ref().is_some_and(|last| *last != data) => {
                if !std::mem::replace(&mut self.told_taken, true) {
                    tracing::warn!(
                        path = self.path,
                        "another process has registered a node with this id; leaving it alone"
                    );
                }
                return Ok(());
            }
            // It belongs to an earlier session, was made for ever, or is another process's. It is replaced in one step:
            // in between, a living owner would put its own in again.
            Ok(_) => {
                let mut replace = client.new_multi_writer();
                replace.add_delete(&self.path, None)?;
                replace.add_create(&self.path, wanted, &options)?;
                in_time(async { Ok(replace.commit().await?) }).await?;
                self.last = Some(wanted.to_vec());
                self.told_taken = false;
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        if let Some((parent, _)) = self.path.rsplit_once('/') {
            let persistent = CreateMode::Persistent.with_acls(Acls::anyone_all());
            match in_time(client.mkdir(parent, &persistent)).await {
                Ok(()) | Err(ZkError::NodeExists) => {}
                Err(error) => return Err(error),
            }
        }
        in_time(client.create(&self.path, wanted, &options)).await?;
        self.last = Some(wanted.to_vec());
        self.told_taken = false;
        Ok(())
    }

    async fn delete(&mut self) -> Result<(), Error> {
        let Some(session) = self.session.take() else {
            return Ok(());
        };
        let client = session.client;
        let deleted = async {
            match in_time(client.get_data(&self.path)).await {
                Ok((_, stat)) if stat.ephemeral_owner == client.session_id().0 => {
                    in_time(client.delete(&self.path, None)).await
                }
                Ok(_) | Err(ZkError::NoNode) => Ok(()),
                Err(error) => Err(error),
            }
        };
        match deleted.await {
            Ok(()) | Err(ZkError::NoNode) => Ok(()),
            Err(error) => Err(failed("cannot deregister in ZooKeeper", error)),
        }
    }
}

/// Ready when the znode or the session may have changed.
async fn changed(session: &mut Option<Session>) {
    match session {
        None => pending().await,
        Some(session) => tokio::select! {
            _ = session.state.changed() => {}
            _ = session.znode.changed() => {}
        },
    }
}
