//! The nodes that a process answers for, where nothing is stored.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Service;

/// Records with one node each, until their TTL is over.
#[derive(Default)]
pub(super) struct Own(Mutex<Records>);

/// By name, version and node id, with the end of the TTL.
type Records = BTreeMap<(String, String, String), (Service, Option<Instant>)>;

impl Own {
    fn records(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, service: &Service, ttl: Duration) {
        let end = Instant::now().checked_add(ttl);
        for (key, record) in singly(service) {
            self.records().insert(key, (record, end));
        }
    }

    pub(super) fn remove(&self, service: &Service) {
        for (key, _) in singly(service) {
            self.records().remove(&key);
        }
    }

    /// Those that are wanted and alive.
    pub(super) fn find(&self, wanted: impl Fn(&Service) -> bool) -> Vec<Service> {
        let now = Instant::now();
        let mut records = self.records();
        records.retain(|_, (_, end)| end.is_none_or(|end| end > now));
        let services = records.values().map(|(service, _)| service);
        services
            .filter(|service| wanted(service))
            .cloned()
            .collect()
    }
}

/// The nodes of a record, each as a record of its own.
fn singly(service: &Service) -> impl Iterator<Item = ((String, String, String), Service)> {
    service.nodes.iter().map(|node| {
        let key = (
            service.name.clone(),
            service.version.clone(),
            node.id.clone(),
        );
        let nodes = vec![node.clone()];
        (
            key,
            Service {
                nodes,
                ..service.clone()
            },
        )
    })
}
