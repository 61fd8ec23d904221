//! Input that is broken, or made to cost much.

use super::*;

#[test]
fn every_prefix_of_a_document_is_an_error() {
    let message = POOL.message(PROTO3).unwrap();
    let options = ParseOptions {
        ignore_unknown_fields: true,
        ..ParseOptions::default()
    };
    let whole = to_wire(message, RICH.as_bytes(), &options).unwrap();
    for length in 0..RICH.len() {
        assert!(
            to_wire(message, &RICH.as_bytes()[..length], &options).is_err(),
            "{length}"
        );
    }
    // A prefix on the wire is an error or a message.
    for length in 0..whole.len() {
        let _ = json(PROTO3, &whole[..length]);
    }
    let text = json(PROTO3, &whole).unwrap();
    assert_eq!(round(PROTO3, &text).unwrap(), text);
}

#[test]
fn bytes_that_are_changed_at_random_never_panic() {
    let message = POOL.message(PROTO3).unwrap();
    let options = ParseOptions {
        ignore_unknown_fields: true,
        ignore_unknown_enum_names: true,
        ..ParseOptions::default()
    };
    let whole = to_wire(message, RICH.as_bytes(), &options).unwrap();
    let mut seed = 5u64;
    let mut roll = move |limit: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit
    };
    for _ in 0..3_000 {
        let mut bytes = whole.clone();
        let mut text = RICH.as_bytes().to_vec();
        for _ in 0..1 + roll(3) {
            let at = roll(bytes.len());
            bytes[at] = roll(256) as u8;
            let at = roll(text.len());
            text[at] = b"\"\\{}[],:0-1etfn.a\0 "[roll(19)];
        }
        if let Ok(wire) = to_wire(message, &text, &options) {
            let printed = json(PROTO3, &wire).unwrap();
            assert_eq!(round(PROTO3, &printed).unwrap(), printed);
        }
        if let Ok(printed) = json(PROTO3, &bytes) {
            assert_eq!(round(PROTO3, &printed).unwrap(), printed);
        }
    }
}

#[test]
fn nesting_is_limited_in_both_directions() {
    let nested = |depth: usize| {
        format!("{}{}", "{\"inner\":".repeat(depth - 1), "{}") + &"}".repeat(depth - 1)
    };
    let bytes = wire(SHOP, &nested(100)).unwrap();
    assert_eq!(json(SHOP, &bytes).unwrap(), nested(100));
    let too_deep = "the text is nested deeper than the limit allows";
    assert!(wire(SHOP, &nested(101)).unwrap_err().ends_with(too_deep));
    assert!(wire(SHOP, &nested(10_000)).unwrap_err().ends_with(too_deep));
    assert!(
        wire(SHOP, &"{\"inner\":".repeat(1_000_000))
            .unwrap_err()
            .ends_with(too_deep)
    );
    let bytes = [
        &[0x22, bytes.len() as u8 | 0x80, (bytes.len() >> 7) as u8][..],
        &bytes,
    ]
    .concat();
    assert!(
        json(SHOP, &bytes)
            .unwrap_err()
            .ends_with("the message is nested deeper than the limit allows")
    );
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let value = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
        assert!(round("google.protobuf.Value", &value(100)).is_ok());
        assert!(wire("google.protobuf.Value", &value(101)).is_err());
        let options = ParseOptions {
            ignore_unknown_fields: true,
            ..ParseOptions::default()
        };
        let skipped = format!("{{\"unknown\":{}}}", value(100_000));
        assert!(to_wire(POOL.message(SHOP).unwrap(), skipped.as_bytes(), &options).is_err());
    }
    let any = |depth: usize| {
        let open = r#"{"@type":"t/google.protobuf.Any","value":"#;
        open.repeat(depth) + "{}" + &"}".repeat(depth)
    };
    assert!(round("google.protobuf.Any", &any(99)).is_ok());
    assert!(wire("google.protobuf.Any", &any(101)).is_err());
    let groups = [
        [0xa3, 0xb5, 1].repeat(10_000),
        [0xa4, 0xb5, 1].repeat(10_000),
    ]
    .concat();
    assert!(json(PROTO3, &groups).is_err());
}

#[test]
fn sizes_are_limited_in_both_directions() {
    let message = POOL.message(SHOP).unwrap();
    let parse = ParseOptions {
        max_size: 10,
        ..ParseOptions::default()
    };
    let error = to_wire(message, br#"{"name":"a"}"#, &parse).unwrap_err();
    assert_eq!(error.to_string(), "the text has 12 bytes; the limit is 10");
    let print = PrintOptions {
        max_size: 11,
        ..PrintOptions::default()
    };
    let bytes = wire(SHOP, r#"{"name":"a"}"#).unwrap();
    let mut out = b"before".to_vec();
    assert!(
        from_wire(message, &bytes, &print, &mut out)
            .unwrap_err()
            .to_string()
            .contains("longer than the limit")
    );
    assert_eq!(out, b"before");
    from_wire(
        message,
        &bytes,
        &PrintOptions {
            max_size: 12,
            ..print
        },
        &mut out,
    )
    .unwrap();
    assert_eq!(out, br#"before{"name":"a"}"#);
}

#[test]
fn input_made_to_be_slow_is_not() {
    let start = std::time::Instant::now();
    // A number of a million digits, a key of a megabyte, and many keys.
    let digits = "1".repeat(1_000_000);
    assert!(wire(SHOP, &format!("{{\"price\":0.{digits}}}")).is_ok());
    assert!(wire(SHOP, &format!("{{\"unitPrice\":{digits}}}")).is_err());
    assert!(
        wire(SHOP, &format!("{{\"{digits}\":1}}"))
            .unwrap_err()
            .len()
            < 300
    );
    let many: Vec<_> = (0..50_000).map(|i| format!("\"{i}\":1")).collect();
    assert!(wire("google.protobuf.Struct", &format!("{{{}}}", many.join(","))).is_ok());
    // Every level of these is out of order, so nothing of them can be printed at the first go.
    let mut bytes = wire(SHOP, &format!("{{\"name\":\"{}\"}}", "a".repeat(100_000))).unwrap();
    for _ in 0..90 {
        let mut outer = vec![0x19, 0];
        outer[0] = 0x18;
        crate::wire::tag(&mut outer, 4, crate::wire::WireType::Length);
        crate::wire::length_delimited(&mut outer, &bytes);
        outer.extend_from_slice(&[0x18, 1]);
        bytes = outer;
    }
    assert!(json(SHOP, &bytes).is_ok());
    // An Any whose type comes last at every level.
    let mut any = "{}".to_owned();
    for _ in 0..98 {
        any = format!(r#"{{"value":{any},"@type":"t/google.protobuf.Any"}}"#);
    }
    assert!(round("google.protobuf.Any", &any).is_ok());
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
