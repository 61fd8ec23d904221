//! Messages and enums: as rules look at them, and as Rust names are made of them.

use std::collections::BTreeMap;

use rmicro::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use super::Locations;
use crate::model::{Field, Message, Named, TypeDecl, TypeKind};

/// `OUTPUT_ONLY` of `google.api.field_behavior`.
const OUTPUT_ONLY: i32 = 3;

/// Adds the messages of a file to `messages`.
pub(super) fn collect(file: &FileDescriptorProto, messages: &mut BTreeMap<String, Message>) {
    // An explicit stack, because descriptors come from outside and may be nested deeply.
    let mut stack: Vec<(String, &DescriptorProto)> = Vec::new();
    for message in &file.message_type {
        stack.push((join(file.package(), message.name()), message));
    }
    while let Some((full_name, message)) = stack.pop() {
        for nested in &message.nested_type {
            stack.push((join(&full_name, nested.name()), nested));
        }
        let fields = message
            .field
            .iter()
            .map(|field| lower_field(field, message));
        let fields = fields.collect();
        messages.insert(full_name, Message { fields });
    }
}

fn lower_field(field: &FieldDescriptorProto, message: &DescriptorProto) -> Field {
    let options = field.options.as_ref();
    let entry = field.type_name().rsplit('.').next().unwrap_or_default();
    Field {
        name: field.name().to_owned(),
        label: field.label(),
        r#type: field.r#type(),
        type_name: field.type_name().trim_start_matches('.').to_owned(),
        map: message
            .nested_type
            .iter()
            .any(|nested| is_map_entry(nested) && nested.name() == entry),
        output_only: options.is_some_and(|options| options.field_behavior.contains(&OUTPUT_ONLY)),
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message
        .options
        .as_ref()
        .is_some_and(|options| options.map_entry())
}

/// The types at the top of a file.
pub(super) fn types(file: &FileDescriptorProto, locations: &Locations<'_>) -> Vec<TypeDecl> {
    let messages = file.message_type.iter().enumerate();
    let messages = messages.map(|(at, message)| message_decl(message, &[4, at as i32], locations));
    let enums = file.enum_type.iter().enumerate();
    let enums = enums.map(|(at, one)| enum_decl(one, &[5, at as i32], locations));
    messages.chain(enums).collect()
}

fn message_decl(message: &DescriptorProto, path: &[i32], locations: &Locations<'_>) -> TypeDecl {
    let inside = |number: i32, index: usize| [path, &[number, index as i32]].concat();
    let named = |name: &str, path: &[i32]| Named {
        name: name.to_owned(),
        position: locations.name(path),
    };
    let field = |index: usize, field: &FieldDescriptorProto| named(field.name(), &inside(2, index));
    let fields = || message.field.iter().enumerate();
    let is_oneof = |one: &FieldDescriptorProto, oneof: usize| {
        one.oneof_index == i32::try_from(oneof).ok() && !one.proto3_optional()
    };

    let oneofs = message.oneof_decl.iter().enumerate().map(|(at, oneof)| {
        let members = fields().filter(|(_, one)| is_oneof(one, at));
        let members: Vec<_> = members.map(|(index, one)| field(index, one)).collect();
        (named(oneof.name(), &inside(8, at)), members)
    });
    let oneofs: Vec<_> = oneofs.filter(|(_, members)| !members.is_empty()).collect();

    let plain = fields().filter(|(_, one)| one.oneof_index.is_none() || one.proto3_optional());
    let plain = plain.map(|(index, one)| field(index, one));
    let nested = message
        .nested_type
        .iter()
        .enumerate()
        .filter(|(_, nested)| !is_map_entry(nested));
    let nested = nested.map(|(at, nested)| message_decl(nested, &inside(3, at), locations));
    let enums = message.enum_type.iter().enumerate();
    let enums = enums.map(|(at, one)| enum_decl(one, &inside(4, at), locations));
    TypeDecl {
        name: message.name().to_owned(),
        position: locations.name(path),
        kind: TypeKind::Message {
            fields: plain.collect(),
            types: nested.chain(enums).collect(),
            oneofs,
        },
    }
}

fn enum_decl(one: &EnumDescriptorProto, path: &[i32], locations: &Locations<'_>) -> TypeDecl {
    let mut numbers = std::collections::BTreeSet::new();
    let values = one.value.iter().enumerate();
    // Of values with the same number only the first one becomes a variant.
    let values = values.filter(|(_, value)| numbers.insert(value.number()));
    let values = values
        .map(|(at, value)| Named {
            name: value.name().to_owned(),
            position: locations.name(&[path, &[2, at as i32]].concat()),
        })
        .collect();
    TypeDecl {
        name: one.name().to_owned(),
        position: locations.name(path),
        kind: TypeKind::Enum { values },
    }
}

fn join(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        _ => format!("{scope}.{name}"),
    }
}
