//! The same work done by everyone, on one message type.

use std::hint::black_box;

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use rmicro::Pool;
use rmicro::json::{self, ParseOptions, PrintOptions};

pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/bench.rs"));
    include!(concat!(env!("OUT_DIR"), "/bench.serde.rs"));
}

#[allow(dead_code, unused_imports, clippy::all)]
pub mod buffa_proto {
    include!(concat!(env!("OUT_DIR"), "/buffa/mod.rs"));
}

pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bench.binpb"));

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    JsonToWire,
    WireToJson,
    JsonToStruct,
    StructToJson,
}

impl Direction {
    pub const ALL: [Direction; 4] = [
        Direction::JsonToWire,
        Direction::WireToJson,
        Direction::JsonToStruct,
        Direction::StructToJson,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Direction::JsonToWire => "JSON to wire",
            Direction::WireToJson => "wire to JSON",
            Direction::JsonToStruct => "JSON to struct",
            Direction::StructToJson => "struct to JSON",
        }
    }
}

pub const OURS: &str = "rmicro";
pub const PLAIN: &str = "serde struct (no protobuf)";

/// One contestant at one load in one direction.
pub struct Case {
    pub load: &'static str,
    pub who: &'static str,
    pub direction: Direction,
    /// Bytes of JSON read or written at each run.
    pub json_bytes: usize,
    pub run: Box<dyn Fn()>,
}

pub struct Pools {
    pub ours: &'static Pool,
    pub reflect: DescriptorPool,
}

