//! Descriptors in the form that prost-build understands: it knows proto2 and proto3, and panics at anything else.

use prost_types::field_descriptor_proto::{Label, Type};
use rmicro::descriptor::{
    self as ours, Edition, FeatureSet, FieldPresence, MessageEncoding, RepeatedFieldEncoding,
};

/// What features say about a field, as far as its Rust type and encoding depend on it.
#[derive(Clone, Copy)]
struct Features {
    presence: FieldPresence,
    repeated: RepeatedFieldEncoding,
    encoding: MessageEncoding,
}

impl Features {
    /// The defaults of editions 2023 and 2024.
    const EDITIONS: Self = Self {
        presence: FieldPresence::Explicit,
        repeated: RepeatedFieldEncoding::Packed,
        encoding: MessageEncoding::LengthPrefixed,
    };

    /// What holds inside an element with these features of its own.
    fn with(self, own: Option<&FeatureSet>) -> Self {
        let Some(own) = own else {
            return self;
        };
        Self {
            presence: match own.field_presence() {
                FieldPresence::Unknown => self.presence,
                presence => presence,
            },
            repeated: match own.repeated_field_encoding() {
                RepeatedFieldEncoding::Unknown => self.repeated,
                repeated => repeated,
            },
            encoding: match own.message_encoding() {
                MessageEncoding::Unknown => self.encoding,
                encoding => encoding,
            },
        }
    }
}

/// Rewrites `file`, which is read from the same bytes as `source`.
pub(super) fn lower(
    file: &mut prost_types::FileDescriptorProto,
    source: &ours::FileDescriptorProto,
) {
    let features = match source.syntax() {
        "editions" => {
            let own = source
                .options
                .as_ref()
                .and_then(|options| options.features.as_ref());
            Some(Features::EDITIONS.with(own))
        }
        _ => None,
    };
    if features.is_some() {
        file.syntax = Some("proto3".to_owned());
    }
    if features.is_none() && file.syntax() != "proto3" {
        return;
    }
    for (message, source) in file.message_type.iter_mut().zip(&source.message_type) {
        lower_message(message, source, features);
    }
}

/// Whether code can be generated for the edition.
pub(crate) fn is_known(file: &ours::FileDescriptorProto) -> bool {
    match file.syntax() {
        "" | "proto2" | "proto3" => true,
        "editions" => matches!(file.edition(), Edition::Edition2023 | Edition::Edition2024),
        _ => false,
    }
}

fn lower_message(
    message: &mut prost_types::DescriptorProto,
    source: &ours::DescriptorProto,
    features: Option<Features>,
) {
    let options = source.options.as_ref();
    if options.is_some_and(|options| options.map_entry()) {
        return;
    }
    let own = options.and_then(|options| options.features.as_ref());
    let features = features.map(|features| features.with(own));
    let maps: Vec<_> = source
        .nested_type
        .iter()
        .filter(|nested| {
            nested
                .options
                .as_ref()
                .is_some_and(|options| options.map_entry())
        })
        .map(|nested| format!(".{}", nested.name()))
        .collect();
    for (field, source_field) in message.field.iter_mut().zip(&source.field) {
        let is_map = maps.iter().any(|map| field.type_name().ends_with(map));
        match features {
            Some(features) => {
                let oneof = source_field
                    .oneof_index
                    .and_then(|index| source.oneof_decl.get(usize::try_from(index).ok()?));
                let oneof = oneof.and_then(|oneof| oneof.options.as_ref()?.features.as_ref());
                let own = source_field
                    .options
                    .as_ref()
                    .and_then(|options| options.features.as_ref());
                lower_field(field, features.with(oneof).with(own), is_map);
            }
            // prost-build takes a field with any option at all for one that is not packed.
            None => {
                if let Some(options) = &mut field.options {
                    options.packed.get_or_insert(true);
                }
            }
        }
    }
    for (nested, source) in message.nested_type.iter_mut().zip(&source.nested_type) {
        lower_message(nested, source, features);
    }
}

fn lower_field(field: &mut prost_types::FieldDescriptorProto, features: Features, is_map: bool) {
    if is_map {
        return;
    }
    let is_singular = field.label() != Label::Repeated && field.oneof_index.is_none();
    if field.r#type() == Type::Message && features.encoding == MessageEncoding::Delimited {
        field.set_type(Type::Group);
        // Without it prost-build has no `Option` around a group of proto3.
        field.proto3_optional = is_singular.then_some(true);
    }
    if is_singular && features.presence == FieldPresence::LegacyRequired {
        field.set_label(Label::Required);
        field.proto3_optional = None;
    } else if is_singular
        && features.presence == FieldPresence::Explicit
        && field.r#type() != Type::Message
    {
        field.proto3_optional = Some(true);
    }
    if field.label() == Label::Repeated {
        let packed = features.repeated == RepeatedFieldEncoding::Packed;
        field.options.get_or_insert_default().packed = Some(packed);
    }
}
