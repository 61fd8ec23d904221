//! `rmicro gateway` in front of a real gRPC server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod shop;

use shop::{Gateway, descriptors, run, serve};

const TABLE: &str = "\
GET /v1/{name=shelves/*/items/*} -> shop.Shop/GetItem
    path    name
    query   depth, filter.*
    nowhere filters
GET /v1/items:find -> shop.Shop/GetItem
    query   name, depth, filter.*
    nowhere filters
POST /v1/{shelf=shelves/*}/items -> shop.Shop/AddItem
    path    shelf
    body    item
    query   checked
GET /v1/items:watch -> shop.Shop/Watch (streams answers)
    query   count
";

/// A file that is gone when the test is over.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("rmicro-cli-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_reflection_needs_no_files() {
    let upstream = format!("http://{}", serve().await);
    let gateway = Gateway::start(&[
        "gateway",
        "--reflect",
        "--upstream",
        &upstream,
        "--listen",
        "127.0.0.1:0",
    ]);
    for (method, path, body, expected) in [
        (
            "GET",
            "/v1/shelves/1/items/7?depth=2",
            "",
            (200, r#"{"name":"shelves/1/items/7","price":"2"}"#),
        ),
        (
            "POST",
            "/v1/shelves/1/items",
            r#"{"name":"tea","price":5}"#,
            (200, r#"{"name":"shelves/1/items/tea","price":"5"}"#),
        ),
        (
            "GET",
            "/v1/items:watch?count=2",
            "",
            (200, "{\"name\":\"1\"}\n{\"name\":\"2\"}\n"),
        ),
        (
            "GET",
            "/v1/items:watch?cuont=2",
            "",
            (
                400,
                r#"{"code":3,"message":"`cuont` in the query names no field of `shop.WatchRequest`","details":[]}"#,
            ),
        ),
        (
            "POST",
            "/shop.Shop/Count",
            "{}",
            (404, r#"{"code":5,"message":"Not Found","details":[]}"#),
        ),
    ] {
        let (status, answer) = gateway.ask(method, path, body);
        assert_eq!((status, &*answer), expected, "{method} {path}");
    }
    let (status, stdout, stderr) = gateway.stop();
    assert!(status.success(), "{status}");
    assert_eq!(stdout, TABLE);
    assert!(stderr.contains("stopping on SIGTERM"), "{stderr}");
    assert!(stderr.contains("stopped 127.0.0.1:"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_descriptor_set_serves_methods_without_rules_too() {
    let upstream = format!("http://{}", serve().await);
    let set = Scratch::new("unbound.binpb", &descriptors());
    let gateway = Gateway::start(&[
        "gateway",
        "--descriptor-set",
        set.path(),
        "--unbound",
        "--upstream",
        &upstream,
        "--listen",
        "127.0.0.1:0",
    ]);
    let answer = gateway.ask("POST", "/shop.Shop/Count", r#"{"name":"all"}"#);
    assert_eq!(answer, (200, r#"{"name":"all","price":"3"}"#.to_owned()));
    let (_, stdout, _) = gateway.stop();
    assert_eq!(
        stdout,
        format!(
            "{TABLE}POST /shop.Shop/Count -> shop.Shop/Count\n    body    name, depth, filter, filters\n"
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_metrics_have_paths_of_their_own() {
    let upstream = format!("http://{}", serve().await);
    let gateway = Gateway::start(&[
        "gateway",
        "--reflect",
        "--upstream",
        &upstream,
        "--listen",
        "127.0.0.1:0",
        "--health",
        "/healthz",
        "--metrics",
        "/metrics",
    ]);
    let serving = (200, r#"{"status":"SERVING"}"#.to_owned());
    assert_eq!(
        gateway.ask("GET", "/healthz?service=shop.Shop", ""),
        serving
    );
    assert_eq!(gateway.ask("GET", "/v1/items:find?name=a", "").0, 200);
    let (status, metrics) = gateway.ask("GET", "/metrics", "");
    let counted = metrics.contains("_count{route=\"/v1/items:find\",code=\"OK\"} 1\n");
    assert!(status == 200 && counted, "{status} {metrics}");
    let (_, stdout, _) = gateway.stop();
    let more = "GET /healthz -> code of this program\nGET /metrics -> code of this program\n";
    assert_eq!(stdout, format!("{TABLE}{more}"));
}

const CONFIG: &str = "\
type: google.api.Service
http:
  rules:
  - selector: shop.Shop.Count
    get: /count/{name}
  - selector: other.Service.Method
    get: /other
gateway:
  compat: grpc-gateway
  error_format: aip193
  max_query_pairs: 1
";

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_brings_rules_and_options_and_the_command_line_wins() {
    let upstream = format!("http://{}", serve().await);
    let config = Scratch::new("rules.yaml", CONFIG.as_bytes());
    let gateway = Gateway::start(&[
        "gateway",
        "--proto",
        "shop.proto",
        "--upstream",
        &upstream,
        "--listen",
        "127.0.0.1:0",
        "--config",
        config.path(),
        "--unknown-query",
        "reject",
    ]);
    for (path, expected) in [
        ("/count/x", (200, r#"{"name":"x","price":"3"}"#)),
        (
            "/count/x?a=1",
            (
                400,
                r#"{"error":{"code":400,"message":"`a` in the query names no field of `shop.GetItemRequest`","status":"INVALID_ARGUMENT","details":[]}}"#,
            ),
        ),
        (
            "/count/x?depth=1&filter.tag=a",
            (
                400,
                r#"{"error":{"code":400,"message":"the query has more than 1 pairs","status":"INVALID_ARGUMENT","details":[]}}"#,
            ),
        ),
        (
            "/v1/items:watch?count=1",
            (200, "{\"result\":{\"name\":\"1\",\"price\":\"0\"}}\n"),
        ),
    ] {
        let (status, answer) = gateway.ask("GET", path, "");
        assert_eq!((status, &*answer), expected, "{path}");
    }
}

#[test]
fn routes_are_printed_without_a_server() {
    let expected = (0, TABLE.to_owned(), String::new());
    assert_eq!(run(&["routes", "--proto", "shop.proto"]), expected);
}

#[test]
fn a_rule_for_no_known_method_is_warned_of() {
    let config = Scratch::new("warned.yaml", CONFIG.as_bytes());
    let (code, _, stderr) = run(&["routes", "--proto", "shop.proto", "--config", config.path()]);
    let warning = "a rule of the configuration is for `other.Service.Method`, which is no method of these descriptors";
    assert!(code == 0 && stderr.contains(warning), "{code} {stderr}");
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let broken = Scratch::new("broken.binpb", b"no descriptors");
    let empty = Scratch::new("empty.proto", b"syntax = \"proto3\";\nmessage A {}\n");
    let wrong = Scratch::new(
        "wrong.yaml",
        b"gateway:\n  unknown_query: drop\n  max_body: 4MB\n  colour: red\n",
    );
    let (broken, empty, wrong) = (broken.path(), empty.path(), wrong.path());
    let directory = std::env::temp_dir();
    let directory = directory.to_str().unwrap();
    for (args, expected) in [
        (
            vec!["gateway", "--proto", "shop.proto"],
            "error: no server to send calls to: give --upstream http://HOST:PORT\n".to_owned(),
        ),
        (
            vec![
                "gateway",
                "--proto",
                "shop.proto",
                "--upstream",
                "https://shop:9090",
            ],
            "error: `https://shop:9090` is no endpoint: `http://host:port` was expected\n"
                .to_owned(),
        ),
        (
            vec!["routes", "--descriptor-set", broken],
            "error: the descriptors cannot be used: a file descriptor set is not valid: failed to decode Protobuf message: invalid wire type value: 6\n"
                .to_owned(),
        ),
        (
            vec!["routes", "--proto", empty, "-I", directory],
            "error: the descriptors have no service: give the files that declare one\n".to_owned(),
        ),
        (
            vec!["routes", "--proto", "shop.proto", "--config", wrong],
            format!(
                "error: the configuration is wrong\n\
                 {wrong}:2:3: error: `unknown_query`: `drop` is none of its values: `reject`, `ignore`\n\
                 {wrong}:3:3: error: `max_body`: a size was expected, such as `512KiB` or `4MiB`\n\
                 {wrong}:4:3: error: `colour`: there is no such option; `rmicro gateway --help` tells what there is\n"
            ),
        ),
        (
            vec!["routes", "--reflect", "--upstream", "127.0.0.1:1"],
            "error: cannot connect to `127.0.0.1:1`: Connection refused (os error 111): is the server running?\n".to_owned(),
        ),
    ] {
        let (code, stdout, stderr) = run(&args);
        assert_eq!((code, &*stdout), (2, ""), "{args:?}");
        assert_eq!(stderr, expected, "{args:?}");
    }
}
