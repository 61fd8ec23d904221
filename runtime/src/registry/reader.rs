//! Reads records that others have stored.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::{Service, record};
use crate::Error;

/// How many bad records are remembered, so that each is logged once.
const REMEMBERED: usize = 1024;

/// Reads what others have stored: what cannot be used is passed over, and logged the first time that it is seen.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Where bad records are.
    bad: Mutex<BTreeSet<String>>,
}

#[allow(dead_code, reason = "every registry takes what it needs")]
impl Reader {
    /// The service stored at `place`, with the nodes that have an address; `None` where there are none.
    pub(super) fn read(&self, place: &str, bytes: &[u8]) -> Option<Service> {
        self.check(place, record::from_json(bytes))
    }

    /// The service with the nodes that have an address.
    pub(super) fn check(&self, place: &str, record: Result<Service, Error>) -> Option<Service> {
        let (service, problem) = match record {
            Ok(mut service) => {
                let told = service.nodes.len();
                service.nodes.retain(|node| is_address(&node.address));
                let good = service.nodes.len();
                let problem = match (told, good) {
                    (0, _) => Some("it has no nodes".to_owned()),
                    _ if good < told => Some("a node has no usable address".to_owned()),
                    _ => None,
                };
                ((good > 0).then_some(service), problem)
            }
            Err(error) => (None, Some(format!("{error:?}"))),
        };
        let mut bad = self.bad.lock().unwrap_or_else(PoisonError::into_inner);
        match problem {
            None => {
                bad.remove(place);
            }
            Some(problem) if !bad.contains(place) => {
                tracing::warn!(record = place, problem, "passing over a bad record");
                if bad.len() < REMEMBERED {
                    bad.insert(place.to_owned());
                }
            }
            Some(_) => {}
        }
        service
    }
}

/// Whether a connection to `address` can be tried: a host, and a port if there is one.
fn is_address(address: &str) -> bool {
    let Ok(authority) = address.parse::<http::uri::Authority>() else {
        return false;
    };
    let port = authority.as_str().strip_prefix(authority.host());
    !authority.host().is_empty()
        && !authority.as_str().contains('@')
        && port.is_none_or(|port| port.is_empty() || authority.port_u16().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn good_nodes_stay_where_bad_ones_go() {
        let reader = Reader::default();
        let node = |address: &str| json!({"id": address, "address": address});
        let good = ["a:1", "10.0.0.1:90", "[fd00::2]:19097", "no-port"];
        let bad = [
            "", ":1", " ", "a b:1", "a:port", "a:99999", "u@a:1", "a:1/path", "\u{e9}:1",
        ];
        let nodes: Vec<_> = good
            .iter()
            .chain(&bad)
            .map(|address| node(address))
            .collect();
        let json = json!({"name": "x", "nodes": nodes}).to_string();
        let service = reader.read("here", json.as_bytes()).unwrap();
        let ids: Vec<_> = service.nodes.iter().map(|node| &*node.id).collect();
        assert_eq!(ids, good);
        assert_eq!(reader.read("there", br#"{"name":"x"}"#), None);
        assert_eq!(reader.read("elsewhere", b"\xff"), None);
        assert_eq!(reader.bad.lock().unwrap().len(), 3);
        assert!(
            reader
                .read("there", br#"{"nodes":[{"address":"a:1"}]}"#)
                .is_some()
        );
        assert_eq!(reader.bad.lock().unwrap().len(), 2);
    }
}
