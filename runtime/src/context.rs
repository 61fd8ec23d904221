//! What a handler knows about a call, and what a caller says about one.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use http::{Extensions, HeaderMap, HeaderName};

use crate::{Error, Metadata};

/// The surroundings of one call; cheap to clone, and every clone is about the same call.
///
/// A handler reads what the caller sent ([`metadata`](Context::metadata), [`deadline`](Context::deadline),
/// [`peer`](Context::peer)) and sets what goes back ([`set_header`](Context::set_header),
/// [`set_trailer`](Context::set_trailer)). A caller makes one with [`Context::new`] and says what to send:
///
/// ```
/// # use std::time::Duration;
/// # fn main() -> Result<(), rmicro::Error> {
/// let ctx = rmicro::Context::new().with_timeout(Duration::from_secs(2)).with_metadata("x-user-id", "42")?;
/// # let _ = ctx; Ok(()) }
/// ```
///
/// A handler may hand its own context to a call that it makes: the deadline holds there too and the W3C trace headers
/// go along, but no other metadata of its caller is passed on.
#[derive(Clone, Default)]
pub struct Context {
    call: Arc<Call>,
    response: Arc<Mutex<Response>>,
    passage: Passage,
}

/// What the caller sent, made when it is asked for the first time: most handlers never do.
pub(crate) trait Source: Send + Sync {
    /// Makes the metadata.
    fn metadata(&self) -> Metadata;
}

#[derive(Clone)]
enum Received {
    Ready(Metadata),
    Source(Arc<dyn Source>, OnceLock<Metadata>),
}

impl Default for Received {
    fn default() -> Self {
        Received::Ready(Metadata::new())
    }
}

impl Received {
    fn get(&self) -> &Metadata {
        match self {
            Received::Ready(metadata) => metadata,
            Received::Source(source, made) => made.get_or_init(|| source.metadata()),
        }
    }
}

#[derive(Clone, Default)]
struct Call {
    metadata: Received,
    outgoing: Metadata,
    deadline: Option<Instant>,
    peer: Option<SocketAddr>,
    extensions: Extensions,
}

/// Whether what came in also goes out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Passage {
    /// The call ends here; calls that are made from it are others.
    #[default]
    Ends,
    /// The call is on its way through a gateway: wherever it goes, its metadata goes along.
    Relayed,
}

#[derive(Default)]
struct Response {
    headers: Metadata,
    trailers: Metadata,
}

impl Context {
    /// A context to call with: no metadata, no deadline.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the caller sent.
    pub fn metadata(&self) -> &Metadata {
        self.call.metadata.get()
    }

    /// When the call is to be over; the runtime ends it then with DEADLINE_EXCEEDED.
    pub fn deadline(&self) -> Option<Instant> {
        self.call.deadline
    }

    /// The time left until the deadline, zero when it has passed.
    pub fn remaining(&self) -> Option<Duration> {
        self.call
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The address that the call came from, for a call that came over the network.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.call.peer
    }

    /// Values that middleware left for the handler, one of each type.
    pub fn extensions(&self) -> &Extensions {
        &self.call.extensions
    }

    /// Adds a value to the response's headers. After the first message of a stream it comes too late and is dropped.
    ///
    /// # Errors
    /// As [`Metadata::append`].
    pub fn set_header(&self, name: &str, value: &str) -> Result<(), Error> {
        self.response_headers().append(name, value)
    }

    /// Adds a value to the response's trailers.
    ///
    /// # Errors
    /// As [`Metadata::append`].
    pub fn set_trailer(&self, name: &str, value: &str) -> Result<(), Error> {
        self.response_trailers().append(name, value)
    }

