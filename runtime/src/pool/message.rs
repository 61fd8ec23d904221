//! The second pass over messages, fields and extensions.

use crate::descriptor::{DescriptorProto, FieldDescriptorProto, Label, Type};
use crate::wire::{self, MAX_FIELD_NUMBER, WireType};

use super::features::Features;
use super::names::NameIndex;
use super::numbers::NumberIndex;
use super::symbols::join;
use super::table::{self, NONE, Plan, Scalar, Symbol, Tables};
use super::{Cardinality, PoolError, WellKnown, builder};

/// Where an element stands.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) file: u32,
    pub(super) file_name: &'a str,
    pub(super) scope: &'a str,
    pub(super) features: Features,
}

/// An extension, kept until all messages are there.
pub(super) struct Extension {
    file: u32,
    file_name: String,
    scope: String,
    features: Features,
    field: FieldDescriptorProto,
}

impl Extension {
    pub(super) fn new(context: Context<'_>, field: &FieldDescriptorProto) -> Extension {
        Extension {
            file: context.file,
            file_name: context.file_name.to_owned(),
            scope: context.scope.to_owned(),
            features: context.features,
            field: field.clone(),
        }
    }
}

/// Adds a message and everything that is declared inside.
pub(super) fn add(
    tables: &mut Tables,
    context: Context<'_>,
    message: &DescriptorProto,
    extensions: &mut Vec<Extension>,
) -> Result<(), PoolError> {
    let full_name = join(context.scope, message.name());
    let options = message.options.as_ref();
    let inner = Context {
        scope: &full_name,
        features: context
            .features
            .with(options.and_then(|o| o.features.as_ref())),
        ..context
    };
    let index = tables.messages.len() as u32;
    let map_entry = options.is_some_and(|o| o.map_entry());
    let oneofs = Oneofs::new(message);
    let start = tables.fields.len() as u32;
    for field in &message.field {
        let oneof = match field.oneof_index {
            None => NONE,
            Some(declared) => oneofs.index(declared).ok_or_else(|| {
                PoolError::new(format!(
                    "field `{}` of `{full_name}` in `{}` is in oneof number {declared}, which is not declared",
                    field.name(),
                    context.file_name
                ))
            })?,
        };
        let in_oneof = field
            .oneof_index
            .and_then(|i| message.oneof_decl.get(i as usize));
        let features = inner
            .features
            .with(in_oneof.and_then(|o| o.options.as_ref()?.features.as_ref()))
            .of_field(field);
        let mut field = new_field(tables, inner, features, field, index, map_entry)?;
        field.oneof = oneof;
        field.presence |= field.cardinality == Cardinality::Singular && oneof != NONE;
        tables.fields.push(field);
    }
    let fields = start..tables.fields.len() as u32;
    let own = &tables.fields[start as usize..];
    check_unique(inner, own)?;
    let numbers: Vec<_> = own.iter().map(|field| field.number).collect();
    let mut by_number: Box<[u32]> = (0..own.len() as u32).collect();
    by_number.sort_unstable_by_key(|i| numbers[*i as usize]);
    let json_names = own.iter().map(|field| &*field.json_name).zip(0..);
    let proto_names = own.iter().map(|field| &*field.name).zip(0..);
    tables.messages.push(table::Message {
        names: NameIndex::new(json_names.chain(proto_names)),
        known: WellKnown::of(&full_name),
        file: context.file,
        fields,
        map_entry,
        message_set: options.is_some_and(|o| o.message_set_wire_format()),
        oneofs: oneofs.names,
        numbers: NumberIndex::new(&numbers),
        by_number,
        extensions: Vec::new(),
        extension_ranges: message
            .extension_range
            .iter()
            .map(|range| range.start().max(0) as u32..range.end().max(0) as u32)
            .collect(),
        status: full_name == "google.rpc.Status",
        full_name: full_name.as_str().into(),
    });
    for one in &message.enum_type {
        builder::add_enum(tables, inner, one)?;
    }
    extensions.extend(
        message
            .extension
            .iter()
            .map(|one| Extension::new(inner, one)),
    );
    for nested in &message.nested_type {
        add(tables, inner, nested, extensions)?;
    }
    Ok(())
}

/// The oneofs of a message without those that stand for `optional` of proto3.
struct Oneofs {
    names: Box<[Box<str>]>,
    /// For each declared oneof, its index in `names`.
    places: Vec<u32>,
}

impl Oneofs {
    fn new(message: &DescriptorProto) -> Oneofs {
        let mut synthetic = vec![false; message.oneof_decl.len()];
        for field in &message.field {
            if let (true, Some(index)) = (field.proto3_optional(), field.oneof_index)
                && let Some(place) = synthetic.get_mut(index as usize)
            {
                *place = true;
            }
        }
        let mut names = Vec::new();
        let mut places = Vec::new();
        for (oneof, synthetic) in message.oneof_decl.iter().zip(synthetic) {
            if synthetic {
                places.push(NONE);
            } else {
                places.push(names.len() as u32);
                names.push(oneof.name().into());
            }
        }
        Oneofs {
            names: names.into(),
            places,
        }
    }

