//! Bindings that other projects publish, through our gateway.

use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt as _;
use rmicro::descriptor::{HttpRule, Pattern};
use rmicro::gateway::{ServeMux, ServeMuxBuilder, UnknownQuery};
use rmicro::json::{self, ParseOptions, PrintOptions};
use rmicro::{Backend, BoxFuture, Context, Messages, Method, Pool, Result, Status};
use serde_json::Value;

use crate::support::{pool, send};

static POOL: LazyLock<Arc<Pool>> =
    LazyLock::new(|| pool("vectors.proto", include_str!("vectors.proto")));

fn vectors(name: &str) -> Value {
    let path = format!(
        "{}/../testdata/vectors/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Keeps what it is called with, and answers with what it is told to.
#[derive(Clone, Default)]
struct Fixed {
    request: Arc<Mutex<Option<Bytes>>>,
    answer: Option<Result<Bytes>>,
}

impl Backend for Fixed {
    fn call(&self, _: Context, _: &Method, request: Messages) -> BoxFuture<Result<Messages>> {
        if let Messages::One(request) = request {
            *self.request.lock().unwrap() = Some(request);
        }
        let answer = self.answer.clone().unwrap_or_else(|| Ok(Bytes::new()));
        Box::pin(async move { answer.map(Messages::One) })
    }
}

/// The gateway with one rule for the method `rpc`.
fn mux(options: ServeMuxBuilder, rpc: &str, rule: HttpRule, backend: &Fixed) -> ServeMux {
    let selector = format!("vectors.Vectors.{rpc}");
    let mut mux = options.rules([HttpRule { selector, ..rule }]).build();
    mux.register_pool(&POOL, "vectors.Vectors", backend.clone());
    mux.check().unwrap();
    mux
}

fn wire(message: &str, value: &Value) -> Bytes {
    let text = value.to_string();
    let message = POOL.message(message).unwrap();
    json::to_wire(message, text.as_bytes(), &ParseOptions::default())
        .unwrap()
        .into()
}

fn print(message: &str, wire: &[u8]) -> String {
    let mut out = Vec::new();
    json::from_wire(
        POOL.message(message).unwrap(),
        wire,
        &PrintOptions::default(),
        &mut out,
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

/// Percent-encodes all but what every part of a URL may hold.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Parameters of vanguard that we read otherwise.
const PARAMS_SKIPPED: &[(&str, &str, &str)] = &[
    (
        "string_value_wrapper",
        "\"hello world\"",
        "a string in a query has no quotation marks, as in grpc-gateway",
    ),
    ("enum_value", "null", "`null` names no value of an enum"),
];

#[tokio::test]
async fn parameters_are_read_as_vanguard_reads_them() {
    let file = vectors("vanguard_params");
    let cases = file["set_parameter"].as_array().unwrap();
    assert_eq!(cases.len(), 58);
    for case in cases {
        let (path, value) = (
            case["field_path"].as_str().unwrap(),
            case["value"].as_str().unwrap(),
        );
        if PARAMS_SKIPPED
            .iter()
            .any(|(p, v, _)| *p == path && *v == value)
        {
            continue;
        }
        let backend = Fixed::default();
        let rule = HttpRule {
            pattern: Some(Pattern::Get("/set".to_owned())),
            ..HttpRule::default()
        };
        let mux = mux(ServeMux::builder(), "Params", rule, &backend);
        let before = case
            .get("initial")
            .map_or(String::new(), |_| "enum_list=ENUM_UNSPECIFIED&".to_owned());
        let target = format!("/set?{before}{}={}", encode(path), encode(value));
        let response = send(&mux, Request::get(target).body(Bytes::new()).unwrap()).await;
        if case["error"] == true {
            assert_eq!(response.status(), 400, "{case}");
            continue;
        }
        assert_eq!(response.status(), 200, "{case}");
        let seen = backend.request.lock().unwrap().take().unwrap();
        let name = "vectors.ParameterValues";
        assert_eq!(
            print(name, &seen),
            print(name, &wire(name, &case["want"])),
            "{case}"
        );
    }
}

/// Facts of ASP.NET that are otherwise here, or about its own options.
const ASP_SKIPPED: &[(&str, &str)] = &[
    (
        "QueryJsonNamePriority",
        "its message is not published; names are tested in the pool",
    ),
    ("QueryFieldNameFallback", "as above"),
    ("QueryJsonNameHidesFieldName", "as above"),
    (
        "DefaultValuesInResponse",
        "defaults are left out, as in the protobuf libraries, unless `print` says otherwise",
    ),
    (
        "BadContentType",
        "a body without a type is JSON, and another type is answered with 415",
    ),
    (
        "OtherException",
        "an error of a handler is a status; a panic is tested with the routes",
    ),
    ("HttpBodyRequestLarge", "sizes are tested with the limits"),
];

/// What ASP.NET takes for an error and we do not, or the other way round.
fn skipped(case: &Value) -> bool {
    let test = case["test"].as_str().unwrap();
    // An unknown number is a value of an open enum.
    let unknown_number = test == "InvalidEnum" && case["query"]["data.single_enum"][0] == "99";
    // For a field, `null` stands for its not being set, as everywhere in JSON.
    let null_field = test == "MalformedRequestBody_Repeated" && case["body_text"] == "null";
    unknown_number || null_field || ASP_SKIPPED.iter().any(|(name, _)| *name == test)
}

#[tokio::test]
async fn requests_are_mapped_as_asp_net_maps_them() {
    let file = vectors("aspnetcore");
    let mut run = 0;
    for case in file["unary"].as_array().unwrap() {
        if !skipped(case) {
            assert_asp_case(case).await;
            run += 1;
        }
    }
    assert_eq!(run, 47);
}

async fn assert_asp_case(case: &Value) {
    let test = case["test"].as_str().unwrap();
    let (rpc, input, output) = match (test, case["message"].as_str()) {
        (_, Some("google.protobuf.Int32Value")) => {
            ("Int", "google.protobuf.Int32Value", "vectors.HelloReply")
        }
        ("SubHttpBodyRequest", _) => ("Sub", "vectors.SubBodyRequest", "vectors.HelloReply"),
        (_, Some("google.api.HttpBody")) | ("HttpBodyResponse", _) => {
            ("Body", "google.api.HttpBody", "google.api.HttpBody")
        }
        _ => ("Hello", "vectors.HelloRequest", "vectors.HelloReply"),
    };
    let mut path = "/hello".to_owned();
    let mut template = path.clone();
    for (name, value) in case["path_bindings"].as_object().into_iter().flatten() {
        path += &format!("/{}", encode(value.as_str().unwrap()));
        template += &format!("/{{{name}}}");
    }
    let rule = HttpRule {
        body: case["body"].as_str().unwrap_or_default().to_owned(),
        response_body: case["response_body"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        pattern: Some(Pattern::Post(template)),
        ..HttpRule::default()
    };
    let mut backend = Fixed::default();
    if let Some(status) = case["grpc_status"].as_object() {
        let code = rmicro::Code::from_number(status["code"].as_i64().unwrap() as i32);
        backend.answer = Some(Err(Status::new(code, status["message"].as_str().unwrap())));
    } else if case["response_message"].is_object() {
        backend.answer = Some(Ok(wire(output, &with_data(&case["response_message"]))));
    }
    // Bound keys are ignored there, and an error here unless that is chosen.
    let mux = mux(
        ServeMux::builder().unknown_query(UnknownQuery::Ignore),
        rpc,
        rule,
        &backend,
    );
    let pairs: Vec<String> = case["query"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(key, values)| {
            let values = values.as_array().unwrap().iter();
            values.map(move |value| format!("{}={}", encode(key), encode(value.as_str().unwrap())))
        })
        .collect();
    let mut request = Request::post(format!("{path}?{}", pairs.join("&")));
    if let Some(content_type) = case["content_type"].as_str() {
        request = request.header("content-type", content_type);
    }
    let body = match (&case["body_text"], &case["body_json"]) {
        (Value::String(text), _) => text.clone(),
        (_, Value::Null) => String::new(),
        (_, value) => value.to_string(),
    };
    let response = send(&mux, request.body(body.into()).unwrap()).await;
    let expected = match (&case["status"], &case["error_code"], &case["error"]) {
        (Value::Number(status), ..) => status.as_u64().unwrap() as u16,
        (_, Value::Number(_), _) | (_, _, Value::Bool(true)) => 400,
        _ => 200,
    };
    assert_eq!(response.status(), expected, "{case}");
    if let Some(content_type) = case["response_content_type"].as_str() {
        assert_eq!(response.headers()["content-type"], content_type, "{case}");
    }
    let body = response.into_body().collect().await.unwrap().to_bytes();
    if case["request"].is_object() {
        let seen = backend.request.lock().unwrap().take().unwrap();
        assert_eq!(
            print(input, &seen),
            print(input, &wire(input, &with_data(&case["request"]))),
            "{case}"
        );
    }
    if let Some(text) = case["response_text"].as_str() {
        assert_eq!(body, text, "{case}");
    }
    if let Some(json) = case.get("response_json") {
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            *json,
            "{case}"
        );
    }
    for (key, value) in case["response_json_contains"]
        .as_object()
        .into_iter()
        .flatten()
    {
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap()[key],
            *value,
            "{case}"
        );
    }
    if let Some(code) = case["error_code"].as_u64() {
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap()["code"],
            code,
            "{case}"
        );
    }
}

/// The same with the bytes that are written as text in base64.
fn with_data(value: &Value) -> Value {
    use base64::Engine as _;
    let Value::Object(members) = value else {
        return value.clone();
    };
    members
        .iter()
        .map(|(key, value)| match (key.as_str(), value) {
            ("data_utf8", Value::String(text)) => {
                let text = base64::engine::general_purpose::STANDARD.encode(text);
                ("data".to_owned(), Value::String(text))
            }
            _ => (key.clone(), with_data(value)),
        })
        .collect()
}
