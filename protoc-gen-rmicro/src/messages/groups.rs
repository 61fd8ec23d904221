//! Groups that lead back to the message they are in.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// The paths of the fields that need a box although prost-build does not see it: it looks for circles of messages, and
/// does not follow groups, which delimited messages of editions are too.
pub(super) fn recursive<'a>(files: impl Iterator<Item = &'a FileDescriptorProto>) -> Vec<String> {
    let mut messages = BTreeMap::new();
    for file in files {
        let scope = match file.package() {
            "" => String::new(),
            package => format!(".{package}"),
        };
        for message in &file.message_type {
            collect(message, &scope, &mut messages);
        }
    }
    let mut paths = Vec::new();
    for (name, message) in &messages {
        let groups = singular(message).filter(|field| field.r#type() == Type::Group);
        for field in groups.filter(|field| leads_to(field.type_name(), name, &messages)) {
            let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
            let oneof =
                oneof.and_then(|index| message.oneof_decl.get(usize::try_from(index).ok()?));
            paths.push(match oneof {
                Some(oneof) => format!("{name}.{}.{}", oneof.name(), field.name()),
                None => format!("{name}.{}", field.name()),
            });
        }
    }
    paths
}

fn collect<'a>(
    message: &'a DescriptorProto,
    scope: &str,
    messages: &mut BTreeMap<String, &'a DescriptorProto>,
) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        collect(nested, &name, messages);
    }
    messages.insert(name, message);
}

/// The fields that hold one message, without a `Vec` or a map around it.
fn singular(message: &DescriptorProto) -> impl Iterator<Item = &FieldDescriptorProto> {
    let is_message =
        |field: &&FieldDescriptorProto| matches!(field.r#type(), Type::Message | Type::Group);
    message
        .field
        .iter()
        .filter(is_message)
        .filter(|field| field.label() != Label::Repeated)
}

fn leads_to(from: &str, to: &str, messages: &BTreeMap<String, &DescriptorProto>) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(name) = waiting.pop() {
        if name == to {
            return true;
        }
        for field in messages
            .get(name)
            .into_iter()
            .flat_map(|message| singular(message))
        {
            if seen.insert(field.type_name()) {
                waiting.push(field.type_name());
            }
        }
    }
    false
}