    fn index(&self, declared: i32) -> Option<u32> {
        self.places.get(usize::try_from(declared).ok()?).copied()
    }
}

fn check_unique(context: Context<'_>, fields: &[table::Field]) -> Result<(), PoolError> {
    let twice = |what: &str| {
        Err(PoolError::new(format!(
            "message `{}` in `{}` has two fields with the {what}",
            context.scope, context.file_name
        )))
    };
    let mut numbers: Vec<_> = fields.iter().map(|field| field.number).collect();
    numbers.sort_unstable();
    if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        return twice(&format!("number {}", pair[0]));
    }
    let mut names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return twice(&format!("name `{}`", pair[0]));
    }
    Ok(())
}

fn new_field(
    tables: &Tables,
    context: Context<'_>,
    features: Features,
    field: &FieldDescriptorProto,
    parent: u32,
    in_map_entry: bool,
) -> Result<table::Field, PoolError> {
    let fail = |reason: String| {
        Err(PoolError::new(format!(
            "field `{}` of `{}` in `{}` {reason}",
            field.name(),
            context.scope,
            context.file_name
        )))
    };
    if field.name().is_empty() {
        return fail("has no name".to_owned());
    }
    let number = match u32::try_from(field.number()) {
        Ok(number @ 1..=MAX_FIELD_NUMBER) => number,
        // Extensions of a MessageSet go by number in a field of their own.
        Ok(number) if field.extendee.is_some() && number > 0 => number,
        _ => return fail(format!("has number {}, which is not valid", field.number())),
    };
    let type_name = field.type_name().trim_start_matches('.');
    let symbol = match type_name {
        "" => None,
        name => tables.symbols.get(name).copied(),
    };
    let declared = field.r#type.map(Type::try_from);
    let (scalar, target) = match (declared, symbol) {
        (Some(Ok(Type::Message | Type::Group)) | None, Some(Symbol::Message(index))) => {
            (Scalar::Message, index)
        }
        (Some(Ok(Type::Enum)) | None, Some(Symbol::Enum(index))) => (Scalar::Enum, index),
        (Some(Ok(Type::Message | Type::Group | Type::Enum)) | None, _) => {
            return fail(format!(
                "refers to type `{type_name}`, which no file of the set declares"
            ));
        }
        (Some(Ok(other)), _) => (scalar_of(other), NONE),
        (Some(Err(_)), _) => {
            return fail(format!(
                "has type number {}, which is not known",
                field.r#type.unwrap_or(0)
            ));
        }
    };
    let repeated = field.label == Some(Label::Repeated as i32);
    // Whether a message is a map entry is known after all messages are there; see `link`.
    let delimited = features.delimited && !in_map_entry;
    let scalar = match scalar {
        Scalar::Message if delimited => Scalar::Group,
        other => other,
    };
    let extension = field.extendee.is_some();
    let json_name = match &field.json_name {
        _ if extension => format!("[{}]", extension_name(tables, context, field, symbol)),
        Some(name) if !name.is_empty() => name.clone(),
        _ => camel_case(field.name()),
    };
    Ok(table::Field {
        number,
        target,
        scalar,
        plan: Plan::Other,
        cardinality: if repeated {
            Cardinality::Repeated
        } else {
            Cardinality::Singular
        },
        presence: !repeated
            && (features.explicit_presence
                || extension
                || matches!(scalar, Scalar::Message | Scalar::Group)),
        packed: repeated && scalar.packable() && features.packed,
        required: features.required && !repeated,
        check_utf8: features.check_utf8,
        known: None,
        null_value: scalar == Scalar::Enum && type_name == "google.protobuf.NullValue",
        tag_length: 0,
        tag: [0; 5],
        tag_value: 0,
        wire_type: scalar.wire_type() as u8,
        oneof: NONE,
        parent,
        json_key: key(&json_name),
        proto_key: key(if extension { &json_name } else { field.name() }),
        name: field.name().into(),
        json_name: json_name.into(),
        extension,
    })
}

/// The name that stands in brackets: the extension's own or, where a MessageSet is extended by the message that declares the
/// extension, that message's.
fn extension_name(
    tables: &Tables,
    context: Context<'_>,
    field: &FieldDescriptorProto,
    target: Option<Symbol>,
) -> String {
    let of_scope = tables.symbols.get(context.scope).copied();
    if field.name() == "message_set_extension" && of_scope.is_some() && of_scope == target {
        context.scope.to_owned()
    } else {
        join(context.scope, field.name())
    }
}

