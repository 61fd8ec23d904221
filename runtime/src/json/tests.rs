//! What the official suite does not ask.

use super::*;
use crate::Pool;
use crate::descriptor::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, Label, Type,
};
use prost::Message as _;
use std::sync::LazyLock;

mod limits;

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let set = include_bytes!("../../../testdata/json/test_messages.binpb");
    Pool::builder()
        .file_descriptor_set(set)
        .file_descriptor_set(&status_set())
        .build()
        .unwrap()
});

/// `google.rpc.Status`, and a shop, whose names the issue's example has.
fn status_set() -> Vec<u8> {
    let field = |name: &str, number, kind: Type, type_name: Option<&str>, label: Label| {
        FieldDescriptorProto {
            name: Some(name.into()),
            number: Some(number),
            label: Some(label as i32),
            r#type: Some(kind as i32),
            type_name: type_name.map(Into::into),
            ..Default::default()
        }
    };
    let file = |name: &str, package: &str, message: &str, fields| FileDescriptorProto {
        name: Some(name.into()),
        package: Some(package.into()),
        syntax: Some("proto3".into()),
        message_type: vec![DescriptorProto {
            name: Some(message.into()),
            field: fields,
            ..Default::default()
        }],
        ..Default::default()
    };
    let status = vec![
        field("code", 1, Type::Int32, None, Label::Optional),
        field("message", 2, Type::String, None, Label::Optional),
        field(
            "details",
            3,
            Type::Message,
            Some(".google.protobuf.Any"),
            Label::Repeated,
        ),
    ];
    let item = vec![
        field("name", 1, Type::String, None, Label::Optional),
        field("price", 2, Type::Double, None, Label::Optional),
        field("unit_price", 3, Type::Int64, None, Label::Optional),
        field(
            "inner",
            4,
            Type::Message,
            Some(".shop.Item"),
            Label::Optional,
        ),
        field("tags", 5, Type::String, None, Label::Repeated),
    ];
    let files = vec![
        file("google/rpc/status.proto", "google.rpc", "Status", status),
        file("shop.proto", "shop", "Item", item),
    ];
    FileDescriptorSet { file: files }.encode_to_vec()
}

const PROTO3: &str = "protobuf_test_messages.proto3.TestAllTypesProto3";
const PROTO2: &str = "protobuf_test_messages.proto2.TestAllTypesProto2";
const SHOP: &str = "shop.Item";

fn wire(message: &str, json: &str) -> Result<Vec<u8>, String> {
    to_wire(
        POOL.message(message).unwrap(),
        json.as_bytes(),
        &ParseOptions::default(),
    )
    .map_err(|e| e.to_string())
}

