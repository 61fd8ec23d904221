//! Calls to the members of a cluster.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use prost::Message;
use tokio::time::timeout;

use super::etcdserverpb::{
    Auth, AuthenticateRequest, Compare, DeleteRangeRequest, Kv, RequestOp, TxnRequest, compare,
    request_op,
};
use crate::guard::mapped;
use crate::routes::{decode, encode};
use crate::{
    Backend, BidiStreaming, Code, Context, GrpcBackend, Messages, Result, Status, Stream,
    Streaming, Unary,
};

type Channel = GrpcBackend<tonic::transport::Channel>;

/// The members of a cluster. Calls go to one of them for as long as it answers, then to the next.
pub(super) struct Connection {
    members: Vec<tonic::transport::Endpoint>,
    /// One for each member; made when the first call is, because that needs a runtime.
    channels: OnceLock<Vec<Channel>>,
    /// Counts up; the member is the rest of its division.
    current: AtomicUsize,
    user: Option<(String, String)>,
    token: tokio::sync::Mutex<Option<String>>,
    timeout: Duration,
}

/// A stream from a member.
pub(super) struct Open<T> {
    pub(super) messages: Streaming<T>,
    /// Which turn at [`Connection::current`] it was opened at.
    pub(super) turn: usize,
}

impl Connection {
    pub(super) fn new(
        members: Vec<tonic::transport::Endpoint>,
        user: Option<(String, String)>,
        timeout: Duration,
    ) -> Self {
        Self {
            members,
            channels: OnceLock::new(),
            current: AtomicUsize::new(0),
            user,
            token: tokio::sync::Mutex::default(),
            timeout,
        }
    }

    /// Asks one member after the other until one answers. Everything that is asked can be asked twice.
    pub(super) async fn unary<Req, Res>(
        &self,
        method: &Unary<Req, Res>,
        request: Req,
    ) -> Result<Res>
    where
        Req: Message,
        Res: Message + Default,
    {
        let request = encode(request);
        let mut tries = self.tries();
        let mut refused_token = None;
        loop {
            let turn = self.current.load(Ordering::Relaxed);
            let token = self.token(refused_token.as_deref()).await?;
            let ctx = self.context(token.as_deref())?.with_timeout(self.timeout);
            let answer = self
                .member(turn)
                .call(ctx, &method.method(), Messages::One(request.clone()))
                .await;
            match answer {
                Ok(Messages::One(message)) => return decode(message),
                Ok(Messages::Stream(_)) => {
                    return Err(Status::internal("etcd answered with a stream"));
                }
                Err(status)
                    if is_refused_token(&status) && refused_token.is_none() && token.is_some() =>
                {
                    refused_token = token;
                }
                Err(status) => {
                    tries -= 1;
                    if !is_elsewhere(&status) || tries == 0 {
                        return Err(status);
                    }
                    self.leave(turn);
                }
            }
        }
    }

    /// Opens a stream, which is there when the first answer has come. The caller says by [`Connection::broken`] that it
    /// ended early.
    pub(super) async fn stream<Req, Res>(
        &self,
        method: &BidiStreaming<Req, Res>,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> Result<Open<Res>>
    where
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        use futures_util::StreamExt as _;
        let turn = self.current.load(Ordering::Relaxed);
        let token = self.token(None).await?;
        // A member that has lost the others ends the stream, instead of keeping silent.
        let ctx = self
            .context(token.as_deref())?
            .with_metadata("hasleader", "true");
        let ctx = ctx.map_err(|error| Status::internal(error.to_string()))?;
        let requests = Streaming::new(requests.map(|request| Ok(encode(request))));
        let method = method.method();
        let opening = self
            .member(turn)
            .call(ctx, &method, Messages::Stream(requests));
        let opened = match timeout(self.timeout, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(Status::deadline_exceeded("etcd opened no stream in time")),
        };
        match opened {
            Ok(Messages::Stream(messages)) => Ok(Open {
                messages: mapped(messages, decode),
                turn,
            }),
            Ok(Messages::One(_)) => Err(Status::internal("etcd answered with one message")),
            Err(status) => {
                self.failed(turn, token.as_deref(), &status).await;
                Err(status)
            }
        }
    }

    /// A stream has ended with `status`: the next one is opened elsewhere, or with another token.
    pub(super) async fn broken(&self, turn: usize, status: &Status) {
        let token = self.token.lock().await.clone();
        self.failed(turn, token.as_deref(), status).await;
    }

