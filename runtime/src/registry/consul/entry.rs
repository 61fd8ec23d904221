//! What a node is in Consul.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::super::packed::{pack, unpack};
use super::super::record::{endpoint_from_json, endpoint_to_json, list, member, text};
use super::super::{Endpoint, Node, Service};
use crate::Error;

/// How long a node stays after its check began to fail: as in go-micro, 5 s more than the TTL, and no less than Consul allows.
fn forgotten_after(ttl: Duration) -> Duration {
    ttl.max(Duration::from_secs(60)) + Duration::from_secs(5)
}

/// The request that registers `node`.
pub(super) fn registration(service: &Service, node: &Node, ttl: Duration) -> Json {
    let (host, port) = match node.address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(0)),
        None => (&*node.address, 0_u16),
    };
    let metadata = node.metadata.iter();
    let metadata = metadata.map(|(key, value)| ('t', json!({ key: value }).to_string()));
    let endpoints = service.endpoints.iter();
    let endpoints = endpoints.map(|endpoint| ('e', endpoint_to_json(endpoint).to_string()));
    let tags = metadata
        .chain(endpoints)
        .chain([('v', service.version.clone())]);
    let tags: Vec<_> = tags
        .map(|(kind, text)| format!("{kind}-{}", pack(text.as_bytes())))
        .collect();
    // Consul refuses what it cannot hold; readers take the metadata from the tags.
    let meta = node
        .metadata
        .iter()
        .filter(|(key, value)| is_meta(key, value))
        .take(64);
    let meta: Map<String, Json> = meta
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    json!({
        "ID": node.id,
        "Name": service.name,
        "Tags": tags,
        "Port": port,
        "Address": host.trim_start_matches('[').trim_end_matches(']'),
        "Meta": meta,
        "Check": {
            "TTL": format!("{}ms", ttl.as_millis().max(1)),
            "DeregisterCriticalServiceAfter": format!("{}s", forgotten_after(ttl).as_secs()),
        },
    })
}

fn is_meta(key: &str, value: &str) -> bool {
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    !key.is_empty()
        && key.len() <= 128
        && key.chars().all(allowed)
        && !key.starts_with("consul-")
        && value.len() <= 512
}

/// The version that the tags tell.
pub(super) fn version<'a>(tags: impl Iterator<Item = &'a str>) -> Option<String> {
    tags_of('v', tags)
        .into_iter()
        .next()
        .map(|text| String::from_utf8_lossy(&text).into_owned())
}

/// What the tags of one kind tell. A kind is written plainly by old versions of go-micro, `v=1`, and packed by new ones; the
/// first tag of a kind decides for the rest.
fn tags_of<'a>(kind: char, tags: impl Iterator<Item = &'a str>) -> Vec<Vec<u8>> {
    let mut form = None;
    let mut found = Vec::new();
    for tag in tags {
        let Some(rest) = tag.strip_prefix(kind) else {
            continue;
        };
        let text = match (rest.chars().next(), rest.get(1..)) {
            (Some('='), Some(text)) if form != Some('-') => {
                form = Some('=');
                Some(text.as_bytes().to_vec())
            }
            (Some('-'), Some(text)) if form != Some('=') => {
                form = Some('-');
                unpack(text)
            }
            _ => None,
        };
        found.extend(text);
    }
    found
}

/// An entry of an answer about the health of a service.
pub(super) struct Entry<'a> {
    service: &'a Map<String, Json>,
    /// The address of the agent.
    pub(super) agent: String,
    pub(super) id: String,
    critical: bool,
}

impl<'a> Entry<'a> {
    pub(super) fn parse(json: &'a Json) -> Option<Self> {
        let entry = json.as_object()?;
        let service = member(entry, "Service")?.as_object()?;
        let agent = member(entry, "Node").and_then(Json::as_object);
        let agent = agent.and_then(|agent| text(agent, "Address").ok());
        let checks = member(entry, "Checks").and_then(Json::as_array);
        let mut checks = checks.into_iter().flatten().filter_map(Json::as_object);
        Some(Self {
            service,
            agent: agent.unwrap_or_default(),
            id: text(service, "ID").ok()?,
            critical: checks
                .any(|check| text(check, "Status").is_ok_and(|status| status == "critical")),
        })
    }

