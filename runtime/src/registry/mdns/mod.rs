//! Multicast DNS, in go-micro's form.
//!
//! Nothing is stored: every process answers for its nodes. go-micro asks from a port of its own under the domain `micro`, and takes
//! only answers that repeat its question, which RFC 6762 leaves out; so these are answers to one asker each, and no usual
//! responder would do.

mod packet;
mod socket;
mod zone;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

use packet::{ANY, Message, PTR, Question};

use super::feed::Task;
use super::own::Own;
use super::reader::Reader;
use super::roll_call::{self, Announcement, Ask, Listeners};
use super::view::merged;
use super::{Registry, Service, Watch};
use crate::{BoxFuture, Error};

/// The longest datagram.
const LONGEST: usize = 65_536;

/// A registry among the processes of a local network, by multicast DNS over IPv4. Clones share what they know.
///
/// ```no_run
/// let registry = rmicro::registry::Mdns::new();
/// ```
///
/// A node's address has to be an IP address with a port. A node answers until its TTL is over, it is taken out, or the last clone
/// is dropped. Everybody in the network can answer: use it where all of them are trusted.
#[derive(Clone)]
pub struct Mdns(Arc<Shared>);

struct Shared {
    state: Arc<State>,
    /// Where questions leave this machine.
    interface: Ipv4Addr,
    patience: Duration,
    responder: OnceLock<Task>,
}

#[derive(Default)]
struct State {
    own: Own,
    listeners: Listeners,
    reader: Reader,
}

impl Default for Mdns {
    fn default() -> Self {
        Self::new()
    }
}

impl Mdns {
    /// A registry in the network that the routes of this machine choose.
    pub fn new() -> Self {
        Self::on(Ipv4Addr::UNSPECIFIED)
    }

    /// A registry in the network of the interface that has the address `interface`.
    pub fn on(interface: Ipv4Addr) -> Self {
        Self::with(interface, Duration::from_millis(100))
    }

    /// The same registry, which waits `patience` for answers: 100 ms unless set, as in go-micro. To be called before nodes are
    /// registered.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self::with(self.0.interface, patience)
    }

    fn with(interface: Ipv4Addr, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            state: Arc::default(),
            interface,
            patience,
            responder: OnceLock::new(),
        }))
    }

    /// Answers and listens from now on.
    fn listen(&self) -> Result<(), Error> {
        if self.0.responder.get().is_some() {
            return Ok(());
        }
        let socket = socket::listening(self.0.interface)
            .map_err(|error| Error::new("cannot listen to multicast DNS").with_source(error))?;
        // Another call may have been faster; its responder stays, and this one ends.
        self.0
            .responder
            .get_or_init(|| Task(tokio::spawn(respond(self.0.state.clone(), socket))));
        Ok(())
    }

    async fn announce(&self, service: &Service, here: bool) -> Result<(), Error> {
        let socket = self.asking()?;
        for node in &service.nodes {
            let mut records = zone::of_node(service, node)?;
            records.remove(0);
            for record in records.iter_mut().filter(|_| !here) {
                record.ttl = 0;
            }
            let message = Message {
                is_response: true,
                records,
                ..Message::default()
            };
            send(&socket, &message).await?;
        }
        Ok(())
    }

    fn asking(&self) -> Result<UdpSocket, Error> {
        socket::asking(self.0.interface)
            .map_err(|error| Error::new("cannot ask by multicast DNS").with_source(error))
    }

    /// The answers to a question within the time that they have.
    async fn question(&self, name: &str) -> Result<Vec<Message>, Error> {
        let socket = self.asking()?;
        let questions = vec![Question::new(name)];
        let (id, _, _, _) = uuid::Uuid::new_v4().as_fields();
        let id = (id & 0xffff) as u16;
        send(
            &socket,
            &Message {
                id,
                questions,
                ..Message::default()
            },
        )
        .await?;
        let mut answers = Vec::new();
        let mut buffer = vec![0; LONGEST];
        let end = Instant::now() + self.0.patience;
        while let Ok(received) = timeout_at(end, socket.recv_from(&mut buffer)).await {
            let Ok((length, _)) = received else { continue };
            let message = buffer.get(..length).and_then(Message::parse);
            answers.extend(message.filter(|message| message.is_response));
        }
        Ok(answers)
    }

    async fn nodes(&self, name: &str) -> Result<Vec<Service>, Error> {
        let answers = self.question(&zone::of_service(name)?).await?;
        let told = answers
            .iter()
            .flat_map(zone::nodes)
            .filter(|(_, here)| *here);
        let good = told.filter_map(|(service, _)| self.0.state.reader.check("an answer", service));
        Ok(good.filter(|service| service.name == name).collect())
    }

    async fn list(&self) -> Result<Vec<Service>, Error> {
        let answers = self.question(&zone::of_all()).await?;
        let names: BTreeSet<_> = answers.iter().flat_map(zone::listed).collect();
        let mut found = Vec::new();
        for name in names {
            found.extend(self.nodes(&name).await?);
        }
        Ok(found)
    }
}