/// All cases of one load, given as the message in prost's form.
pub fn cases<M, P, B>(load: &'static str, pools: &Pools, message: M) -> Vec<Case>
where
    M: prost::Message
        + prost::Name
        + Default
        + PartialEq
        + serde::Serialize
        + serde::de::DeserializeOwned
        + 'static,
    P: serde::Serialize + serde::de::DeserializeOwned + 'static,
    B: buffa::Message + serde::Serialize + serde::de::DeserializeOwned + Default + 'static,
{
    let wire = leak(message.encode_to_vec());
    let text = leak(json::to_json(pools.ours, &message, &PrintOptions::default()).unwrap());
    let plain_options = PrintOptions {
        int64_as_numbers: true,
        ..PrintOptions::default()
    };
    let plain_text = leak(json::to_json(pools.ours, &message, &plain_options).unwrap());
    let ours = pools.ours.message(&M::full_name()).unwrap();
    let reflect = pools.reflect.get_message_by_name(&M::full_name()).unwrap();
    let plain: P = serde_json::from_slice(plain_text).unwrap();
    let buffa = B::decode_from_slice(wire).unwrap();
    // Everyone does the same work, and does it right.
    assert!(
        M::decode(&*json::to_wire(ours, text, &ParseOptions::default()).unwrap()).unwrap()
            == message
    );
    let same: B = serde_json::from_slice(text).unwrap();
    assert_eq!(same.encode_to_vec().len(), wire.len());

    let mut cases = Vec::new();
    let mut add = |who, direction, json_bytes, run: Box<dyn Fn()>| {
        cases.push(Case {
            load,
            who,
            direction,
            json_bytes,
            run,
        });
    };
    use Direction::*;
    let parse = ParseOptions::default();
    let print = PrintOptions::default();
    add(
        OURS,
        JsonToWire,
        text.len(),
        Box::new(move || {
            black_box(json::to_wire(ours, black_box(text), &parse).unwrap());
        }),
    );
    add(
        "pbjson + serde_json",
        JsonToWire,
        text.len(),
        Box::new(move || {
            let message: M = serde_json::from_slice(black_box(text)).unwrap();
            black_box(message.encode_to_vec());
        }),
    );
    add(
        "pbjson + sonic-rs",
        JsonToWire,
        text.len(),
        Box::new(move || {
            let message: M = sonic_rs::from_slice(black_box(text)).unwrap();
            black_box(message.encode_to_vec());
        }),
    );
    let descriptor = reflect.clone();
    add(
        "prost-reflect",
        JsonToWire,
        text.len(),
        Box::new(move || {
            let mut reader = serde_json::Deserializer::from_slice(black_box(text));
            let message = DynamicMessage::deserialize(descriptor.clone(), &mut reader).unwrap();
            reader.end().unwrap();
            black_box(message.encode_to_vec());
        }),
    );
    add(
        "buffa + serde_json",
        JsonToWire,
        text.len(),
        Box::new(move || {
            let message: B = serde_json::from_slice(black_box(text)).unwrap();
            black_box(message.encode_to_vec());
        }),
    );
    add(
        PLAIN,
        JsonToWire,
        plain_text.len(),
        Box::new(move || {
            black_box(serde_json::from_slice::<P>(black_box(plain_text)).unwrap());
        }),
    );

    add(
        OURS,
        WireToJson,
        text.len(),
        Box::new(move || {
            let mut out = Vec::new();
            json::from_wire(ours, black_box(wire), &print, &mut out).unwrap();
            black_box(out);
        }),
    );
    add(
        "pbjson + serde_json",
        WireToJson,
        text.len(),
        Box::new(move || {
            let message = M::decode(black_box(wire)).unwrap();
            black_box(serde_json::to_vec(&message).unwrap());
        }),
    );
    add(
        "pbjson + sonic-rs",
        WireToJson,
        text.len(),
        Box::new(move || {
            let message = M::decode(black_box(wire)).unwrap();
            black_box(sonic_rs::to_vec(&message).unwrap());
        }),
    );
    add(
        "prost-reflect",
        WireToJson,
        text.len(),
        Box::new(move || {
            let message = DynamicMessage::decode(reflect.clone(), black_box(wire)).unwrap();
            black_box(serde_json::to_vec(&message).unwrap());
        }),
    );
    add(
        "buffa + serde_json",
        WireToJson,
        text.len(),
        Box::new(move || {
            let message = B::decode_from_slice(black_box(wire)).unwrap();
            black_box(serde_json::to_vec(&message).unwrap());
        }),
    );
    add(
        PLAIN,
        WireToJson,
        plain_text.len(),
        Box::new({
            let plain: P = serde_json::from_slice(plain_text).unwrap();
            move || {
                black_box(serde_json::to_vec(black_box(&plain)).unwrap());
            }
        }),
    );

    let pool = pools.ours;
    add(
        OURS,
        JsonToStruct,
        text.len(),
        Box::new(move || {
            black_box(json::from_json::<M>(pool, black_box(text), &parse).unwrap());
        }),
    );
    add(
        "pbjson + serde_json",
        JsonToStruct,
        text.len(),
        Box::new(move || {
            black_box(serde_json::from_slice::<M>(black_box(text)).unwrap());
        }),
    );
    add(
        "pbjson + sonic-rs",
        JsonToStruct,
        text.len(),
        Box::new(move || {
            black_box(sonic_rs::from_slice::<M>(black_box(text)).unwrap());
        }),
    );
    add(
        "buffa + serde_json",
        JsonToStruct,
        text.len(),
        Box::new(move || {
            black_box(serde_json::from_slice::<B>(black_box(text)).unwrap());
        }),
    );
    add(
        PLAIN,
        JsonToStruct,
        plain_text.len(),
        Box::new(move || {
            black_box(serde_json::from_slice::<P>(black_box(plain_text)).unwrap());
        }),
    );

    let message: &'static M = Box::leak(Box::new(message));
    add(
        OURS,
        StructToJson,
        text.len(),
        Box::new(move || {
            black_box(json::to_json(pool, black_box(message), &print).unwrap());
        }),
    );
    add(
        "pbjson + serde_json",
        StructToJson,
        text.len(),
        Box::new(move || {
            black_box(serde_json::to_vec(black_box(message)).unwrap());
        }),
    );
    add(
        "pbjson + sonic-rs",
        StructToJson,
        text.len(),
        Box::new(move || {
            black_box(sonic_rs::to_vec(black_box(message)).unwrap());
        }),
    );
    add(
        "buffa + serde_json",
        StructToJson,
        text.len(),
        Box::new(move || {
            black_box(serde_json::to_vec(black_box(&buffa)).unwrap());
        }),
    );
    add(
        PLAIN,
        StructToJson,
        plain_text.len(),
        Box::new(move || {
            black_box(serde_json::to_vec(black_box(&plain)).unwrap());
        }),
    );
    cases
}

fn leak(bytes: Vec<u8>) -> &'static [u8] {
    Box::leak(bytes.into_boxed_slice())
}
