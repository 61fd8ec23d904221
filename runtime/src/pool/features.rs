//! What syntax, edition, features and old options come to for one element.

use crate::descriptor::{
    Edition, EnumType, FeatureSet, FieldDescriptorProto, FieldPresence, FileDescriptorProto, Label,
    MessageEncoding, RepeatedFieldEncoding, Type, Utf8Validation,
};

use super::PoolError;

/// Features with nothing left to inherit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Features {
    pub(super) explicit_presence: bool,
    pub(super) required: bool,
    pub(super) closed_enum: bool,
    pub(super) packed: bool,
    pub(super) check_utf8: bool,
    pub(super) delimited: bool,
}

const PROTO2: Features = Features {
    explicit_presence: true,
    required: false,
    closed_enum: true,
    packed: false,
    check_utf8: false,
    delimited: false,
};

const PROTO3: Features = Features {
    explicit_presence: false,
    required: false,
    closed_enum: false,
    packed: true,
    check_utf8: true,
    delimited: false,
};

/// Editions 2023, 2024 and 2026 agree in everything that concerns the wire and JSON.
const EDITIONS: Features = Features {
    explicit_presence: true,
    ..PROTO3
};

impl Features {
    /// The features that hold in a file before its elements say otherwise.
    pub(super) fn of_file(file: &FileDescriptorProto) -> Result<Features, PoolError> {
        let base = match (file.syntax.as_deref().unwrap_or(""), file.edition) {
            ("editions", Some(number)) => match Edition::try_from(number) {
                Ok(Edition::Proto2 | Edition::Legacy) => PROTO2,
                Ok(Edition::Proto3) => PROTO3,
                Ok(Edition::Edition2023 | Edition::Edition2024 | Edition::Edition2026) => EDITIONS,
                _ => {
                    return Err(PoolError::new(format!(
                        "`{}` has edition number {number}, which is newer than this library",
                        file.name()
                    )));
                }
            },
            ("" | "proto2", _) => PROTO2,
            ("proto3", _) => PROTO3,
            (other, _) => {
                return Err(PoolError::new(format!(
                    "`{}` has syntax `{other}`; expected proto2, proto3 or editions with an edition",
                    file.name()
                )));
            }
        };
        Ok(base.with(file.options.as_ref().and_then(|o| o.features.as_ref())))
    }

    /// These features, changed by those that an element sets itself.
    pub(super) fn with(mut self, set: Option<&FeatureSet>) -> Features {
        let Some(set) = set else { return self };
        match set.field_presence() {
            FieldPresence::Explicit => (self.explicit_presence, self.required) = (true, false),
            FieldPresence::Implicit => (self.explicit_presence, self.required) = (false, false),
            FieldPresence::LegacyRequired => (self.explicit_presence, self.required) = (true, true),
            FieldPresence::Unknown => {}
        }
        match set.enum_type() {
            EnumType::Open => self.closed_enum = false,
            EnumType::Closed => self.closed_enum = true,
            EnumType::Unknown => {}
        }
        match set.repeated_field_encoding() {
            RepeatedFieldEncoding::Packed => self.packed = true,
            RepeatedFieldEncoding::Expanded => self.packed = false,
            RepeatedFieldEncoding::Unknown => {}
        }
        match set.utf8_validation() {
            Utf8Validation::Verify => self.check_utf8 = true,
            Utf8Validation::None => self.check_utf8 = false,
            Utf8Validation::Unknown => {}
        }
        match set.message_encoding() {
            MessageEncoding::Delimited => self.delimited = true,
            MessageEncoding::LengthPrefixed => self.delimited = false,
            MessageEncoding::Unknown => {}
        }
        self
    }

    /// The features of a field: its own ones, and what proto2 and proto3 say by label, type and option instead.
    pub(super) fn of_field(self, field: &FieldDescriptorProto) -> Features {
        let options = field.options.as_ref();
        let mut features = self.with(options.and_then(|o| o.features.as_ref()));
        if field.label == Some(Label::Required as i32) {
            features.explicit_presence = true;
            features.required = true;
        }
        if field.proto3_optional() {
            features.explicit_presence = true;
        }
        if field.r#type == Some(Type::Group as i32) {
            features.delimited = true;
        }
        if let Some(packed) = options.and_then(|o| o.packed) {
            features.packed = packed;
        }
        features
    }
}