async fn send(socket: &UdpSocket, message: &Message) -> Result<(), Error> {
    let sent = socket.send_to(&message.to_bytes(), socket::GROUP).await;
    sent.map(drop)
        .map_err(|error| Error::new("cannot send by multicast DNS").with_source(error))
}

/// Answers questions, and hears announcements.
async fn respond(state: Arc<State>, socket: UdpSocket) {
    let mut buffer = vec![0; LONGEST];
    loop {
        let (length, from) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            Err(error) => {
                tracing::debug!(%error, "multicast DNS cannot be heard; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let Some(message) = buffer.get(..length).and_then(Message::parse) else {
            continue;
        };
        if message.is_response {
            for (service, here) in zone::nodes(&message) {
                let Some(service) = state.reader.check("an announcement", service) else {
                    continue;
                };
                state.listeners.tell(&match here {
                    true => Announcement::Here(service),
                    false => Announcement::Gone(service),
                });
            }
            continue;
        }
        for answer in answers(&state, &message) {
            reply(&socket, &answer, from).await;
        }
    }
}

async fn reply(socket: &UdpSocket, answer: &Message, to: SocketAddr) {
    if let Err(error) = socket.send_to(&answer.to_bytes(), to).await {
        tracing::debug!(%error, %to, "an answer by multicast DNS cannot be sent");
    }
}

/// A message for each node that is asked for, with the question repeated.
fn answers(state: &State, message: &Message) -> Vec<Message> {
    let mut answers = Vec::new();
    for question in &message.questions {
        if question.kind != PTR && question.kind != ANY {
            continue;
        }
        let all = state.own.find(|_| true);
        let mut records: Vec<_> = all
            .iter()
            .filter_map(|service| {
                let node = service.nodes.first()?;
                let records = zone::of_node(service, node).ok()?;
                // The question is for the service, or for the instance alone.
                let asked = records.iter().any(|record| record.name == question.name);
                asked.then_some(records)
            })
            .collect();
        if question.name == zone::of_all() {
            let names: BTreeSet<_> = all.iter().map(|service| &service.name).collect();
            records.extend(names.into_iter().map(|name| zone::of_listed(name)));
        }
        answers.extend(records.into_iter().map(|records| Message {
            id: message.id,
            is_response: true,
            questions: message.questions.clone(),
            records,
        }));
    }
    answers
}

impl Ask for Mdns {
    async fn ask(&self, name: &str) -> Result<Vec<Service>, Error> {
        self.nodes(name).await
    }
}

impl Registry for Mdns {
    fn kind(&self) -> &'static str {
        "mdns"
    }

    fn register(&self, service: &Service, ttl: Duration) -> BoxFuture<Result<(), Error>> {
        let (mdns, service) = (self.clone(), service.clone());
        Box::pin(async move {
            for node in &service.nodes {
                zone::of_node(&service, node)?;
            }
            mdns.listen()?;
            mdns.0.state.own.put(&service, ttl);
            mdns.announce(&service, true).await
        })
    }

    fn deregister(&self, service: &Service) -> BoxFuture<Result<(), Error>> {
        let (mdns, service) = (self.clone(), service.clone());
        Box::pin(async move {
            mdns.0.state.own.remove(&service);
            mdns.announce(&service, false).await
        })
    }

    fn get_service(&self, name: &str) -> BoxFuture<Result<Vec<Service>, Error>> {
        let (mdns, name) = (self.clone(), name.to_owned());
        Box::pin(async move { Ok(merged(mdns.nodes(&name).await?)) })
    }

    fn list_services(&self) -> BoxFuture<Result<Vec<Service>, Error>> {
        let mdns = self.clone();
        Box::pin(async move { Ok(merged(mdns.list().await?)) })
    }

    fn watch(&self, name: &str) -> BoxFuture<Result<Watch, Error>> {
        let (mdns, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            mdns.listen()?;
            let state = mdns.0.state.clone();
            roll_call::start(mdns, name, &state.listeners).await
        })
    }
}

impl fmt::Debug for Mdns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mdns")
            .field("interface", &self.0.interface)
            .finish_non_exhaustive()
    }
}
