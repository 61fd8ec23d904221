//! The yardstick: the same data as structs that know nothing of protobuf.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

macro_rules! plain {
    ($($name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        $(
            #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
            #[serde(default, rename_all = "camelCase")]
            pub struct $name {
                $(pub $field: $kind,)*
            }
        )*
    };
}

plain! {
    Hello { name: String }
    Order {
        id: String,
        customer: String,
        created_ms: i64,
        status: Status,
        lines: Vec<Line>,
        address: Address,
        total: f64,
        gift: bool,
    }
    Line { sku: String, quantity: i32, price: f64 }
    Address { street: String, city: String, country: String }
    Logs { logs: Vec<Log> }
    Log {
        time_unix_nano: i64,
        level: Level,
        service: String,
        trace_id: String,
        message: String,
        labels: HashMap<String, String>,
        tags: Vec<String>,
        duration_ms: f64,
        line: i32,
        sampled: bool,
    }
    Numbers { ints: Vec<i32>, longs: Vec<i64>, doubles: Vec<f64> }
    Text { lines: Vec<String> }
    Table { entries: HashMap<String, i64> }
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Node {
    pub value: i32,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child: Option<Box<Node>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    #[default]
    StatusUnspecified,
    StatusPaid,
    StatusShipped,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    #[default]
    LevelUnspecified,
    LevelInfo,
    LevelWarn,
    LevelError,
}
