//! Requests at random: nothing panics, nothing is the gateway's own fault, and nothing is decoded twice.

use bytes::Bytes;
use http::{Request, Uri};
use rmicro::gateway::{Compat, ServeMux};

use crate::support::{gateway, send};

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn text(&mut self, parts: &[&str], most: usize) -> String {
        (0..self.below(most)).map(|_| self.pick(parts)).collect()
    }
}

const PATHS: &[&str] = &[
    "/",
    "v1",
    "notes",
    "n",
    "files",
    "%2F",
    "%2f",
    "%25",
    "%41",
    "%",
    "%e2%82%ac",
    "%ff",
    ":",
    "label",
    "tag",
    "..",
    ".",
    "shelves",
    "numbers",
    "lists",
    "1",
    ",",
    ";",
    "+",
    "*",
    "raw",
    "list",
    "merge",
    "chat",
    "update",
    "upload",
];
const QUERIES: &[&str] = &[
    "id",
    "i32",
    "=",
    "&",
    "&",
    "=",
    "tags",
    "labels[a]",
    "labels",
    "[",
    "]",
    ".",
    "inner",
    "text",
    "deeper",
    "when",
    "value",
    "struct",
    "{}",
    "[1",
    "1",
    "-",
    "%22",
    "+",
    "%ff",
    "%",
    "word",
    "count",
    "data",
    "any",
    "mask",
    "true",
    "NaN",
    "many",
];
const BODIES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"id\"",
    "\"i32\"",
    "\"inner\"",
    "\"any\"",
    "\"@type\"",
    "1",
    "-",
    "null",
    "1e999",
    "\"value\"",
    "\"struct\"",
    "\\u",
    "\\ud800",
    "\n",
    " ",
    "\"when\"",
    "\"labels\"",
    "true",
    "\x08\x01",
    "\x12\x7f",
    "\u{e9}",
];
/// Without protobuf: what is wrong inside a message is for its decoder to say, and the backend here echoes it.
const TYPES: &[&str] = &[
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/x-ndjson",
];
const METHODS: &[&str] = &[
    "GET", "POST", "PUT", "PATCH", "PURGE", "HEAD", "OPTIONS", "DELETE",
];

#[tokio::test]
async fn requests_at_random_are_answered() {
    let muxes = [
        ServeMux::new(),
        ServeMux::builder().compat(Compat::GrpcGateway).build(),
    ];
    let muxes = muxes.map(|mux| gateway(mux).0);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut answered = 0;
    for round in 0..20_000 {
        let prefix = random.pick(&[
            "/v1/notes/",
            "/v1/files/",
            "/v1/notes",
            "/",
            "/v1/merge/m",
            "/v1/raw",
            "/v1/update/",
        ]);
        let target = format!(
            "{prefix}{}?{}",
            random.text(PATHS, 6),
            random.text(QUERIES, 12)
        );
        let Ok(uri) = target.parse::<Uri>() else {
            continue;
        };
        let request = Request::builder()
            .method(random.pick(METHODS))
            .uri(uri)
            .header("content-type", random.pick(TYPES))
            .header(
                "accept",
                random.pick(&[
                    "*/*",
                    "application/x-protobuf",
                    "text/event-stream;q=x",
                    ",;,",
                ]),
            )
            .header("grpc-timeout", random.pick(&["1S", "0n", "99999999H"]))
            .body(Bytes::from(random.text(BODIES, 12)))
            .unwrap();
        let shown = format!("{request:?}");
        let response = send(&muxes[round % 2], request).await;
        let status = response.status().as_u16();
        // grpc-gateway has 501 for the wrong method.
        assert!(status < 500 || status == 501, "{status}: {shown}");
        answered += usize::from(status == 200);
    }
    assert!(answered > 300, "{answered} of all were right");
}

#[tokio::test]
async fn a_segment_is_decoded_exactly_once() {
    let (mux, rich) = gateway(ServeMux::new());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2_000 {
        let value = random.text(
            &[
                "a", "%", "/", "%2F", "%25", ":", " ", "\u{20ac}", "+", "?", "label",
            ],
            8,
        ) + "z";
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let request = Request::get(format!("/v1/notes/{encoded}"))
            .body(Bytes::new())
            .unwrap();
        send(&mux, request).await;
        let expected = serde_json::json!({ "id": value });
        assert_eq!(rich.seen(), format!("= /rich.v1.Rich/Echo {expected}\n"));
    }
}
