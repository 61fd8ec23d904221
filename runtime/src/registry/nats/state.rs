//! What this process has registered, asked for and listens to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::wire;
use crate::registry::Service;
use crate::registry::own::Own;
use crate::registry::reader::Reader;
use crate::registry::record::{member, service_from_json, service_to_json, to_json};
use crate::registry::roll_call::{Announcement, Listeners};

/// Where questions are asked: by v4 of go-micro and by v6.
pub(super) const QUERY: [&str; 2] = ["micro.registry.nats.query", "micro.nats.query"];

/// Where it is announced what comes and goes: by v4 of go-micro and by v6.
pub(super) const WATCH: [&str; 2] = ["micro.registry.nats.watch", "micro.nats.watch"];

pub(super) struct State {
    pub(super) own: Own,
    pub(super) listeners: Listeners,
    /// In front of the subjects that answers to this process come by.
    inboxes: String,
    answers: Mutex<HashMap<String, mpsc::UnboundedSender<Service>>>,
    reader: Reader,
}

/// A subject that answers to one question come by, until it is dropped.
pub(super) struct Inbox {
    state: Arc<State>,
    subject: String,
}

impl Inbox {
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.state.answers().remove(&self.subject);
    }
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            inboxes: format!("_INBOX.{}.", uuid::Uuid::new_v4().simple()),
            answers: Mutex::default(),
            own: Own::default(),
            listeners: Listeners::default(),
            reader: Reader::default(),
        }
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, mpsc::UnboundedSender<Service>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open_inbox(self: &Arc<Self>) -> (Inbox, mpsc::UnboundedReceiver<Service>) {
        let (sender, answers) = mpsc::unbounded_channel();
        let subject = format!("{}{}", self.inboxes, uuid::Uuid::new_v4().simple());
        self.answers().insert(subject.clone(), sender);
        (
            Inbox {
                state: self.clone(),
                subject,
            },
            answers,
        )
    }

    /// The subjects to subscribe to.
    pub(super) fn subjects(&self) -> Vec<String> {
        let fixed = QUERY
            .iter()
            .chain(&WATCH)
            .map(|&subject| subject.to_owned());
        fixed.chain([format!("{}*", self.inboxes)]).collect()
    }

    /// Announces all that is registered, as after a broken connection.
    pub(super) fn announcements(&self) -> Vec<u8> {
        let services = self.own.find(|_| true);
        let announcements = services.iter().map(|service| {
            let body = serde_json::json!({"Action": "create", "Service": service_to_json(service)});
            wire::to_all(WATCH, &body.to_string())
        });
        announcements.collect::<Vec<_>>().concat()
    }

    /// Takes a message in; what comes back is to be sent.
    pub(super) fn take(&self, subject: &str, reply: Option<&str>, body: &[u8]) -> Vec<u8> {
        if subject.starts_with(&self.inboxes) {
            self.take_answer(subject, body);
            return Vec::new();
        }
        let Ok(json) = serde_json::from_slice::<Json>(body) else {
            // Whoever sent it is not known; the reader logs it once.
            self.reader.read(subject, body);
            return Vec::new();
        };
        let Some(message) = json.as_object() else {
            return Vec::new();
        };
        let action = member(message, "action")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let service = member(message, "service").map(service_from_json);
        if WATCH.contains(&subject) {
            if let Some(service) = service {
                self.take_announcement(action, self.reader.check(subject, service));
            }
            return Vec::new();
        }
        let (Some(reply), asked) = (reply, service.and_then(Result::ok)) else {
            return Vec::new();
        };
        let found = match (action, asked) {
            ("get", Some(asked)) => self.own.find(|service| service.name == asked.name),
            ("list", _) => self.own.find(|_| true),
            _ => Vec::new(),
        };
        let answers = crate::registry::view::merged(found);
        let answers = answers
            .iter()
            .map(|service| wire::publish(reply, None, &to_json(service)));
        answers.collect::<Vec<_>>().concat()
    }

    fn take_answer(&self, subject: &str, body: &[u8]) {
        let service = self.reader.read("an answer", body);
        if let (Some(service), Some(inbox)) = (service, self.answers().get(subject)) {
            // An error says that nobody waits any more.
            let _ = inbox.send(service);
        }
    }

    fn take_announcement(&self, action: &str, service: Option<Service>) {
        let Some(service) = service else { return };
        self.listeners.tell(&match action {
            "delete" => Announcement::Gone(service),
            _ => Announcement::Here(service),
        });
    }
}