/// A comma, the name in quotation marks, and a colon.
fn key(name: &str) -> table::Key {
    let mut key = Vec::with_capacity(name.len() + 4);
    key.extend_from_slice(b",\"");
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => key.extend_from_slice(&[b'\\', byte]),
            // A `json_name` may hold anything.
            0..0x20 => key.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => key.push(byte),
        }
    }
    key.extend_from_slice(b"\":");
    table::Key::new(&key)
}

/// The JSON name that a compiler gives a field.
fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            out.push(c.to_ascii_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

const fn scalar_of(kind: Type) -> Scalar {
    match kind {
        Type::Double => Scalar::Double,
        Type::Float => Scalar::Float,
        Type::Int64 => Scalar::Int64,
        Type::Uint64 => Scalar::Uint64,
        Type::Int32 => Scalar::Int32,
        Type::Fixed64 => Scalar::Fixed64,
        Type::Fixed32 => Scalar::Fixed32,
        Type::Bool => Scalar::Bool,
        Type::String => Scalar::String,
        Type::Group => Scalar::Group,
        Type::Message => Scalar::Message,
        Type::Bytes => Scalar::Bytes,
        Type::Uint32 => Scalar::Uint32,
        Type::Enum => Scalar::Enum,
        Type::Sfixed32 => Scalar::Sfixed32,
        Type::Sfixed64 => Scalar::Sfixed64,
        Type::Sint32 => Scalar::Sint32,
        Type::Sint64 => Scalar::Sint64,
    }
}

/// Adds the extensions after all ordinary fields, in the order in which the first pass numbered them.
pub(super) fn add_extensions(
    tables: &mut Tables,
    extensions: Vec<Extension>,
) -> Result<(), PoolError> {
    for one in extensions {
        let context = Context {
            file: one.file,
            file_name: &one.file_name,
            scope: &one.scope,
            features: one.features,
        };
        let full_name = join(&one.scope, one.field.name());
        let extendee = one.field.extendee().trim_start_matches('.');
        let Some(Symbol::Message(parent)) = tables.symbols.get(extendee).copied() else {
            return Err(PoolError::new(format!(
                "extension `{full_name}` in `{}` extends `{extendee}`, which is not a message of the set",
                one.file_name
            )));
        };
        let features = one.features.of_field(&one.field);
        let field = new_field(tables, context, features, &one.field, parent, false)?;
        let index = tables.fields.len() as u32;
        let number = field.number;
        let message = &tables.messages[parent as usize];
        let taken = message
            .extensions
            .binary_search_by_key(&number, |i| tables.fields[*i as usize].number);
        let Err(place) = taken else {
            return Err(PoolError::new(format!(
                "extension `{full_name}` in `{}` has number {number} of `{extendee}`, as another one has",
                one.file_name
            )));
        };
        tables.messages[parent as usize]
            .extensions
            .insert(place, index);
        tables.extension_files.insert(index, one.file);
        tables.fields.push(field);
    }
    Ok(())
}

/// The last pass: what a field takes from the message that is its type, and its tag.
pub(super) fn link(tables: &mut Tables) {
    for field in &mut tables.fields {
        if matches!(field.scalar, Scalar::Message | Scalar::Group) {
            let target = &tables.messages[field.target as usize];
            field.known = target.known;
            if is_map(field, target) {
                field.cardinality = Cardinality::Map;
                field.scalar = Scalar::Message;
            }
        }
        field.wire_type = field.scalar.wire_type() as u8;
        field.plan = plan(field, &tables.messages, &tables.enums);
        let wire_type = match field.packed {
            true => WireType::Length,
            false => field.scalar.wire_type(),
        };
        let mut tag = Vec::with_capacity(5);
        // Numbers of a MessageSet's extensions may be too large for a tag, and are not written in one.
        if field.number <= MAX_FIELD_NUMBER {
            wire::tag(&mut tag, field.number, wire_type);
            field.tag_value = wire::tag_value(field.number, field.scalar.wire_type());
        }
        field.tag_length = tag.len() as u8;
        field.tag[..tag.len()].copy_from_slice(&tag);
    }
}

fn plan(field: &table::Field, messages: &[table::Message], enums: &[table::Enum]) -> Plan {
    if field.cardinality != Cardinality::Singular {
        return Plan::Other;
    }
    match field.scalar {
        Scalar::String => Plan::Text,
        Scalar::Message => match &messages[field.target as usize] {
            target if target.known.is_none() => Plan::Object,
            _ => Plan::Other,
        },
        // A number that a closed enum does not declare is left out.
        Scalar::Enum if enums[field.target as usize].closed => Plan::Other,
        Scalar::Bytes | Scalar::Group => Plan::Other,
        _ => Plan::Number,
    }
}

/// An entry must have its two fields, or it is left as the message that it is.
fn is_map(field: &table::Field, target: &table::Message) -> bool {
    field.cardinality == Cardinality::Repeated
        && target.map_entry
        && target.numbers.find(1).is_some()
        && target.numbers.find(2).is_some()
}