    /// The response's headers: a handler fills them, a caller reads them once the call has answered. Not to be held
    /// across an `await`.
    pub fn response_headers(&self) -> impl std::ops::DerefMut<Target = Metadata> + '_ {
        Half {
            response: self.response(),
            half: |response| &mut response.headers,
            look: |response| &response.headers,
        }
    }

    /// The response's trailers: a handler fills them, a caller reads them once the call has ended. Not to be held
    /// across an `await`.
    pub fn response_trailers(&self) -> impl std::ops::DerefMut<Target = Metadata> + '_ {
        Half {
            response: self.response(),
            half: |response| &mut response.trailers,
            look: |response| &response.trailers,
        }
    }

    /// The metadata that a call made with this context sends.
    pub fn outgoing(&self) -> &Metadata {
        &self.call.outgoing
    }

    /// Sends `value` under `name` with the calls made with this context.
    ///
    /// # Errors
    /// As [`Metadata::append`].
    pub fn with_metadata(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.call_mut().outgoing.append(name, value)?;
        Ok(self)
    }

    /// Sends bytes under the `-bin` name `name` with the calls made with this context.
    ///
    /// # Errors
    /// As [`Metadata::append_bin`].
    pub fn with_metadata_bin(mut self, name: &str, value: &[u8]) -> Result<Self, Error> {
        self.call_mut().outgoing.append_bin(name, value)?;
        Ok(self)
    }

    /// Ends the call after `timeout` at the latest; an earlier deadline stays.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        match Instant::now().checked_add(timeout) {
            Some(deadline) => self.with_deadline(deadline),
            None => self,
        }
    }

    /// Ends the call at `deadline` at the latest; an earlier deadline stays.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        let call = self.call_mut();
        call.deadline = Some(
            call.deadline
                .map_or(deadline, |earlier| earlier.min(deadline)),
        );
        self
    }

    /// Leaves a value for whoever sees this context later.
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.call_mut().extensions.insert(value);
        self
    }

    /// A context for a call that has come in.
    pub fn incoming(metadata: Metadata, peer: Option<SocketAddr>) -> Self {
        let call = Call {
            outgoing: trace(metadata.as_headers()),
            metadata: Received::Ready(metadata),
            peer,
            ..Call::default()
        };
        Self::of(call)
    }

    /// A context for a call that is on its way through a gateway: a server elsewhere gets all of the metadata.
    pub(crate) fn relayed(
        headers: &HeaderMap,
        source: Arc<dyn Source>,
        peer: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Self {
        let call = Call {
            outgoing: trace(headers),
            metadata: Received::Source(source, OnceLock::new()),
            peer,
            deadline: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            ..Call::default()
        };
        Self {
            passage: Passage::Relayed,
            ..Self::of(call)
        }
    }

    /// The same context for the handler that the call was for, as [`Context::incoming`] would have made it.
    pub(crate) fn arrived(mut self) -> Self {
        self.passage = Passage::Ends;
        self
    }

    /// The headers that a call made with this context sends.
    pub(crate) fn sent_headers(&self) -> HeaderMap {
        let own = self.call.outgoing.as_headers();
        if self.passage == Passage::Ends {
            return own.clone();
        }
        let mut headers = self.metadata().as_headers().clone();
        for (name, value) in own {
            if !TRACE.contains(name) {
                headers.append(name.clone(), value.clone());
            }
        }
        headers
    }

    fn of(call: Call) -> Self {
        Self {
            call: Arc::new(call),
            response: Arc::default(),
            passage: Passage::Ends,
        }
    }

    /// The same call with a response that is not shared with the clones of this.
    pub(crate) fn with_response_of_its_own(&self) -> Self {
        Self {
            call: self.call.clone(),
            response: Arc::default(),
            passage: self.passage,
        }
    }

    /// Takes over what `other`, about the same call, got as its response.
    pub(crate) fn take_response_of(&self, other: &Context) {
        let response = std::mem::take(&mut *other.response());
        *self.response() = response;
    }

    fn call_mut(&mut self) -> &mut Call {
        Arc::make_mut(&mut self.call)
    }

    fn response(&self) -> MutexGuard<'_, Response> {
        // Metadata is whole at every point, so a panic elsewhere leaves nothing half done.
        self.response.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The W3C trace headers.
const TRACE: [HeaderName; 2] = [
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
];

fn trace(headers: &HeaderMap) -> Metadata {
    let mut trace = HeaderMap::new();
    if !headers.is_empty() {
        for name in TRACE {
            if let Some(value) = headers.get(&name) {
                trace.insert(name, value.clone());
            }
        }
    }
    Metadata::from(trace)
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("metadata", self.metadata())
            .field("outgoing", &self.call.outgoing)
            .field("deadline", &self.call.deadline)
            .field("peer", &self.call.peer)
            .finish_non_exhaustive()
    }
}

/// One half of the response's metadata, locked.
struct Half<'a> {
    response: MutexGuard<'a, Response>,
    half: fn(&mut Response) -> &mut Metadata,
    look: fn(&Response) -> &Metadata,
}

impl std::ops::Deref for Half<'_> {
    type Target = Metadata;

    fn deref(&self) -> &Metadata {
        (self.look)(&self.response)
    }
}

impl std::ops::DerefMut for Half<'_> {
    fn deref_mut(&mut self) -> &mut Metadata {
        (self.half)(&mut self.response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_deadline_holds() {
        let ctx = Context::new()
            .with_timeout(Duration::from_secs(1))
            .with_timeout(Duration::from_secs(60));
        assert!(ctx.remaining().unwrap() <= Duration::from_secs(1));
        assert_eq!(Context::new().with_timeout(Duration::MAX).deadline(), None);
    }

    #[test]
    fn a_clone_sets_the_headers_of_the_same_call() {
        let ctx = Context::new();
        ctx.clone()
            .with_extension(7_u8)
            .set_header("x-a", "1")
            .unwrap();
        assert_eq!(ctx.response_headers().get("x-a"), Some("1"));
    }

    #[test]
    fn of_what_came_in_only_the_trace_goes_out_again() {
        let mut metadata = Metadata::new();
        metadata.insert("authorization", "Bearer secret").unwrap();
        metadata
            .insert(
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            )
            .unwrap();
        let ctx = Context::incoming(metadata, None);
        assert_eq!(ctx.metadata().get("authorization"), Some("Bearer secret"));
        assert_eq!(ctx.outgoing().names().collect::<Vec<_>>(), ["traceparent"]);
    }
}
