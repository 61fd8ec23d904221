//! What nodes are in DNS: go-micro's names and TXT records.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde_json::{Value as Json, json};

use super::super::packed::{pack, unpack};
use super::super::record::{endpoint_from_json, endpoint_to_json, list, object, text, texts};
use super::super::{Node, Service};
use super::packet::{Data, Message, Record, is_name};
use crate::Error;

/// go-micro's domain.
pub(super) const DOMAIN: &str = "micro";

/// How long others may remember what is told, in seconds.
const TTL: u32 = 120;

/// The name that is asked for the nodes of a service.
pub(super) fn of_service(service: &str) -> Result<String, Error> {
    let name = format!("{service}.{DOMAIN}");
    match is_name(&name) {
        true => Ok(name),
        false => Err(Error::new(format!(
            "`{service}` cannot be the name of a service in DNS"
        ))),
    }
}

/// The name that is asked for all services.
pub(super) fn of_all() -> String {
    format!("_services.{DOMAIN}")
}

/// The records of a node; without the first one they are what an announcement tells.
///
/// A node of go-micro can hold one service of an address for a message, so there is one message for each node.
pub(super) fn of_node(service: &Service, node: &Node) -> Result<Vec<Record>, Error> {
    let place: SocketAddr = node.address.parse().map_err(|_| {
        Error::new(format!(
            "`{}` cannot be told by multicast DNS: an IP address with a port was expected",
            node.address
        ))
    })?;
    let question = of_service(&service.name)?;
    let instance = format!("{}.{question}", node.id);
    if !is_name(&instance) {
        return Err(Error::new(format!(
            "`{}` cannot be the id of a node in DNS",
            node.id
        )));
    }
    let endpoints: Vec<_> = service.endpoints.iter().map(endpoint_to_json).collect();
    let told = json!({
        "Service": service.name,
        "Version": service.version,
        "Endpoints": endpoints,
        "Metadata": node.metadata,
    });
    let text = pack(told.to_string().as_bytes()).into_bytes();
    let text = text.chunks(255).map(<[u8]>::to_vec).collect();
    Ok(records(question, instance, place.ip(), place.port(), text))
}

/// The records by which a service is found in the list of all.
pub(super) fn of_listed(service: &str) -> Vec<Record> {
    let instance = format!("{service}.{}", of_all());
    records(
        of_all(),
        instance,
        Ipv4Addr::UNSPECIFIED.into(),
        9999,
        Vec::new(),
    )
}

fn records(
    question: String,
    instance: String,
    ip: IpAddr,
    port: u16,
    text: Vec<Vec<u8>>,
) -> Vec<Record> {
    // go-micro takes the address by the name of the host, or of the instance; the latter is unique.
    let address = match ip {
        IpAddr::V4(address) => Data::V4(address),
        IpAddr::V6(address) => Data::V6(address),
    };
    let record = |name: &str, data| Record {
        name: name.to_owned(),
        ttl: TTL,
        data,
    };
    vec![
        record(&question, Data::Pointer(instance.clone())),
        record(
            &instance,
            Data::Service {
                port,
                target: instance.clone(),
            },
        ),
        record(&instance, address),
        record(&instance, Data::Text(text)),
    ]
}

/// The nodes that a message tells of, and whether they are there or gone. A message of go-micro tells of one.
pub(super) fn nodes(message: &Message) -> Vec<(Result<Service, Error>, bool)> {
    let records = &message.records;
    let services = records.iter().filter_map(|record| match &record.data {
        Data::Service { port, target } => Some((record, *port, target)),
        _ => None,
    });
    let of = |name: &str| {
        let name = name.to_owned();
        records
            .iter()
            .filter(move |record| record.name.eq_ignore_ascii_case(&name))
    };
    services
        .filter_map(|(record, port, target)| {
            let text = of(&record.name).find_map(|record| match &record.data {
                Data::Text(texts) => Some(texts.concat()),
                _ => None,
            })?;
            // The list of all services tells no text.
            let text = String::from_utf8(text)
                .ok()
                .filter(|text| !text.is_empty())?;
            let address = of(target).find_map(|record| match record.data {
                Data::V4(address) => Some(IpAddr::V4(address)),
                Data::V6(address) => Some(IpAddr::V6(address)),
                _ => None,
            })?;
            let service = service(&record.name, &text, SocketAddr::new(address, port));
            Some((service, record.ttl > 0))
        })
        .collect()
}

fn service(instance: &str, packed: &str, address: SocketAddr) -> Result<Service, Error> {
    let told = unpack(packed)
        .ok_or_else(|| Error::new("the TXT record is not packed as go-micro does"))?;
    let told: Json = serde_json::from_slice(&told)
        .map_err(|error| Error::new("the TXT record is not JSON").with_source(error))?;
    let told = object(&told, "the TXT record")?;
    let name = text(told, "Service")?;
    let suffix = format!(".{name}.{DOMAIN}");
    let id = instance
        .strip_suffix(&*suffix)
        .ok_or_else(|| Error::new(format!("`{instance}` is no node of the service `{name}`")))?;
    let node = Node {
        id: id.to_owned(),
        address: address.to_string(),
        metadata: texts(told, "Metadata")?,
    };
    Ok(Service {
        version: text(told, "Version")?,
        endpoints: list(told, "Endpoints", endpoint_from_json)?,
        nodes: vec![node],
        name,
        ..Service::default()
    })
}

/// The names of services that a message lists.
pub(super) fn listed(message: &Message) -> Vec<String> {
    let suffix = format!(".{}", of_all());
    let pointers = message
        .records
        .iter()
        .filter_map(|record| match &record.data {
            Data::Pointer(instance) if record.ttl > 0 => instance.strip_suffix(&*suffix),
            _ => None,
        });
    pointers.map(str::to_owned).collect()
}
