use super::*;

use crate::descriptor::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, Label, Type,
};
use prost::Message as _;

fn field(name: &str, number: i32, kind: Type, type_name: Option<&str>) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: Some(name.into()),
        number: Some(number),
        label: Some(Label::Optional as i32),
        r#type: Some(kind as i32),
        type_name: type_name.map(Into::into),
        ..Default::default()
    }
}

fn set(fields: Vec<FieldDescriptorProto>) -> Vec<u8> {
    let file = FileDescriptorProto {
        name: Some("shop.proto".into()),
        package: Some("shop".into()),
        syntax: Some("proto3".into()),
        message_type: vec![DescriptorProto {
            name: Some("Item".into()),
            field: fields,
            ..Default::default()
        }],
        ..Default::default()
    };
    FileDescriptorSet { file: vec![file] }.encode_to_vec()
}

fn error(fields: Vec<FieldDescriptorProto>) -> String {
    let result = Pool::builder().file_descriptor_set(&set(fields)).build();
    result.unwrap_err().to_string()
}

#[test]
fn an_empty_pool_has_the_well_known_types() {
    let pool = Pool::builder().build().unwrap();
    let any = pool.message("google.protobuf.Any").unwrap();
    assert_eq!(any.well_known(), Some(WellKnown::Any));
    assert_eq!(any.name(), "Any");
    let names: Vec<_> = any
        .fields()
        .map(|f| (f.name(), f.json_name(), f.number()))
        .collect();
    assert_eq!(names, [("type_url", "typeUrl", 1), ("value", "value", 2)]);
    assert_eq!(any.file().name(), "google/protobuf/any.proto");
    assert_eq!(pool.message_by_id(any.id()), Some(any));
}

#[test]
fn maps_oneofs_and_presence_come_from_the_descriptor() {
    let pool = Pool::builder().build().unwrap();
    let fields = pool
        .message("google.protobuf.Struct")
        .unwrap()
        .field_by_name("fields")
        .unwrap();
    assert_eq!(fields.cardinality(), Cardinality::Map);
    let (key, value) = fields.map_entry().unwrap();
    assert_eq!(key.kind(), Kind::String);
    let value_type = pool.message("google.protobuf.Value").unwrap();
    assert_eq!(value.kind(), Kind::Message(value_type));
    let oneofs: Vec<_> = value_type
        .oneofs()
        .map(|o| (o.name(), o.fields().count()))
        .collect();
    assert_eq!(oneofs, [("kind", 6)]);
    let number = value_type.field_by_json_name("numberValue").unwrap();
    assert!(number.has_presence() && number.oneof().is_some());
    // A message of proto2 has presence, and `repeated` without `packed` is not packed.
    let proto2 = pool.message("google.protobuf.FileDescriptorProto").unwrap();
    assert!(proto2.field_by_name("name").unwrap().has_presence());
    assert!(
        !proto2
            .field_by_name("public_dependency")
            .unwrap()
            .is_packed()
    );
}

#[test]
fn files_are_found_by_symbol_and_keep_their_bytes() {
    let bytes = set(vec![field("unit_price", 1, Type::Double, None)]);
    let pool = Pool::builder().file_descriptor_set(&bytes).build().unwrap();
    for symbol in ["shop.Item", "shop.Item.unit_price"] {
        assert_eq!(
            pool.file_by_symbol(symbol).map(FileRef::name),
            Some("shop.proto")
        );
    }
    assert!(pool.file_by_symbol("shop.Item.unitPrice").is_none());
    let null_value = pool.file_by_symbol("google.protobuf.NULL_VALUE").unwrap();
    assert_eq!(null_value.name(), "google/protobuf/struct.proto");
    let file = pool.file("shop.proto").unwrap();
    assert!(bytes.ends_with(file.bytes()));
}

