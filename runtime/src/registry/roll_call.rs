//! Follows services where nothing is stored: by what is announced, and by asking now and then who is still there.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::feed::{self, Feed};
use super::view::View;
use super::{Service, Watch};
use crate::Error;

/// How often a watch asks who is still there: processes that die say nothing.
const EVERY: Duration = Duration::from_secs(10);

/// What somebody says of nodes.
#[derive(Clone, Debug)]
pub(super) enum Announcement {
    Here(Service),
    Gone(Service),
}

impl Announcement {
    fn service(&self) -> &Service {
        match self {
            Announcement::Here(service) | Announcement::Gone(service) => service,
        }
    }
}

/// Those who want to hear of services, each of one.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Vec<(String, mpsc::UnboundedSender<Announcement>)>>);

impl Listeners {
    pub(super) fn add(&self, name: &str) -> mpsc::UnboundedReceiver<Announcement> {
        let (sender, announced) = mpsc::unbounded_channel();
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.push((name.to_owned(), sender));
        announced
    }

    pub(super) fn tell(&self, announcement: &Announcement) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|(_, listener)| !listener.is_closed());
        for (name, listener) in &*listeners {
            if *name == announcement.service().name {
                // An error says that it has just gone.
                let _ = listener.send(announcement.clone());
            }
        }
    }
}

/// Asks everybody for the nodes of a service.
pub(super) trait Ask: Send + Sync + 'static {
    fn ask(&self, name: &str) -> impl Future<Output = Result<Vec<Service>, Error>> + Send;
}

/// A watch that is on: what `listeners` hear from before the first question on is told.
pub(super) async fn start(
    ask: impl Ask,
    name: String,
    listeners: &Listeners,
) -> Result<Watch, Error> {
    let announced = listeners.add(&name);
    let view = View::of(singly(ask.ask(&name).await?));
    Ok(feed::watch(|feed| follow(ask, name, announced, view, feed)))
}

async fn follow(
    ask: impl Ask,
    name: String,
    mut announced: mpsc::UnboundedReceiver<Announcement>,
    mut view: View,
    feed: Feed,
) {
    let mut silent = BTreeMap::new();
    let mut ticks = tokio::time::interval(EVERY);
    ticks.tick().await;
    loop {
        tokio::select! {
            announcement = announced.recv() => match announcement {
                None => return,
                Some(Announcement::Here(service)) => for (place, service) in singly([service]) {
                    silent.remove(&place);
                    feed.tell(view.put(&place, service)).await;
                },
                Some(Announcement::Gone(service)) => for (place, _) in singly([service]) {
                    silent.remove(&place);
                    feed.tell(view.remove(&place)).await;
                },
            },
            _ = ticks.tick() => {
                // While nobody can be asked, nobody is known to have gone.
                let Ok(found) = ask.ask(&name).await else { continue };
                let found = singly(found);
                let before = std::mem::take(&mut silent);
                for (place, service) in view.records() {
                    if !found.contains_key(place) {
                        silent.insert(place.clone(), service.clone());
                    }
                }
                for (place, service) in found {
                    feed.tell(view.put(&place, service)).await;
                }
                // One answer may be late; two are not.
                for place in silent.keys().filter(|place| before.contains_key(*place)) {
                    feed.tell(view.remove(place)).await;
                }
            }
        }
    }
}

/// The records with one node each, by version and id.
fn singly(services: impl IntoIterator<Item = Service>) -> BTreeMap<String, Service> {
    let mut records = BTreeMap::new();
    for service in services {
        for node in &service.nodes {
            let place = format!("{}\n{}", service.version, node.id);
            let nodes = vec![node.clone()];
            records.insert(
                place,
                Service {
                    nodes,
                    ..service.clone()
                },
            );
        }
    }
    records
}