    /// Whether no check fails.
    pub(super) fn is_alive(&self) -> bool {
        !self.critical
    }

    pub(super) fn record(&self) -> Result<Service, Error> {
        let tags = list(self.service, "Tags", |tag| {
            let tag = tag.as_str().map(str::to_owned);
            tag.ok_or_else(|| Error::new("a tag is not a string"))
        })?;
        let tags = || tags.iter().map(String::as_str);
        let json = |text: Vec<u8>| serde_json::from_slice::<Json>(&text).ok();
        let endpoints = tags_of('e', tags()).into_iter().filter_map(json);
        let endpoints: Vec<Endpoint> = endpoints
            .filter_map(|endpoint| endpoint_from_json(&endpoint).ok())
            .collect();
        let metadata = tags_of('t', tags()).into_iter().filter_map(json);
        let metadata = metadata.filter_map(|pairs| match pairs {
            Json::Object(pairs) => Some(pairs),
            _ => None,
        });
        let metadata = metadata.flatten().filter_map(|(key, value)| match value {
            Json::String(value) => Some((key, value)),
            _ => None,
        });
        let address = text(self.service, "Address")?;
        let host = if address.is_empty() {
            &self.agent
        } else {
            &address
        };
        let port = member(self.service, "Port")
            .and_then(Json::as_u64)
            .unwrap_or(0);
        let host = match host.contains(':') {
            true => format!("[{host}]"),
            false => host.clone(),
        };
        let node = Node {
            id: self.id.clone(),
            address: if port == 0 {
                host
            } else {
                format!("{host}:{port}")
            },
            metadata: metadata.collect(),
        };
        Ok(Service {
            name: text(self.service, "Service")?,
            version: version(tags()).unwrap_or_default(),
            endpoints,
            nodes: vec![node],
            ..Service::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_registered_is_read() {
        let node = Node {
            id: "x-1".into(),
            address: "[fd00::2]:9090".into(),
            metadata: [
                ("protocol".into(), "grpc".into()),
                ("a key".into(), "\u{e9}".into()),
            ]
            .into(),
        };
        let endpoint = Endpoint {
            name: "X.Y".into(),
            ..Endpoint::default()
        };
        let service = Service {
            name: "x".into(),
            version: "1".into(),
            endpoints: vec![endpoint],
            nodes: vec![node.clone()],
            ..Service::default()
        };
        let mut request = registration(&service, &node, Duration::from_secs(90));
        assert_eq!(request["Meta"], json!({"protocol": "grpc"}));
        assert_eq!(
            request["Check"],
            json!({"TTL": "90000ms", "DeregisterCriticalServiceAfter": "95s"})
        );
        request["Service"] = request["Name"].take();
        let answer = json!({"Node": {"Address": "10.0.0.1"}, "Service": request, "Checks": []});
        assert_eq!(Entry::parse(&answer).unwrap().record().unwrap(), service);
    }

    #[test]
    fn plain_tags_of_old_versions_are_read() {
        let answer = json!({
            "Node": {"Address": "10.0.0.1"},
            "Service": {"ID": "x-1", "Service": "x", "Port": 1, "Tags":
                ["t={\"a\":\"b\"}", "t-00", "e={\"name\":\"X.Y\"}", "e=nonsense", "v=2", "", "t", "v", "other"]},
            "Checks": [{"Status": "passing"}, {"Status": "critical"}],
        });
        let entry = Entry::parse(&answer).unwrap();
        assert!(!entry.is_alive());
        let record = entry.record().unwrap();
        assert_eq!((&*record.version, record.endpoints.len()), ("2", 1));
        assert_eq!(record.nodes[0].address, "10.0.0.1:1");
        assert_eq!(record.nodes[0].metadata, [("a".into(), "b".into())].into());
    }
}
