//! What the servers are asked.

use bench_common::data::{Book, ListReply, Shelf};
use bench_common::{books, things};
use serde_json::{Value, json};

use super::options::Options;

/// How many messages a stream has.
pub(crate) const MESSAGES: usize = 1000;

/// One kind of request, in one or more forms that take turns.
pub(crate) struct Load {
    pub(crate) name: &'static str,
    /// For people.
    pub(crate) title: String,
    /// Whole requests, as they are sent.
    pub(crate) requests: Vec<Vec<u8>>,
    /// What the first of them is answered with: one JSON value, or a line for each message.
    pub(crate) expected: Vec<Value>,
    /// How many messages an answer has, where it is a stream.
    pub(crate) messages: Option<usize>,
}

/// Those that are asked for.
pub(crate) fn all(options: &Options) -> Vec<Load> {
    let mut loads = vec![greeter(), list(), routes(), stream()];
    loads.retain(|load| options.has_load(load.name));
    loads
}

fn greeter() -> Load {
    let body = r#"{"name":"john"}"#;
    let headers = format!(
        "content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    Load {
        name: "greeter",
        title: "Greeter: `POST /greeter/hello`, 15 bytes in, 25 out".to_owned(),
        requests: vec![request("POST", "/greeter/hello", &headers, body)],
        expected: vec![json!({"greeting": "Hello john"})],
        messages: None,
    }
}

fn list() -> Load {
    let reply = json!(ListReply {
        books: books!(Book, Shelf)
    });
    Load {
        name: "list",
        title: format!(
            "List: `GET /v1/books`, {} bytes out",
            reply.to_string().len()
        ),
        requests: vec![request("GET", "/v1/books", "", "")],
        expected: vec![reply],
        messages: None,
    }
}

fn routes() -> Load {
    // A step that is prime to the number of routes, so that no two requests in a row are neighbours.
    let kinds = (0..things::ROUTES).map(|at| at * 617 % things::ROUTES);
    Load {
        name: "routes",
        title: format!(
            "{} routes: `GET /v1/thing617/{{id}}/parts/{{part}}`, each route in turn",
            things::ROUTES
        ),
        requests: kinds
            .map(|kind| request("GET", &format!("/v1/thing{kind}/42/parts/wheel"), "", ""))
            .collect(),
        expected: vec![json!({"id": "42", "part": "wheel"})],
        messages: None,
    }
}

fn stream() -> Load {
    let event = |sequence| json!({"sequence": sequence, "text": "a book came back"});
    Load {
        name: "stream",
        title: format!("Stream: `GET /v1/events/{MESSAGES}`, {MESSAGES} messages as lines of JSON"),
        requests: vec![request(
            "GET",
            &format!("/v1/events/{MESSAGES}"),
            "accept: application/x-ndjson\r\n",
            "",
        )],
        expected: (1..=MESSAGES).map(event).collect(),
        messages: Some(MESSAGES),
    }
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n{body}").into_bytes()
}
