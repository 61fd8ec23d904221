//! One call and the attempts that it takes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::sleep;

use super::discovery::{Nodes, Watched};
use super::peer::UnderWay;
use super::picker::Pick;
use super::retry::{Hedge, Retry};
use super::{Inner, Peer, Target};
use crate::grpc::Unprocessed;
use crate::guard::mapped;
use crate::{Backend as _, Context, Messages, Method, Result, Status};

/// Calls that no server has processed are made again on that many nodes at most.
const MAX_NODES: usize = 16;

/// A call of the service that is registered as `service`.
pub(super) struct Call {
    pub(super) client: Arc<Inner>,
    pub(super) service: Arc<str>,
    pub(super) method: Method,
    pub(super) ctx: Context,
}

/// Where the nodes of the service are known from.
enum Source<'a> {
    Fixed(&'a Arc<Nodes>),
    Watched(Arc<Watched>),
}

/// The nodes that the call was tried on.
type Tried = Vec<Peer>;

impl Call {
    pub(super) async fn run(self, request: Messages) -> Result<Messages> {
        let client = self.client.clone();
        let source = match &client.target {
            Target::Direct(nodes) => Source::Fixed(nodes),
            Target::Registry(discovery) => Source::Watched(discovery.service(&self.service)),
        };
        let turn = match &source {
            Source::Fixed(_) => 0,
            Source::Watched(watched) => watched.turn(),
        };
        client.budget.deposit();
        let hedge = client.hedge.filter(|hedge| hedge.calls > 1);
        match (request, hedge) {
            (Messages::One(message), Some(hedge)) if !self.method.kind().server_streams() => {
                self.hedged(&source, turn, message, hedge).await
            }
            (request, _) => {
                self.attempts(&source, turn, request, &mut Tried::new())
                    .await
            }
        }
    }

    /// Attempts until one succeeds or no further one is allowed.
    async fn attempts(
        &self,
        source: &Source<'_>,
        turn: usize,
        request: Messages,
        tried: &mut Tried,
    ) -> Result<Messages> {
        let own = self.ctx.extensions().get::<Retry>();
        let retry = own.unwrap_or(&self.client.retry);
        let mut request = Some(request);
        let mut failures = 0;
        let mut last: Option<Status> = None;
        loop {
            let peer = match self.next(source, turn, tried).await {
                Ok(Some(peer)) => peer,
                Ok(None) => return Err(last.unwrap_or_else(no_node)),
                Err(status) => return Err(last.unwrap_or(status)),
            };
            tried.push(peer.clone());
            // Without a connection the request is not touched, so that even a stream can go elsewhere. One message can do so
            // in any case, and need not wait twice.
            if let Some(Messages::Stream(_)) = request
                && let Err(status) = peer.link.channel.ready().await
            {
                peer.link.eject();
                last = Some(status);
                continue;
            }
            let (this, again) = match request.take() {
                Some(Messages::One(message)) => {
                    (Messages::One(message.clone()), Some(Messages::One(message)))
                }
                Some(stream) => (stream, None),
                None => return Err(last.unwrap_or_else(no_node)),
            };
            let status = match self.attempt(&peer, this).await {
                Ok(answer) => return Ok(answer),
                Err(status) => status,
            };
            request = again;
            if Unprocessed::is_unreachable(&status) {
                peer.link.eject();
            }
            if request.is_none() {
                return Err(status);
            }
            // What this attempt brought must not mix with what the next one brings.
            self.ctx.take_response_of(&Context::new());
            if Unprocessed::is(&status) {
                last = Some(status);
                continue;
            }
            failures += 1;
            if !retry.allows(status.code(), failures) || !self.client.budget.withdraw() {
                return Err(status);
            }
            tracing::debug!(service = &*self.service, method = self.method.path(), %status, "trying again");
            sleep(retry.pause_after(failures, &self.client.dice)).await;
            last = Some(status);
            // A node may be called again, but another one is better.
            if let Ok(None) = self.next(source, turn, tried).await {
                tried.clear();
            }
        }
    }