    async fn failed(&self, turn: usize, token: Option<&str>, status: &Status) {
        if is_refused_token(status) {
            let mut known = self.token.lock().await;
            if known.as_deref() == token {
                *known = None;
            }
        } else {
            self.leave(turn);
        }
    }

    /// Deletes `key`, where it has the lease `lease` or no lease is asked for.
    pub(super) async fn delete(&self, key: &[u8], lease: Option<i64>) -> Result<()> {
        let delete = DeleteRangeRequest { key: key.to_vec() };
        let request = TxnRequest {
            compare: lease
                .map(|lease| has_lease(key, lease))
                .into_iter()
                .collect(),
            success: vec![RequestOp {
                request: Some(request_op::Request::RequestDeleteRange(delete)),
            }],
            failure: Vec::new(),
        };
        self.unary(&Kv::TXN, request).await.map(|_| ())
    }

    /// Every member once, and the first one again: its connection may have broken while nobody looked.
    fn tries(&self) -> usize {
        self.members.len() + 1
    }

    fn member(&self, turn: usize) -> &Channel {
        let channels = self.channels.get_or_init(|| {
            let members = self.members.iter();
            members
                .map(|member| GrpcBackend::new(member.connect_lazy()))
                .collect()
        });
        &channels[turn % channels.len()]
    }

    /// The next calls go to the next member, if nobody has turned to it already.
    fn leave(&self, turn: usize) {
        let next = turn.wrapping_add(1);
        let _ = self
            .current
            .compare_exchange(turn, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    fn context(&self, token: Option<&str>) -> Result<Context> {
        match token {
            None => Ok(Context::new()),
            Some(token) => Context::new()
                .with_metadata("token", token)
                .map_err(|error| Status::internal("the token cannot be sent").with_source(error)),
        }
    }

    /// The token of the user, fetched if there is none but the refused one.
    async fn token(&self, refused: Option<&str>) -> Result<Option<String>> {
        let Some((name, password)) = &self.user else {
            return Ok(None);
        };
        let mut known = self.token.lock().await;
        if known.is_some() && known.as_deref() != refused {
            return Ok(known.clone());
        }
        *known = None;
        let request = encode(AuthenticateRequest {
            name: name.clone(),
            password: password.clone(),
        });
        let mut tries = self.tries();
        loop {
            let turn = self.current.load(Ordering::Relaxed);
            let ctx = Context::new().with_timeout(self.timeout);
            let method = Auth::AUTHENTICATE.method();
            let answer = self
                .member(turn)
                .call(ctx, &method, Messages::One(request.clone()))
                .await;
            tries -= 1;
            match answer {
                Ok(Messages::One(message)) => {
                    let answer: super::etcdserverpb::AuthenticateResponse = decode(message)?;
                    *known = Some(answer.token);
                    return Ok(known.clone());
                }
                Ok(Messages::Stream(_)) => {
                    return Err(Status::internal("etcd answered with a stream"));
                }
                // Users without authentication switched on: there is nothing to log in to.
                Err(status) if status.code() == Code::FailedPrecondition => return Ok(None),
                Err(status) if is_elsewhere(&status) && tries > 0 => self.leave(turn),
                Err(status) => return Err(status),
            }
        }
    }
}

/// The condition that `key` is there with `lease`.
pub(super) fn has_lease(key: &[u8], lease: i64) -> Compare {
    Compare {
        result: compare::CompareResult::Equal.into(),
        target: compare::CompareTarget::Lease.into(),
        key: key.to_vec(),
        target_union: Some(compare::TargetUnion::Lease(lease)),
    }
}

/// Whether another member, or another connection to this one, may do better.
fn is_elsewhere(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => true,
        // A connection that broke under the call is told so; what a member answers has no cause behind it.
        Code::Unknown => std::error::Error::source(status).is_some(),
        _ => false,
    }
}

/// Whether a new token may help: tokens expire, and those of a cluster that was set up anew are unknown.
fn is_refused_token(status: &Status) -> bool {
    status.code() == Code::Unauthenticated
        || ["invalid auth token", "auth store is old"]
            .iter()
            .any(|text| status.message().contains(text))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<_> = self
            .members
            .iter()
            .map(|member| member.uri().to_string())
            .collect();
        f.debug_struct("Connection")
            .field("members", &members)
            .finish_non_exhaustive()
    }
}
