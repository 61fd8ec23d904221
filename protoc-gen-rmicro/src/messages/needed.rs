//! The files that messages cannot be generated without.

use std::collections::{BTreeSet, HashMap};

use rmicro::descriptor::DescriptorProto;

use crate::request::Request;

/// The generated files, and those with messages that fields of these files have, and so on. What is only imported for
/// its options, as descriptor.proto usually is, costs more than all the rest.
pub(super) fn files(request: &Request) -> BTreeSet<usize> {
    let mut owners = HashMap::new();
    for (index, file) in request.files.iter().enumerate() {
        let scope = match file.descriptor.package() {
            "" => String::new(),
            package => format!(".{package}"),
        };
        for message in &file.descriptor.message_type {
            owners.insert(format!("{scope}.{}", message.name()), index);
        }
    }
    let mut needed: BTreeSet<usize> = request.generated().map(|(index, _)| index).collect();
    let mut waiting: Vec<usize> = needed.iter().copied().collect();
    while let Some(index) = waiting.pop() {
        let mut messages: Vec<&DescriptorProto> = request.files[index]
            .descriptor
            .message_type
            .iter()
            .collect();
        while let Some(message) = messages.pop() {
            messages.extend(&message.nested_type);
            for field in &message.field {
                if let Some(owner) = owner(field.type_name(), &owners)
                    && needed.insert(owner)
                {
                    waiting.push(owner);
                }
            }
        }
    }
    needed
}

/// The file of the message that `name` is or is nested in.
fn owner(name: &str, owners: &HashMap<String, usize>) -> Option<usize> {
    let mut scope = name;
    while !scope.is_empty() {
        if let Some(owner) = owners.get(scope) {
            return Some(*owner);
        }
        scope = scope.rsplit_once('.')?.0;
    }
    None
}