    async fn attempt(&self, peer: &Peer, request: Messages) -> Result<Messages> {
        let under_way = peer.link.begin();
        if self.method.kind().server_streams() {
            let answer = peer
                .link
                .channel
                .call(self.ctx.clone(), &self.method, request);
            return Ok(counted(answer.await?, under_way));
        }
        // What an attempt brings that is not the last one must not mix with the headers of the last.
        let ctx = self.ctx.with_response_of_its_own();
        let answer = peer
            .link
            .channel
            .call(ctx.clone(), &self.method, request)
            .await;
        self.ctx.take_response_of(&ctx);
        answer
    }

    /// A node to try: of those that were not tried yet the picker's choice, or `None` when all were.
    async fn next(&self, source: &Source<'_>, turn: usize, tried: &Tried) -> Result<Option<Peer>> {
        let nodes = match source {
            Source::Fixed(nodes) => Arc::clone(nodes),
            Source::Watched(watched) => watched.nodes(&self.service).await?,
        };
        let peers = &nodes.peers[..];
        let pick = Pick::new(&self.service, &self.method, &self.ctx, turn);
        let picker = &self.client.picker;
        let index = picker.pick(&pick, peers).min(peers.len() - 1);
        if self.fits(&peers[index], tried) && !peers[index].is_ejected() {
            return Ok(Some(peers[index].clone()));
        }
        if tried.len() >= MAX_NODES {
            return Ok(None);
        }
        let fitting = |peer: &&Peer| self.fits(peer, tried);
        let mut rest: Vec<Peer> = peers.iter().filter(fitting).cloned().collect();
        if rest.is_empty() && tried.is_empty() {
            return Err(Status::unavailable(format!(
                "no node of service `{}` lists {}",
                self.service,
                self.method.path()
            )));
        }
        // Nodes that could not be reached come last, but they come: it may be all of them, or not true any more.
        if rest.iter().any(|peer| !peer.is_ejected()) {
            rest.retain(|peer| !peer.is_ejected());
        }
        if rest.is_empty() {
            return Ok(None);
        }
        let index = picker.pick(&pick, &rest).min(rest.len() - 1);
        Ok(Some(rest.swap_remove(index)))
    }

    fn fits(&self, peer: &Peer, tried: &Tried) -> bool {
        !tried
            .iter()
            .any(|tried| Arc::ptr_eq(&tried.link, &peer.link))
            && (!self.client.listed_only || peer.lists(&self.method))
    }

    /// Calls further nodes while the first ones do not answer.
    async fn hedged(
        &self,
        source: &Source<'_>,
        turn: usize,
        message: bytes::Bytes,
        hedge: Hedge,
    ) -> Result<Messages> {
        let attempt = |mut tried: Tried| {
            let message = message.clone();
            // They run side by side, so that each needs a response of its own.
            let call = Call {
                client: self.client.clone(),
                service: self.service.clone(),
                method: self.method.clone(),
                ctx: self.ctx.with_response_of_its_own(),
            };
            async move {
                let answer = call
                    .attempts(source, turn, Messages::One(message), &mut tried)
                    .await;
                (answer, call.ctx)
            }
        };
        let mut calls = FuturesUnordered::new();
        let mut tried = Tried::new();
        let mut failed = None;
        loop {
            if calls.len() < hedge.calls
                && let Some(peer) = self.next(source, turn, &tried).await?
            {
                // Each further call starts from the nodes that those before it did not start from.
                calls.push(attempt(tried.clone()));
                tried.push(peer);
            }
            let more = calls.len() < hedge.calls;
            let pause = if more { hedge.after } else { Duration::MAX };
            tokio::select! {
                answer = calls.next() => match answer {
                    Some((Ok(answer), ctx)) => {
                        self.ctx.take_response_of(&ctx);
                        return Ok(answer);
                    }
                    Some((Err(status), _)) => {
                        failed = Some(status);
                        if calls.is_empty() {
                            return Err(failed.unwrap_or_else(no_node));
                        }
                    }
                    None => return Err(failed.unwrap_or_else(no_node)),
                },
                () = sleep(pause), if more => {}
            }
        }
    }
}

fn no_node() -> Status {
    Status::unavailable("no node could be called")
}

/// `answer`, under way until its last message was read.
fn counted(answer: Messages, under_way: UnderWay) -> Messages {
    match answer {
        Messages::Stream(messages) => Messages::Stream(mapped(messages, move |message| {
            let _ = &under_way;
            Ok(message)
        })),
        one @ Messages::One(_) => one,
    }
}
