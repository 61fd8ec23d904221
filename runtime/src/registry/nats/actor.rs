//! The task that is connected to a server.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::state::State;
use super::wire::{self, Said, Server};
use crate::registry::backoff::Backoff;
use crate::registry::feed::Task;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that says nothing is asked whether it is there, and left when it does not answer within the same time.
const PING: Duration = Duration::from_secs(10);

/// Keeps a connection for as long as it lives.
pub(super) struct Actor {
    orders: mpsc::Sender<Order>,
    _task: Task,
}

struct Order {
    messages: Vec<u8>,
    /// Told when the server has taken them.
    taken: oneshot::Sender<()>,
}

impl Actor {
    pub(super) fn start(state: Arc<State>, servers: Vec<Server>) -> Self {
        let (orders, receiver) = mpsc::channel(64);
        let task = Task(tokio::spawn(run(state, servers, receiver)));
        Self {
            orders,
            _task: task,
        }
    }

    /// Sends, as soon as there is a connection. Whether the server has taken it.
    pub(super) async fn send(&self, messages: Vec<u8>) -> bool {
        let (taken, answer) = oneshot::channel();
        let order = Order { messages, taken };
        self.orders.send(order).await.is_ok() && answer.await.is_ok()
    }
}

async fn run(state: Arc<State>, servers: Vec<Server>, mut orders: mpsc::Receiver<Order>) {
    let mut backoff = Backoff::new();
    loop {
        for server in &servers {
            match connect(&state, server).await {
                Ok(connection) => {
                    backoff.reset();
                    match serve(&state, connection, &mut orders).await {
                        Ok(()) => return,
                        Err(error) => {
                            tracing::debug!(?server, %error, "a connection to NATS broke")
                        }
                    }
                }
                Err(error) => tracing::debug!(?server, %error, "cannot connect to NATS"),
            }
        }
        backoff.wait().await;
    }
}

async fn connect(state: &State, server: &Server) -> std::io::Result<BufReader<TcpStream>> {
    let greet = async {
        let stream = TcpStream::connect(&server.address).await?;
        stream.set_nodelay(true)?;
        let mut connection = BufReader::new(stream);
        let Said::Info = wire::read(&mut connection).await? else {
            return Err(std::io::Error::other(
                "the server does not greet as NATS does",
            ));
        };
        let mut first = server.connect();
        for (number, subject) in state.subjects().iter().enumerate() {
            first.extend(format!("SUB {subject} {number}\r\n").into_bytes());
        }
        first.extend(state.announcements());
        first.extend(b"PING\r\n");
        connection.get_mut().write_all(&first).await?;
        Ok(connection)
    };
    let mut connection = timeout(CONNECT_TIMEOUT, greet).await??;
    // What comes before the answer to the ping tells whether the login was right.
    loop {
        match timeout(CONNECT_TIMEOUT, wire::read(&mut connection)).await?? {
            Said::Pong => return Ok(connection),
            Said::Error(error) => return Err(std::io::Error::other(error)),
            Said::Message {
                subject,
                reply,
                body,
            } => {
                let answer = state.take(&subject, reply.as_deref(), &body);
                connection.get_mut().write_all(&answer).await?;
            }
            Said::Info | Said::Ping | Said::Ok => {}
        }
    }
}

/// Comes back when nobody orders anything any more, or by an error.
async fn serve(
    state: &State,
    connection: BufReader<TcpStream>,
    orders: &mut mpsc::Receiver<Order>,
) -> std::io::Result<()> {
    // What was read ahead stays with the reader.
    let (reader, mut writer) = tokio::io::split(connection);
    let mut reader = BufReader::new(reader);
    // Reading a message must not be broken off half-way, so it has a task of its own.
    let (sender, mut said) = mpsc::channel(64);
    let _reading = Task(tokio::spawn(async move {
        loop {
            let one = wire::read(&mut reader).await;
            let last = one.is_err();
            if sender.send(one).await.is_err() || last {
                return;
            }
        }
    }));
    let mut waiting: VecDeque<Option<oneshot::Sender<()>>> = VecDeque::new();
    let mut quiet = false;
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some(Order { messages, taken }) = order else {
                    return Ok(());
                };
                writer.write_all(&messages).await?;
                // The answer to the ping says that all before it was taken.
                writer.write_all(b"PING\r\n").await?;
                waiting.push_back(Some(taken));
            }
            one = said.recv() => {
                quiet = false;
                let one = one.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof))?;
                match one? {
                    Said::Ping => writer.write_all(b"PONG\r\n").await?,
                    Said::Pong => if let Some(Some(taken)) = waiting.pop_front() {
                        // Nobody may be waiting any more.
                        let _ = taken.send(());
                    },
                    Said::Error(error) => return Err(std::io::Error::other(error)),
                    Said::Message { subject, reply, body } => {
                        let answer = state.take(&subject, reply.as_deref(), &body);
                        writer.write_all(&answer).await?;
                    }
                    Said::Info | Said::Ok => {}
                }
            }
            () = tokio::time::sleep(PING) => {
                if std::mem::replace(&mut quiet, true) {
                    return Err(std::io::ErrorKind::TimedOut.into());
                }
                writer.write_all(b"PING\r\n").await?;
                waiting.push_back(None);
            }
        }
    }
}