#[test]
fn what_is_wrong_with_descriptors_is_said_in_a_sentence() {
    let number = field("a", 1, Type::Int32, None);
    let cases = [
        (
            vec![field("a", 1, Type::Message, Some(".other.Money"))],
            "field `a` of `shop.Item` in `shop.proto` refers to type `other.Money`, which no file of the set declares",
        ),
        (
            vec![field("a", 0, Type::Int32, None)],
            "field `a` of `shop.Item` in `shop.proto` has number 0, which is not valid",
        ),
        (
            vec![number.clone(), field("b", 1, Type::Int32, None)],
            "message `shop.Item` in `shop.proto` has two fields with the number 1",
        ),
        (
            vec![number, field("a", 2, Type::Int32, None)],
            "message `shop.Item` in `shop.proto` has two fields with the name `a`",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(error(fields), expected);
    }
    let valid = set(vec![]);
    for length in 1..valid.len() {
        let cut = Pool::builder()
            .file_descriptor_set(&valid[..length])
            .build();
        assert!(cut.is_err(), "{length} bytes");
    }
}

#[test]
fn statics_may_refer_to_one_another_in_a_circle() {
    static A: Descriptors = Descriptors::new(&[], &[&B]);
    static B: Descriptors = Descriptors::new(&[], &[&A]);
    let pool = A.pool().unwrap();
    assert!(std::sync::Arc::ptr_eq(pool, A.pool().unwrap()));
    assert!(pool.message("google.protobuf.Any").is_some());
}

#[test]
fn a_name_with_an_underscore_is_found_by_each_of_its_spellings() {
    let fields = vec![
        field("unit_price", 3, Type::Double, None),
        field("far", 536_870_911, Type::Double, None),
    ];
    let pool = Pool::builder()
        .file_descriptor_set(&set(fields))
        .build()
        .unwrap();
    let item = pool.message("shop.Item").unwrap();
    assert_eq!(item.field_by_name("unit_price").unwrap().number(), 3);
    assert_eq!(item.field_by_json_name("unitPrice").unwrap().number(), 3);
    assert!(item.field_by_json_name("unit_price").is_none());
    assert_eq!(item.field_by_number(536_870_911).unwrap().name(), "far");
    for number in [0, 1, 2, 4, 5, 100, u32::MAX] {
        assert!(item.field_by_number(number).is_none());
    }
}

/// `TestAllTypes` of the official suite, in all three languages.
fn conformance() -> Pool {
    let set = include_bytes!("../../../testdata/json/test_messages.binpb");
    Pool::builder().file_descriptor_set(set).build().unwrap()
}

#[test]
fn features_of_editions_are_resolved() {
    let pool = conformance();
    let edition = pool
        .message("protobuf_test_messages.editions.TestAllTypesEdition2023")
        .unwrap();
    let group = edition.field_by_name("groupliketype").unwrap();
    assert!(matches!(group.kind(), Kind::Group(_)));
    assert!(
        edition
            .field_by_name("optional_int32")
            .unwrap()
            .has_presence()
    );
    assert!(edition.field_by_name("packed_int32").unwrap().is_packed());
    assert!(!edition.field_by_name("unpacked_int32").unwrap().is_packed());
    let proto2 = pool
        .message("protobuf_test_messages.proto2.TestAllTypesProto2")
        .unwrap();
    assert!(matches!(
        proto2.field_by_name("data").unwrap().kind(),
        Kind::Group(_)
    ));
    assert!(
        !proto2
            .field_by_name("optional_string")
            .unwrap()
            .checks_utf8()
    );
    let Kind::Enum(closed) = proto2.field_by_name("optional_nested_enum").unwrap().kind() else {
        panic!("an enum");
    };
    assert!(closed.is_closed());
    assert_eq!(closed.value_name(-1), Some("NEG"));
    let proto3 = pool
        .message("protobuf_test_messages.proto3.TestAllTypesProto3")
        .unwrap();
    let string = proto3.field_by_name("optional_string").unwrap();
    assert!(string.checks_utf8() && !string.has_presence());
    assert!(proto3.field_by_name("repeated_int32").unwrap().is_packed());
}

#[test]
fn extensions_are_found_by_name_and_number() {
    let pool = conformance();
    let proto2 = pool
        .message("protobuf_test_messages.proto2.TestAllTypesProto2")
        .unwrap();
    let extension = proto2
        .extension_by_name("protobuf_test_messages.proto2.extension_int32")
        .unwrap();
    assert_eq!(
        extension.json_name(),
        "[protobuf_test_messages.proto2.extension_int32]"
    );
    assert_eq!(
        proto2.extension_by_number(extension.number()),
        Some(extension)
    );
    assert!(proto2.is_extension_number(extension.number()));
    let file = pool
        .file_by_extension(proto2.full_name(), extension.number())
        .unwrap();
    assert_eq!(file.name(), "google/protobuf/test_messages_proto2.proto");
}
