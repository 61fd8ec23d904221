//! The JSON form of a record, which is go-micro's.
//!
//! Written as go-micro writes it: metadata of the service and fields of a shape that are not there are `null`, metadata of a
//! node or an endpoint is an object. Read as Go reads JSON: names of members count without regard to case, unknown ones
//! are passed over, and `null` is nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::{Endpoint, Node, Service, Value};
use crate::Error;

/// `service` as go-micro's registries store it.
pub fn to_json(service: &Service) -> Vec<u8> {
    service_to_json(service).to_string().into_bytes()
}

/// The service that `bytes` tell of.
///
/// # Errors
/// The bytes are not JSON, or a member has another type than the record has there.
pub fn from_json(bytes: &[u8]) -> Result<Service, Error> {
    let json: Json = serde_json::from_slice(bytes)
        .map_err(|error| Error::new("the record is not JSON").with_source(error))?;
    service_from_json(&json)
}

pub(super) fn service_to_json(service: &Service) -> Json {
    json!({
        "name": service.name,
        "version": service.version,
        "metadata": or_null(json!(service.metadata), service.metadata.is_empty()),
        "endpoints": service.endpoints.iter().map(endpoint_to_json).collect::<Vec<_>>(),
        "nodes": service.nodes.iter().map(|node| json!({
            "id": node.id,
            "address": node.address,
            "metadata": node.metadata,
        })).collect::<Vec<_>>(),
    })
}

pub(super) fn endpoint_to_json(endpoint: &Endpoint) -> Json {
    json!({
        "name": endpoint.name,
        "request": value_to_json(&endpoint.request),
        "response": value_to_json(&endpoint.response),
        "metadata": endpoint.metadata,
    })
}

fn value_to_json(value: &Value) -> Json {
    let values: Vec<_> = value.values.iter().map(value_to_json).collect();
    json!({
        "name": value.name,
        "type": value.r#type,
        "values": or_null(json!(values), values.is_empty()),
    })
}

fn or_null(value: Json, empty: bool) -> Json {
    match empty {
        true => Json::Null,
        false => value,
    }
}

pub(super) fn service_from_json(json: &Json) -> Result<Service, Error> {
    let object = object(json, "the record")?;
    Ok(Service {
        name: text(object, "name")?,
        version: text(object, "version")?,
        metadata: texts(object, "metadata")?,
        endpoints: list(object, "endpoints", endpoint_from_json)?,
        nodes: list(object, "nodes", node_from_json)?,
    })
}

fn node_from_json(json: &Json) -> Result<Node, Error> {
    let object = object(json, "a node")?;
    Ok(Node {
        id: text(object, "id")?,
        address: text(object, "address")?,
        metadata: texts(object, "metadata")?,
    })
}

pub(super) fn endpoint_from_json(json: &Json) -> Result<Endpoint, Error> {
    let object = object(json, "an endpoint")?;
    Ok(Endpoint {
        name: text(object, "name")?,
        request: shape(object, "request")?,
        response: shape(object, "response")?,
        metadata: texts(object, "metadata")?,
    })
}

fn shape(object: &Map<String, Json>, name: &str) -> Result<Value, Error> {
    member(object, name).map_or_else(|| Ok(Value::default()), value_from_json)
}

fn value_from_json(json: &Json) -> Result<Value, Error> {
    let object = object(json, "a value")?;
    Ok(Value {
        name: text(object, "name")?,
        r#type: text(object, "type")?,
        values: list(object, "values", value_from_json)?,
    })
}

/// The member `name`, written in any case; `None` for one that is not there or null.
pub(super) fn member<'a>(object: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    let any_case = || {
        let mut members = object.iter();
        members.find(|(key, _)| key.eq_ignore_ascii_case(name))
    };
    object
        .get(name)
        .or_else(|| any_case().map(|(_, value)| value))
        .filter(|value| !value.is_null())
}

pub(super) fn object<'a>(json: &'a Json, what: &str) -> Result<&'a Map<String, Json>, Error> {
    json.as_object()
        .ok_or_else(|| Error::new(format!("{what} is no JSON object")))
}

pub(super) fn text(object: &Map<String, Json>, name: &str) -> Result<String, Error> {
    match member(object, name) {
        None => Ok(String::new()),
        Some(Json::String(text)) => Ok(text.clone()),
        Some(_) => Err(wrong(name, "a string")),
    }
}

pub(super) fn texts(
    object: &Map<String, Json>,
    name: &str,
) -> Result<BTreeMap<String, String>, Error> {
    match member(object, name) {
        None => Ok(BTreeMap::new()),
        Some(Json::Object(members)) => members
            .iter()
            .map(|(key, value)| match value {
                Json::String(value) => Ok((key.clone(), value.clone())),
                Json::Null => Ok((key.clone(), String::new())),
                _ => Err(wrong(name, "an object of strings")),
            })
            .collect(),
        Some(_) => Err(wrong(name, "an object of strings")),
    }
}

pub(super) fn list<T>(
    object: &Map<String, Json>,
    name: &str,
    read: fn(&Json) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    match member(object, name) {
        None => Ok(Vec::new()),
        Some(Json::Array(items)) => items
            .iter()
            .filter(|item| !item.is_null())
            .map(read)
            .collect(),
        Some(_) => Err(wrong(name, "an array")),
    }
}

fn wrong(name: &str, expected: &str) -> Error {
    Error::new(format!("`{name}` of the record is not {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_go_reads_it() {
        let read = from_json(
            br#"{"NAME":"x","Version":null,"extra":[1],"metadata":null,"Endpoints":[null,
            {"name":"X.Y","request":null,"response":{"Name":"R","values":null},"metadata":{"stream":"true"}}],
            "nodes":[{"Id":"x-1","address":"a:1","metadata":{"k":null}}]}"#,
        )
        .unwrap();
        let endpoint = Endpoint {
            name: "X.Y".into(),
            response: Value {
                name: "R".into(),
                ..Value::default()
            },
            metadata: [("stream".into(), "true".into())].into(),
            ..Endpoint::default()
        };
        let node = Node {
            id: "x-1".into(),
            address: "a:1".into(),
            metadata: [("k".into(), String::new())].into(),
        };
        let expected = Service {
            name: "x".into(),
            endpoints: vec![endpoint],
            nodes: vec![node],
            ..Service::default()
        };
        assert_eq!(read, expected);
        assert_eq!(from_json(&to_json(&expected)).unwrap(), expected);
    }

    #[test]
    fn what_is_no_record_says_why() {
        for (json, problem) in [
            (
                "",
                "the record is not JSON: EOF while parsing a value at line 1 column 0",
            ),
            ("[]", "the record is no JSON object"),
            (r#"{"name":1}"#, "`name` of the record is not a string"),
            (r#"{"nodes":{}}"#, "`nodes` of the record is not an array"),
            (r#"{"nodes":[1]}"#, "a node is no JSON object"),
            (
                r#"{"metadata":{"a":1}}"#,
                "`metadata` of the record is not an object of strings",
            ),
        ] {
            assert_eq!(
                format!("{:?}", from_json(json.as_bytes()).unwrap_err()),
                problem
            );
        }
        let deep = format!("{}{}", r#"{"values":["#.repeat(9999), "]}".repeat(9999));
        assert!(from_json(deep.as_bytes()).is_err());
    }
}
