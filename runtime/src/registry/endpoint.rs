//! What a record says of the methods of a service: names, the shapes of messages, HTTP rules.
//!
//! The shapes are those that go-micro finds by reflection on the Go types of protoc-gen-go, down to the same depth, so that a
//! record from here and one from there are equal.

use std::collections::BTreeMap;

use super::go_name::{camel_case, of_type};
use super::{Endpoint, Value};
use crate::descriptor::{HttpRule, Pattern};
use crate::pool::{FieldRef, Kind, MessageRef, MethodRef, ServiceRef};

/// How deep shapes go: the message itself is at depth 0, and nothing at this depth is told.
const DEPTH: usize = 3;

impl Endpoint {
    /// The endpoints of `service`, one for each method, ordered by name.
    ///
    /// A method with an annotation `google.api.http` has the metadata `endpoint`, `handler`, `method` and `path`; as in
    /// go-micro's records, further bindings and custom verbs are not told. A method that streams on either side has the
    /// metadata `stream`, and the shapes `Context` and `Stream` in place of its messages.
    pub fn of_service(service: ServiceRef<'_>) -> Vec<Endpoint> {
        let mut endpoints: Vec<Endpoint> = service.methods().map(of_method).collect();
        endpoints.sort_by(|one, other| one.name.cmp(&other.name));
        endpoints
    }
}

fn of_method(method: MethodRef<'_>) -> Endpoint {
    let service = camel_case(method.service().name());
    let streams = method.is_client_streaming() || method.is_server_streaming();
    let (request, response) = if streams {
        (plain("Context"), plain("Stream"))
    } else {
        (
            of_message(method.input(), 0),
            of_message(method.output(), 0),
        )
    };
    let mut metadata = BTreeMap::new();
    if streams {
        metadata.insert("stream".to_owned(), "true".to_owned());
    }
    if let Some((verb, path)) = method.http().and_then(verb_and_path) {
        let endpoint = format!("{service}.{}", method.name());
        for (key, value) in [
            ("endpoint", &*endpoint),
            ("handler", "rpc"),
            ("method", verb),
            ("path", path),
        ] {
            metadata.insert(key.to_owned(), value.to_owned());
        }
    }
    Endpoint {
        name: format!("{service}.{}", camel_case(method.name())),
        request,
        response,
        metadata,
    }
}

fn verb_and_path(rule: &HttpRule) -> Option<(&'static str, &str)> {
    match rule.pattern.as_ref()? {
        Pattern::Get(path) => Some(("GET", path)),
        Pattern::Put(path) => Some(("PUT", path)),
        Pattern::Post(path) => Some(("POST", path)),
        Pattern::Delete(path) => Some(("DELETE", path)),
        Pattern::Patch(path) => Some(("PATCH", path)),
        Pattern::Custom(_) => None,
    }
}

/// A shape whose name is its type and which tells nothing more.
fn plain(name: impl Into<String>) -> Value {
    let name = name.into();
    Value {
        r#type: name.clone(),
        name,
        values: Vec::new(),
    }
}

fn of_message(message: MessageRef<'_>, depth: usize) -> Value {
    let mut value = plain(message_name(message));
    if depth + 1 == DEPTH {
        return value;
    }
    let mut oneofs = Vec::new();
    for field in message.fields() {
        // In Go a oneof is one field, at the place of its first member.
        match field.oneof() {
            Some(oneof) if oneofs.contains(&oneof.index()) => {}
            Some(oneof) => {
                oneofs.push(oneof.index());
                value.values.push(plain(format!(
                    "is{}_{}",
                    message_name(message),
                    camel_case(oneof.name())
                )));
            }
            None => value.values.push(of_field(field, depth + 1)),
        }
    }
    value
}

fn of_field(field: FieldRef<'_>, depth: usize) -> Value {
    let name = field.name().to_owned();
    if field.is_map() {
        // The type is a Go map, which has no name.
        return Value {
            name,
            ..Value::default()
        };
    }
    match field.kind() {
        Kind::Message(message) | Kind::Group(message) if !field.is_repeated() => Value {
            name,
            ..of_message(message, depth)
        },
        kind => Value {
            name,
            r#type: type_name(kind, field.is_repeated()),
            values: Vec::new(),
        },
    }
}

fn type_name(kind: Kind<'_>, repeated: bool) -> String {
    let name = match kind {
        // A slice has no name, so a slice of slices is just that.
        Kind::Bytes if repeated => return "[]".into(),
        Kind::Bytes => return "[]uint8".into(),
        Kind::Double => "float64",
        Kind::Float => "float32",
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => "int32",
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => "int64",
        Kind::Uint32 | Kind::Fixed32 => "uint32",
        Kind::Uint64 | Kind::Fixed64 => "uint64",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Enum(enumeration) => &of_type(enumeration.full_name(), enumeration.file().package()),
        Kind::Message(message) | Kind::Group(message) => &message_name(message),
    };
    match repeated {
        true => format!("[]{name}"),
        false => name.to_owned(),
    }
}

fn message_name(message: MessageRef<'_>) -> String {
    of_type(message.full_name(), message.file().package())
}