fn json_with(message: &str, wire: &[u8], options: &PrintOptions) -> Result<String, String> {
    let mut out = Vec::new();
    from_wire(POOL.message(message).unwrap(), wire, options, &mut out)
        .map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

fn json(message: &str, wire: &[u8]) -> Result<String, String> {
    json_with(message, wire, &PrintOptions::default())
}

/// There and back.
fn round(message: &str, text: &str) -> Result<String, String> {
    json(message, &wire(message, text)?)
}

#[test]
fn an_error_names_the_place_the_field_and_what_was_expected() {
    let cases = [
        (
            r#"{"name":"a","price":"x"}"#,
            "line 1, column 21: field \"price\" of shop.Item: expected a number, found a string that is none",
        ),
        (
            "{\"name\": \"\u{e4}\u{1f600}\",\n  \"price\": []}",
            "line 2, column 12: field \"price\" of shop.Item: expected a number, found an array",
        ),
        (
            r#"{"prize":1}"#,
            "line 1, column 2: shop.Item has no field \"prize\"",
        ),
        (
            r#"{"inner":{"inner":{"name":1}}}"#,
            "line 1, column 27: field \"name\" of shop.Item: expected a string, found a number",
        ),
        (
            r#"{"unitPrice":1,"unit_price":2}"#,
            "line 1, column 16: field \"unitPrice\" of shop.Item: the field is given twice",
        ),
        (
            r#"{"unitPrice":9223372036854775808}"#,
            "line 1, column 33: field \"unitPrice\" of shop.Item: the number is out of the range of its type",
        ),
        (
            r#"{"name":"a"} x"#,
            "line 1, column 14: expected nothing after the value, found `x`",
        ),
        (
            "",
            "line 1, column 1: expected an object, found the end of the text",
        ),
        (
            "\u{feff}{}",
            "line 1, column 1: expected an object, found a byte order mark",
        ),
        ("null", "line 1, column 1: expected an object, found `null`"),
        (
            r#"{"name":"a\"#,
            "line 1, column 11: field \"name\" of shop.Item: the text ends within a string",
        ),
        (
            "{\"name\":\"a\nb\"}",
            "line 1, column 11: field \"name\" of shop.Item: the control character 0x0a must be escaped in a string",
        ),
        (
            r#"{"tags":["a",]}"#,
            "line 1, column 14: field \"tags\" of shop.Item: expected a string, found `]`",
        ),
        (
            r#"{"tags":["a" "b"]}"#,
            "line 1, column 14: field \"tags\" of shop.Item: expected `,` or `]`, found a string",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(wire(SHOP, text), Err(expected.to_owned()), "{text}");
    }
    let error = to_wire(
        POOL.message(SHOP).unwrap(),
        b"{\"name\":\"\xff\"}",
        &ParseOptions::default(),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 10: the text is not UTF-8"
    );
    assert_eq!(
        (error.line(), error.column(), error.offset()),
        (Some(1), Some(10), Some(9))
    );
}

#[test]
fn keys_in_any_order_and_spelling_are_found() {
    let expected = wire(SHOP, r#"{"name":"a","price":1.5,"unitPrice":"7"}"#).unwrap();
    let found = json(
        SHOP,
        &wire(
            SHOP,
            r#" { "unit_price" : 7 , "pri\u0063e":1.5, "name":"a" } "#,
        )
        .unwrap(),
    )
    .unwrap();
    assert_eq!(json(SHOP, &expected).unwrap(), found);
    assert_eq!(found, r#"{"name":"a","price":1.5,"unitPrice":"7"}"#);
}

#[test]
fn options_change_the_text() {
    let bytes = wire(
        PROTO3,
        r#"{"optionalInt64":"5","optionalNestedEnum":"BAR","mapInt64Int64":{"1":"2"}}"#,
    )
    .unwrap();
    let default = PrintOptions::default();
    let cases = [
        (
            default,
            r#"{"optionalInt64":"5","optionalNestedEnum":"BAR","mapInt64Int64":{"1":"2"}}"#,
        ),
        (
            PrintOptions {
                preserve_proto_field_names: true,
                int64_as_numbers: true,
                ..default
            },
            r#"{"optional_int64":5,"optional_nested_enum":"BAR","map_int64_int64":{"1":2}}"#,
        ),
        (
            PrintOptions {
                enums_as_numbers: true,
                ..default
            },
            r#"{"optionalInt64":"5","optionalNestedEnum":1,"mapInt64Int64":{"1":"2"}}"#,
        ),
        (
            PrintOptions {
                indent: 2,
                ..default
            },
            "{\n  \"optionalInt64\": \"5\",\n  \"optionalNestedEnum\": \"BAR\",\n  \"mapInt64Int64\": {\n    \"1\": \"2\"\n  }\n}",
        ),
    ];
    for (options, expected) in cases {
        assert_eq!(json_with(PROTO3, &bytes, &options).unwrap(), expected);
    }
}

#[test]
fn default_values_are_printed_on_demand_in_the_order_of_their_numbers() {
    let options = PrintOptions {
        always_print_fields_with_no_presence: true,
        ..PrintOptions::default()
    };
    let bytes = wire(SHOP, r#"{"price":1}"#).unwrap();
    let expected = r#"{"name":"","price":1,"unitPrice":"0","tags":[]}"#;
    assert_eq!(json_with(SHOP, &bytes, &options).unwrap(), expected);
    // The same out of order.
    let bytes = [
        wire(SHOP, r#"{"tags":[]}"#).unwrap(),
        bytes.clone(),
        wire(SHOP, r#"{"name":"a"}"#).unwrap(),
        bytes,
    ]
    .concat();
    let expected = r#"{"name":"a","price":1,"unitPrice":"0","tags":[]}"#;
    assert_eq!(json_with(SHOP, &bytes, &options).unwrap(), expected);
    let empty = PrintOptions {
        indent: 1,
        ..PrintOptions::default()
    };
    assert_eq!(json_with(SHOP, &[], &empty).unwrap(), "{}");
}

#[test]
fn bytes_put_one_after_the_other_are_merged() {
    let part = |text: &str| wire(PROTO3, text).unwrap();
    let cases = [
        (
            vec![
                part(r#"{"optionalInt32":1,"optionalString":"a"}"#),
                part(r#"{"optionalInt32":2}"#),
            ],
            r#"{"optionalInt32":2,"optionalString":"a"}"#,
        ),
        (
            vec![
                part(r#"{"recursiveMessage":{"optionalInt32":1}}"#),
                part(
                    r#"{"recursiveMessage":{"optionalString":"a","recursiveMessage":{"optionalInt64":1}}}"#,
                ),
                part(r#"{"recursiveMessage":{"recursiveMessage":{"optionalInt64":2}}}"#),
            ],
            r#"{"recursiveMessage":{"optionalInt32":1,"optionalString":"a","recursiveMessage":{"optionalInt64":"2"}}}"#,
        ),
        (
            vec![
                part(r#"{"repeatedInt32":[1,2]}"#),
                part(r#"{"optionalInt32":1}"#),
                part(r#"{"repeatedInt32":[3]}"#),
            ],
            r#"{"optionalInt32":1,"repeatedInt32":[1,2,3]}"#,
        ),
        (
            vec![
                part(r#"{"mapStringString":{"a":"1","b":"2"}}"#),
                part(r#"{"mapStringString":{"a":"3"}}"#),
            ],
            r#"{"mapStringString":{"a":"3","b":"2"}}"#,
        ),
        (
            vec![part(r#"{"oneofUint32":1}"#), part(r#"{"oneofString":"a"}"#)],
            r#"{"oneofString":"a"}"#,
        ),
        (
            vec![
                part(r#"{"oneofNestedMessage":{"a":1}}"#),
                part(r#"{"oneofUint32":1}"#),
                part(r#"{"oneofNestedMessage":{"corecursive":{}}}"#),
            ],
            r#"{"oneofNestedMessage":{"corecursive":{}}}"#,
        ),
        (
            vec![
                part(r#"{"optionalStruct":{"a":1,"b":{}}}"#),
                part(r#"{"optionalStruct":{"a":[true,null]}}"#),
            ],
            r#"{"optionalStruct":{"a":[true,null],"b":{}}}"#,
        ),
        (vec![part(r#"{"optionalInt32":1}"#), vec![8, 0]], "{}"),
    ];
    for (parts, expected) in cases {
        assert_eq!(json(PROTO3, &parts.concat()).unwrap(), expected);
    }
}

#[test]
fn wire_bytes_that_are_broken_are_an_error_with_their_place() {
    let cases: [(&[u8], &str); 12] = [
        (
            &[0x08],
            "byte 1: field \"optional_int32\" of protobuf_test_messages.proto3.TestAllTypesProto3: the message ends within a field",
        ),
        (
            &[0x08, 0x80],
            "byte 1: field \"optional_int32\" of protobuf_test_messages.proto3.TestAllTypesProto3: the message ends within a field",
        ),
        (
            &[
                0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,
            ],
            "byte 1: field \"optional_int32\" of protobuf_test_messages.proto3.TestAllTypesProto3: a number has more than 64 bits",
        ),
        (&[0x00], "byte 0: a field number is not valid"),
        (&[0x0e], "byte 1: a wire type is not valid"),
        (
            &[0x72, 5, b'a'],
            "byte 2: field \"optional_string\" of protobuf_test_messages.proto3.TestAllTypesProto3: a length goes beyond the end of the message",
        ),
        (
            &[
                0x72, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,
            ],
            "byte 11: field \"optional_string\" of protobuf_test_messages.proto3.TestAllTypesProto3: a length goes beyond the end of the message",
        ),
        (
            &[0x72, 1, 0xff],
            "byte 2: field \"optional_string\" of protobuf_test_messages.proto3.TestAllTypesProto3: the string is not UTF-8",
        ),
        (&[0xa3, 0xb5, 1], "byte 3: the message ends within a group"),
        (
            &[0xa3, 0xb5, 1, 0xac, 0xb5, 1],
            "byte 6: a group ends that has not begun",
        ),
        (&[0xa4, 0xb5, 1], "byte 3: a group ends that has not begun"),
        (
            &[0x61, 1, 2],
            "byte 1: field \"optional_double\" of protobuf_test_messages.proto3.TestAllTypesProto3: the message ends within a field",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(json(PROTO3, bytes), Err(expected.to_owned()), "{bytes:x?}");
    }
    // A known number with another wire type is an unknown field.
    assert_eq!(json(PROTO3, &[0x0a, 1, b'a']).unwrap(), "{}");
}

/// A rich document, and with it all its prefixes.
const RICH: &str = r#"{"optionalInt32":-1,"optionalInt64":"5","optionalUint32":4294967295,"optionalDouble":1.5e-7,"optionalFloat":"NaN",
  "optionalBool":true,"optionalString":"a\n\u20ac\ud83d\ude00é","optionalBytes":"AQID","optionalNestedMessage":{"a":1},
  "optionalNestedEnum":"BAZ","recursiveMessage":{"recursiveMessage":{}},"repeatedInt32":[1,2,3],"repeatedString":["","b"],
  "repeatedNestedMessage":[{},{"a":2}],"mapStringString":{"":"","k":"v"},"mapBoolBool":{"true":false},"mapInt32Double":{"-5":0.1},
  "oneofNullValue":null,"optionalTimestamp":"2024-02-29T23:59:59.123456Z","optionalDuration":"-1.000000001s","optionalFieldMask":"a,bC",
  "optionalStruct":{"x":[1,"2",null,{"y":false}]},"optionalAny":{"x":{},"@type":"a/google.protobuf.Struct","value":{"z":0}},
  "optionalInt32Wrapper":0,"optionalValue":null,"unknown":[{"a":"\""}]}"#;

#[test]
fn details_of_a_status_are_printed_even_if_their_type_is_unknown() {
    let status = POOL.message("google.rpc.Status").unwrap();
    let detail = |url: &str, value: &[u8]| {
        let mut any = Vec::new();
        crate::wire::tag(&mut any, 1, crate::wire::WireType::Length);
        crate::wire::length_delimited(&mut any, url.as_bytes());
        crate::wire::tag(&mut any, 2, crate::wire::WireType::Length);
        crate::wire::length_delimited(&mut any, value);
        any
    };
    let mut bytes = vec![0x08, 5];
    let known = wire(SHOP, r#"{"name":"a"}"#).unwrap();
    for any in [
        detail("t/no.such.Type", b"\x01\x02"),
        detail("t/shop.Item", &known),
        detail("t/shop.Item", b"\x0a\x05"),
    ] {
        crate::wire::tag(&mut bytes, 3, crate::wire::WireType::Length);
        crate::wire::length_delimited(&mut bytes, &any);
    }
    let mut out = Vec::new();
    from_wire(status, &bytes, &PrintOptions::default(), &mut out).unwrap();
    let expected = concat!(
        r#"{"code":5,"details":[{"@type":"t/no.such.Type","value":"AQI="},"#,
        r#"{"@type":"t/shop.Item","name":"a"},{"@type":"t/shop.Item","value":"CgU="}]}"#
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    let alone = detail("t/no.such.Type", b"\x01\x02");
    assert_eq!(
        json("google.protobuf.Any", &alone),
        Err("byte 0: the type `no.such.Type` of an Any is not known".to_owned())
    );
    let raw = PrintOptions {
        unknown_any: UnknownAny::Raw,
        ..PrintOptions::default()
    };
    assert_eq!(
        json_with("google.protobuf.Any", &alone, &raw).unwrap(),
        r#"{"@type":"t/no.such.Type","value":"AQI="}"#
    );
}

#[test]
fn one_field_alone_is_read_and_printed() {
    let message = POOL.message(PROTO3).unwrap();
    let there_and_back = |name: &str, text: &str| {
        let field = message.field_by_json_name(name).unwrap();
        let mut bytes = Vec::new();
        field_to_wire_into(field, text.as_bytes(), &ParseOptions::default(), &mut bytes)
            .map_err(|e| e.to_string())?;
        let mut out = Vec::new();
        field_from_wire(field, &bytes, &PrintOptions::default(), &mut out)
            .map_err(|e| e.to_string())?;
        Ok::<_, String>(String::from_utf8(out).unwrap())
    };
    let cases = [
        ("optionalInt32", "5", "5"),
        ("optionalInt32", "null", "0"),
        ("optionalNestedMessage", r#"{"a":1}"#, r#"{"a":1}"#),
        ("optionalNestedMessage", "null", "null"),
        (
            "optionalTimestamp",
            "\"1970-01-01T00:00:00Z\"",
            "\"1970-01-01T00:00:00Z\"",
        ),
        ("repeatedInt32", "[1,2]", "[1,2]"),
        ("repeatedInt32", "[]", "[]"),
        ("mapStringString", r#"{"a":"b"}"#, r#"{"a":"b"}"#),
        ("mapStringString", "null", "{}"),
        ("optionalNestedEnum", "\"BAR\"", "\"BAR\""),
        ("optionalInt64Wrapper", "null", "null"),
        ("optionalValue", "null", "null"),
    ];
    for (name, text, expected) in cases {
        assert_eq!(
            there_and_back(name, text).as_deref(),
            Ok(expected),
            "{name}"
        );
    }
    assert_eq!(
        there_and_back("repeatedInt32", "5").unwrap_err(),
        format!(
            "line 1, column 1: field \"repeatedInt32\" of {PROTO3}: expected an array, found a number"
        )
    );
    // Records of other fields are none of its business, and parts of a message are merged.
    let field = message.field_by_json_name("recursiveMessage").unwrap();
    let bytes = [
        wire(PROTO3, r#"{"recursiveMessage":{"optionalInt32":1}}"#).unwrap(),
        wire(
            PROTO3,
            r#"{"optionalInt32":7,"recursiveMessage":{"optionalString":"a"}}"#,
        )
        .unwrap(),
    ];
    let mut out = Vec::new();
    field_from_wire(field, &bytes.concat(), &PrintOptions::default(), &mut out).unwrap();
    assert_eq!(out, br#"{"optionalInt32":1,"optionalString":"a"}"#);
}

#[test]
fn closed_enums_groups_and_message_sets_work() {
    let group = r#"{"data":{"groupInt32":5,"groupUint32":6}}"#;
    assert_eq!(round(PROTO2, group).as_deref(), Ok(group));
    assert!(
        wire(PROTO2, r#"{"optionalNestedEnum":77}"#)
            .unwrap_err()
            .ends_with("has no value 77")
    );
    assert_eq!(
        round(PROTO3, r#"{"optionalNestedEnum":77}"#).as_deref(),
        Ok(r#"{"optionalNestedEnum":77}"#)
    );
    let set = concat!(
        r#"{"[protobuf_test_messages.proto2.TestAllTypesProto2.MessageSetCorrectExtension1]":{"str":"a"},"#,
        r#""[protobuf_test_messages.proto2.TestAllTypesProto2.MessageSetCorrectExtension2]":{"i":7}}"#
    );
    let message = "protobuf_test_messages.proto2.TestAllTypesProto2.MessageSetCorrect";
    let back = round(message, set).unwrap();
    assert_eq!(round(message, &back).unwrap(), back);
    assert!(
        back.contains(r#""str":"a""#) && back.contains(r#""i":7"#),
        "{back}"
    );
    let by_extension = set.replace("Extension1]", "Extension1.message_set_extension]");
    assert_eq!(round(message, &by_extension).unwrap(), back);
}

#[test]
fn strings_with_escapes_have_the_length_that_they_need() {
    let lengths = [
        0, 5, 200, 126, 127, 128, 3, 20_000, 16_382, 16_383, 1, 16_384,
    ];
    let texts: Vec<_> = lengths
        .iter()
        .map(|n| format!("\"\\n{}\"", "x".repeat(*n)))
        .collect();
    let text = format!("{{\"tags\":[{}]}}", texts.join(","));
    assert_eq!(round(SHOP, &text), Ok(text));
}

#[test]
fn a_null_value_with_another_number_keeps_it() {
    assert_eq!(
        json(PROTO3, &[0x98, 0x13, 2]).as_deref(),
        Ok(r#"{"optionalNullValue":2}"#)
    );
    let null = r#"{"oneofNullValue":null}"#;
    assert_eq!(round(PROTO3, null).as_deref(), Ok(null));
}

#[test]
fn typed_messages_go_there_and_back() {
    let time = prost_types::Timestamp {
        seconds: 1,
        nanos: 0,
    };
    let text = to_json(&POOL, &time, &PrintOptions::default()).unwrap();
    assert_eq!(text, b"\"1970-01-01T00:00:01Z\"");
    let back: prost_types::Timestamp = from_json(&POOL, &text, &ParseOptions::default()).unwrap();
    assert_eq!(back, time);
}

#[test]
fn a_stream_is_cut_into_its_values_whatever_portions_it_comes_in() {
    let cases: [(&str, &[&str]); 9] = [
        ("", &[]),
        (" \n", &[]),
        (
            r#"{"a":"}\""}{"b":[1,{}]}"#,
            &[r#"{"a":"}\""}"#, r#"{"b":[1,{}]}"#],
        ),
        ("{}\n{}\r\n {}", &["{}", "{}", "{}"]),
        ("[]", &[]),
        (" [ {} , {\"a\":\"]\"} ] ", &["{}", "{\"a\":\"]\"}"]),
        (
            "1 true\"a\\\\\" null 25",
            &["1", "true", "\"a\\\\\"", "null", "25"],
        ),
        ("[1,[2],\"x\"]", &["1", "[2]", "\"x\""]),
        ("{} [1]", &["{}", "[1]"]),
    ];
    for (text, expected) in cases {
        for portion in [1, 2, 3, 1000] {
            let mut splitter = Splitter::new(100);
            let mut found = Vec::new();
            for bytes in text.as_bytes().chunks(portion) {
                splitter.push(bytes);
                while let Some(value) = splitter.next_value().unwrap() {
                    found.push(String::from_utf8(value).unwrap());
                }
            }
            while let Some(value) = splitter.finish().unwrap() {
                found.push(String::from_utf8(value).unwrap());
            }
            assert_eq!(found, expected, "{text} in portions of {portion}");
        }
    }
    for text in [
        "{",
        "[",
        "[1",
        "[1,",
        "[1}",
        "[,",
        "[1 2]",
        "[] 1",
        "\"a",
        "}",
        "{\"a\":\"",
        ":",
    ] {
        let mut splitter = Splitter::new(100);
        splitter.push(text.as_bytes());
        let mut done = splitter.next_value();
        while let Ok(Some(_)) = done {
            done = splitter.next_value();
        }
        assert!(done.is_err() || splitter.finish().is_err(), "{text}");
    }
    let mut splitter = Splitter::new(4);
    splitter.push(b"[1,2,3,4] ");
    while splitter.next_value().unwrap().is_some() {}
    let mut splitter = Splitter::new(4);
    splitter.push(br#"{"a":1}"#);
    assert_eq!(
        splitter.next_value().unwrap_err().to_string(),
        "a value of the stream is longer than 4 bytes"
    );
}
