//! What the clients of generated code stand on.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;

use super::Client;
use super::attempt::Call;
use crate::guard::{Guard, mapped};
use crate::method::kind::MethodKind;
use crate::routes::{decode, encode};
use crate::{
    Backend, BidiStreaming, BoxFuture, ClientStreaming, Context, Messages, Method, MethodDef,
    Result, ServerStreaming, Status, Stream, Streaming, Unary,
};

/// Calls the methods of one service by the name that it is registered under. As a [`Backend`] it takes message bytes.
#[derive(Clone, Debug)]
pub struct Stub {
    name: Arc<str>,
    client: Client,
}

impl Stub {
    /// Calls the service that is registered as `name`, by `client`.
    pub fn new(name: &str, client: Client) -> Self {
        Self {
            name: name.into(),
            client,
        }
    }

    /// Sends one message and waits for one.
    ///
    /// # Errors
    /// The status that the call failed with.
    pub async fn unary<Req, Res>(
        &self,
        method: &Unary<Req, Res>,
        ctx: Context,
        request: Req,
    ) -> Result<Res>
    where
        Req: Message,
        Res: Message + Default,
    {
        self.one(method, ctx, Messages::One(encode(request))).await
    }

    /// Sends one message; the answer is a stream.
    ///
    /// # Errors
    /// The status that the call failed with before it answered; later ones are items of the stream.
    pub async fn server_streaming<Req, Res>(
        &self,
        method: &ServerStreaming<Req, Res>,
        ctx: Context,
        request: Req,
    ) -> Result<Streaming<Res>>
    where
        Req: Message,
        Res: Message + Default + 'static,
    {
        self.many(method, ctx, Messages::One(encode(request))).await
    }

    /// Sends a stream and waits for one message.
    ///
    /// # Errors
    /// The status that the call failed with.
    pub async fn client_streaming<Req, Res>(
        &self,
        method: &ClientStreaming<Req, Res>,
        ctx: Context,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> Result<Res>
    where
        Req: Message + 'static,
        Res: Message + Default,
    {
        self.one(method, ctx, Messages::Stream(outgoing(requests)))
            .await
    }

    /// Sends a stream; the answer is another one.
    ///
    /// # Errors
    /// The status that the call failed with before it answered; later ones are items of the stream.
    pub async fn bidi_streaming<Req, Res>(
        &self,
        method: &BidiStreaming<Req, Res>,
        ctx: Context,
        requests: impl Stream<Item = Req> + Send + 'static,
    ) -> Result<Streaming<Res>>
    where
        Req: Message + 'static,
        Res: Message + Default + 'static,
    {
        self.many(method, ctx, Messages::Stream(outgoing(requests)))
            .await
    }

    async fn one<K: MethodKind, Req, Res: Message + Default>(
        &self,
        method: &MethodDef<K, Req, Res>,
        ctx: Context,
        request: Messages,
    ) -> Result<Res> {
        match self.call(ctx, &method.method(), request).await? {
            Messages::One(message) => decode(message),
            Messages::Stream(_) => Err(Status::internal(
                "the answer is a stream where one message was expected",
            )),
        }
    }

    async fn many<K: MethodKind, Req, Res: Message + Default + 'static>(
        &self,
        method: &MethodDef<K, Req, Res>,
        ctx: Context,
        request: Messages,
    ) -> Result<Streaming<Res>> {
        match self.call(ctx, &method.method(), request).await? {
            Messages::Stream(messages) => Ok(mapped(messages, decode)),
            Messages::One(_) => Err(Status::internal(
                "the answer is one message where a stream was expected",
            )),
        }
    }
}

fn outgoing<Req: Message + 'static>(
    requests: impl Stream<Item = Req> + Send + 'static,
) -> Streaming<Bytes> {
    use futures_util::StreamExt as _;
    Streaming::new(requests.map(|request| Ok(encode(request))))
}

/// Calls go through the client's middleware and then to a node.
impl Backend for Stub {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        let attempts = Attempts(self.clone());
        if self.client.0.middleware.is_empty() {
            return attempts.call(ctx, method, request);
        }
        let next = self.client.0.middleware.to(Arc::new(attempts));
        next.call(ctx, method, request)
    }
}

/// What is behind the middleware.
struct Attempts(Stub);

impl Backend for Attempts {
    fn call(
        &self,
        ctx: Context,
        method: &Method,
        request: Messages,
    ) -> BoxFuture<Result<Messages>> {
        let Stub { name, client } = &self.0;
        let ctx = match client.0.timeout {
            Some(timeout) if !method.kind().server_streams() => ctx.with_timeout(timeout),
            _ => ctx,
        };
        let call = Call {
            client: client.0.clone(),
            service: name.clone(),
            method: method.clone(),
            ctx: ctx.clone(),
        };
        if ctx.deadline().is_none() {
            return Box::pin(call.run(request));
        }
        // The deadline spans all attempts and the look-up before them.
        Box::pin(Guard::remote(&ctx, call.run(request)))
    }
}
