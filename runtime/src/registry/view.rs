//! What a watch has told of so far.

use std::collections::BTreeMap;

use super::{Event, Service};

/// Records with one node or several, each at its place in the registry. What comes in turns into the events that tell how
/// the records differ from before.
#[derive(Debug, Default)]
pub(super) struct View(BTreeMap<String, Service>);

#[allow(dead_code, reason = "every registry takes what it needs")]
impl View {
    /// A view of `records`, which nobody has to be told of.
    pub(super) fn of(records: BTreeMap<String, Service>) -> Self {
        Self(records)
    }

    /// The records, each with its place.
    pub(super) fn records(&self) -> impl Iterator<Item = (&String, &Service)> {
        self.0.iter()
    }

    /// The record at `place` is `service` now.
    pub(super) fn put(&mut self, place: &str, service: Service) -> Vec<Event> {
        let before = self.0.insert(place.to_owned(), service.clone());
        changes(before, Some(service))
    }

    /// There is no record at `place` any more.
    pub(super) fn remove(&mut self, place: &str) -> Vec<Event> {
        changes(self.0.remove(place), None)
    }

    /// There are these records now, and no others.
    pub(super) fn replace(&mut self, mut records: BTreeMap<String, Service>) -> Vec<Event> {
        let mut events = Vec::new();
        // Those that come are told before those that go, so that a client is never without nodes in between.
        for (place, service) in &records {
            events.extend(changes(self.0.remove(place), Some(service.clone())));
        }
        std::mem::swap(&mut self.0, &mut records);
        events.extend(records.into_values().map(Event::Delete));
        events
    }
}

fn changes(before: Option<Service>, after: Option<Service>) -> Vec<Event> {
    match (before, after) {
        (Some(before), Some(after)) if before == after => Vec::new(),
        (before, Some(after)) => {
            // Nodes of the place that are not in the record any more have gone.
            let gone = before.and_then(|before| without(before, &after));
            let gone = gone.map(Event::Delete);
            std::iter::once(Event::Put(after)).chain(gone).collect()
        }
        (Some(before), None) => vec![Event::Delete(before)],
        (None, None) => Vec::new(),
    }
}

/// `before` with the nodes that `after` does not have.
fn without(mut before: Service, after: &Service) -> Option<Service> {
    if (&before.name, &before.version) == (&after.name, &after.version) {
        before
            .nodes
            .retain(|node| after.nodes.iter().all(|other| other.id != node.id));
    }
    (!before.nodes.is_empty()).then_some(before)
}

/// Records of one service and version put together, ordered by name and version; each node once.
pub(super) fn merged(records: impl IntoIterator<Item = Service>) -> Vec<Service> {
    let mut services: BTreeMap<(String, String), Service> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for mut record in records {
        let key = (record.name.clone(), record.version.clone());
        record
            .nodes
            .retain(|node| seen.insert((key.clone(), node.id.clone(), node.address.clone())));
        match services.entry(key) {
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                entry.get_mut().nodes.append(&mut record.nodes);
            }
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(record);
            }
        }
    }
    services.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Node;

    fn record(version: &str, ids: &[&str]) -> Service {
        let node = |id: &&str| Node {
            id: (*id).into(),
            address: format!("{id}:1"),
            ..Node::default()
        };
        Service {
            name: "x".into(),
            version: version.into(),
            nodes: ids.iter().map(node).collect(),
            ..Service::default()
        }
    }

    #[test]
    fn only_differences_are_told() {
        let mut view = View::default();
        assert_eq!(
            view.put("a", record("1", &["a"])),
            [Event::Put(record("1", &["a"]))]
        );
        assert_eq!(view.put("a", record("1", &["a"])), []);
        assert_eq!(
            view.put("a", record("2", &["a"])),
            [
                Event::Put(record("2", &["a"])),
                Event::Delete(record("1", &["a"]))
            ]
        );
        assert_eq!(view.remove("b"), []);
        assert_eq!(view.remove("a"), [Event::Delete(record("2", &["a"]))]);
    }

    #[test]
    fn a_new_listing_is_told_as_its_difference() {
        let mut view = View(
            [
                ("a".into(), record("1", &["a"])),
                ("b".into(), record("1", &["b"])),
            ]
            .into(),
        );
        let now = [
            ("b".into(), record("1", &["b"])),
            ("c".into(), record("1", &["c"])),
        ]
        .into();
        assert_eq!(
            view.replace(now),
            [
                Event::Put(record("1", &["c"])),
                Event::Delete(record("1", &["a"]))
            ]
        );
        assert_eq!(view.remove("b"), [Event::Delete(record("1", &["b"]))]);
    }

    #[test]
    fn the_nodes_of_a_version_stand_together() {
        let records = [
            record("2", &["a"]),
            record("1", &["b"]),
            record("2", &["c", "a"]),
        ];
        assert_eq!(
            merged(records),
            [record("1", &["b"]), record("2", &["a", "c"])]
        );
    }
}
