//! The recorded requests of the official suite, without its runner.

#![allow(clippy::unwrap_used, reason = "a test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conformance::{Request, Result, WireFormat, answer, pool};
use rmicro::Pool;
use rmicro::json::{PrintOptions, from_wire};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../testdata/json/protobuf_json_conformance.json");

#[test]
fn every_recorded_request_is_answered_as_the_suite_accepts() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let pool = pool().unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1378);
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|case| check(&pool, case).err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn check(pool: &Pool, case: &Value) -> std::result::Result<(), String> {
    let text = |key: &str| case[key].as_str().map(str::to_owned);
    let bytes = |key: &str| text(key).map(|text| STANDARD.decode(text).unwrap());
    let message_type = match case["message"].as_str() {
        Some("TestAllTypesProto2") => "protobuf_test_messages.proto2.TestAllTypesProto2",
        _ => "protobuf_test_messages.proto3.TestAllTypesProto3",
    };
    let request = Request {
        protobuf_payload: bytes("proto_in_b64"),
        json_payload: text("json_in"),
        requested_output_format: match case["out"].as_str() {
            Some("proto") => WireFormat::Protobuf,
            _ => WireFormat::Json,
        } as i32,
        message_type: message_type.to_owned(),
        test_category: if case["ignore_unknown"] == true { 3 } else { 0 },
    };
    let answered = answer(pool, &request);
    let right = match (case["expect"].as_str(), &answered) {
        (Some("parse_error"), Result::ParseError(_)) => true,
        // The transcoder finds bad bytes when it prints.
        (Some("parse_error"), Result::SerializeError(_)) => request.protobuf_payload.is_some(),
        (Some("serialize_error"), Result::SerializeError(_)) => true,
        (Some("ok"), Result::JsonPayload(json)) => {
            plain(serde_json::from_str(json).unwrap())
                == plain(serde_json::from_str(&text("json_out").unwrap()).unwrap())
        }
        (Some("ok"), Result::ProtobufPayload(wire)) => {
            printed(pool, message_type, wire)
                == printed(pool, message_type, &bytes("proto_out_b64").unwrap())
        }
        _ => false,
    };
    if right {
        Ok(())
    } else {
        Err(format!("{case}\n  answered: {answered:?}"))
    }
}

fn printed(pool: &Pool, message_type: &str, wire: &[u8]) -> Value {
    let mut out = Vec::new();
    let message = pool.message(message_type).unwrap();
    from_wire(message, wire, &PrintOptions::default(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// Numbers as doubles, so that `1` equals `1.0`.
fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(elements) => elements.into_iter().map(plain).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(key, value)| (key, plain(value)))
            .collect(),
        other => other,
    }
}
