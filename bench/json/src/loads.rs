//! What is transcoded.

use crate::peers::{Case, Pools, buffa_proto::bench as buffa, cases, proto};
use crate::plain;

/// A small generator, so that every run has the same data.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ self.0 >> 29
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.roll() >> 16) % limit
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits)
            .map(|_| char::from(b"0123456789abcdef"[self.below(16) as usize]))
            .collect()
    }
}

/// The cases of the loads whose names contain `filter`.
pub fn all(pools: &Pools, filter: &str) -> Vec<Case> {
    let wanted = |name: &str| name.contains(filter);
    let mut found = Vec::new();
    if wanted("hello, 15 B") {
        found.extend(cases::<proto::Hello, plain::Hello, buffa::Hello>(
            "hello, 15 B",
            pools,
            hello(),
        ));
    }
    if wanted("order, 300 B") {
        found.extend(cases::<proto::Order, plain::Order, buffa::Order>(
            "order, 300 B",
            pools,
            order(),
        ));
    }
    if wanted("logs, 25 KB") {
        found.extend(cases::<proto::Logs, plain::Logs, buffa::Logs>(
            "logs, 25 KB",
            pools,
            logs(),
        ));
    }
    if wanted("numbers, 1 MB") {
        found.extend(cases::<proto::Numbers, plain::Numbers, buffa::Numbers>(
            "numbers, 1 MB",
            pools,
            numbers(),
        ));
    }
    if wanted("text with escapes, 1 MB") {
        found.extend(cases::<proto::Text, plain::Text, buffa::Text>(
            "text with escapes, 1 MB",
            pools,
            text(),
        ));
    }
    if wanted("80 levels deep") {
        found.extend(cases::<proto::Node, plain::Node, buffa::Node>(
            "80 levels deep",
            pools,
            node(80),
        ));
    }
    if wanted("map of 20,000") {
        found.extend(cases::<proto::Table, plain::Table, buffa::Table>(
            "map of 20,000",
            pools,
            table(),
        ));
    }
    found
}

fn hello() -> proto::Hello {
    proto::Hello {
        name: "John".to_owned(),
    }
}

fn order() -> proto::Order {
    proto::Order {
        id: "ord_8f14e45fceea167a".to_owned(),
        customer: "Ada Lovelace".to_owned(),
        created_ms: 1_771_234_567_890,
        status: proto::Status::Paid as i32,
        lines: vec![
            proto::Line {
                sku: "tea-green-250g".to_owned(),
                quantity: 2,
                price: 7.95,
            },
            proto::Line {
                sku: "mug-blue".to_owned(),
                quantity: 1,
                price: 12.5,
            },
        ],
        address: Some(proto::Address {
            street: "12 St James's Square".to_owned(),
            city: "London".to_owned(),
            country: "GB".to_owned(),
        }),
        total: 28.4,
        gift: true,
    }
}

fn logs() -> proto::Logs {
    let mut dice = Dice(1);
    let messages = [
        "request finished",
        "cache miss, falling back to the database",
        "user \"ada\" logged in",
        "retrying after 503 from upstream\n",
        "caf\u{e9} opened \u{2014} 12 tables free",
    ];
    let logs = (0..72)
        .map(|i| proto::Log {
            time_unix_nano: 1_771_234_567_000_000_000 + i * 1_234_567_891,
            level: 1 + dice.below(3) as i32,
            service: ["gateway", "checkout", "inventory"][dice.below(3) as usize].to_owned(),
            trace_id: dice.hex(32),
            message: messages[dice.below(5) as usize].to_owned(),
            labels: [("host", dice.hex(6)), ("region", "eu-west-1".to_owned())]
                .map(|(key, value)| (key.to_owned(), value))
                .into(),
            tags: vec!["http".to_owned(), "v2".to_owned()],
            duration_ms: (1 + dice.below(1_000_000)) as f64 / 1000.0,
            line: 1 + dice.below(2_000) as i32,
            sampled: true,
        })
        .collect();
    proto::Logs { logs }
}

fn numbers() -> proto::Numbers {
    let mut dice = Dice(2);
    let small = |dice: &mut Dice| {
        let digits = 1 + dice.below(9) as u32;
        dice.below(10u64.pow(digits)) as i32
            - if dice.below(4) == 0 {
                5 * 10i32.pow(digits - 1)
            } else {
                0
            }
    };
    proto::Numbers {
        ints: (0..45_000).map(|_| small(&mut dice)).collect(),
        longs: (0..18_000)
            .map(|_| dice.roll() as i64 >> dice.below(50))
            .collect(),
        // Half of them measurements with a few decimals, half of them with all the digits that a double has.
        doubles: (0..22_000)
            .map(|i| match i % 2 {
                0 => dice.below(10_000_000) as f64 / 1000.0,
                _ => dice.roll() as f64 / u64::MAX as f64,
            })
            .collect(),
    }
}

fn text() -> proto::Text {
    let mut dice = Dice(3);
    let words = [
        "lorem",
        "ipsum",
        "dolor",
        "sit",
        "amet",
        "\"quoted\"",
        "back\\slash",
        "new\nline",
        "tab\t",
        "na\u{ef}ve",
        "\u{20ac}uro",
        "consectetur",
        "adipiscing",
        "elit",
        "sed",
        "do",
        "eiusmod",
        "tempor",
        "\u{1f600}",
        "incididunt",
    ];
    let lines = (0..2_900)
        .map(|_| {
            let line: Vec<_> = (0..50).map(|_| words[dice.below(20) as usize]).collect();
            line.join(" ")
        })
        .collect();
    proto::Text { lines }
}

fn node(depth: i32) -> proto::Node {
    proto::Node {
        value: depth,
        name: format!("level {depth}"),
        child: (depth > 1).then(|| Box::new(node(depth - 1))),
    }
}

fn table() -> proto::Table {
    let mut dice = Dice(4);
    proto::Table {
        entries: (0..20_000)
            .map(|_| {
                (
                    format!("user:{}", dice.hex(12)),
                    1 + dice.below(1 << 40) as i64,
                )
            })
            .collect(),
    }
}
