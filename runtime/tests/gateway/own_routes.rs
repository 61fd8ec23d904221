//! Routes that are no methods, and what users decide.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method as HttpMethod, Response, StatusCode};
use rmicro::gateway::{Body, ErrorFormat, ServeMux};
use rmicro::{Backend, BoxFuture, Context, Messages, Method, Result, Status};

use crate::support::{POOL, Rich, gateway, request, response, send};

async fn ask(mux: &ServeMux, text: &str) -> String {
    response(send(mux, request(text)).await).await
}

#[tokio::test]
async fn a_path_may_have_code_of_its_own() {
    let (mut mux, _) = gateway(ServeMux::new());
    mux.handle_path(
        HttpMethod::PUT,
        "/own/{name=a/*}",
        |request, params| async move {
            let name = params.get("name").unwrap_or_default().to_owned();
            Response::new(Body::full(format!("{name} {:?}", request.body())))
        },
    );
    mux.check().unwrap();
    assert_eq!(
        ask(&mux, "PUT /own/a/b%20c\n\nhi").await,
        "< 200\n<\n< a/b c b\"hi\"\n"
    );
    assert!(
        ask(&mux, "GET /own/a/b")
            .await
            .starts_with("< 405\n< allow: OPTIONS, PUT\n")
    );
}

#[tokio::test]
async fn problems_are_kept_and_what_is_right_is_served() {
    let (mut mux, rich) = gateway(ServeMux::new());
    mux.handle_path(HttpMethod::GET, "/v1/notes/{other}", |_, _| async {
        Response::new(Body::empty())
    });
    mux.handle_path(HttpMethod::GET, "/v1/", |_, _| async {
        Response::new(Body::empty())
    });
    mux.register_pool(&POOL, "rich.v1.Poor", rich);
    assert_eq!(
        mux.check().unwrap_err().to_string(),
        "the gateway cannot be served: the route `GET /v1/notes/{other}` matches the same requests as \
         `GET /v1/notes/{id}` of /rich.v1.Rich/Echo; template `/v1/`, column 5: a segment is `*`, `**`, a literal or a \
         variable in braces, and it is not empty; the descriptors have no service `rich.v1.Poor`"
    );
    assert!(ask(&mux, "GET /v1/notes/n").await.starts_with("< 200\n"));
}

/// Answers health checks by the name of the service.
struct Health;

impl Backend for Health {
    fn call(&self, _: Context, method: &Method, request: Messages) -> BoxFuture<Result<Messages>> {
        assert_eq!(method.path(), "/grpc.health.v1.Health/Check");
        let Messages::One(request) = request else {
            panic!("a stream");
        };
        Box::pin(async move {
            match &*request {
                b"" => Ok(Messages::One(Bytes::from_static(b"\x08\x01"))),
                b"\x0a\x04down" => Ok(Messages::One(Bytes::from_static(b"\x08\x02"))),
                _ => Err(Status::not_found("no such service")),
            }
        })
    }
}

#[tokio::test]
async fn health_is_told_by_status() {
    let mut mux = ServeMux::new();
    mux.health("/healthz", Health);
    let json = "< content-type: application/json\n<\n";
    assert_eq!(
        ask(&mux, "GET /healthz").await,
        format!("< 200\n{json}< {{\"status\":\"SERVING\"}}\n")
    );
    assert_eq!(
        ask(&mux, "GET /healthz?service=down").await,
        format!("< 503\n{json}< {{\"status\":\"NOT_SERVING\"}}\n")
    );
    assert_eq!(
        ask(&mux, "GET /healthz?service=x").await,
        format!("< 404\n{json}< {{\"status\":\"SERVICE_UNKNOWN\"}}\n")
    );
}

#[tokio::test]
async fn hooks_decide_on_headers_errors_and_answers() {
    let upper = |name: &HeaderName| (name == "x-in").then(|| HeaderName::from_static("x-seen"));
    let builder = ServeMux::builder()
        .map_request_headers(upper)
        .on_error(|call, status| {
            let mut response = Response::new(Body::full(format!(
                "{:?}: {status}",
                call.map(|call| call.template())
            )));
            *response.status_mut() = StatusCode::IM_A_TEAPOT;
            Some(response)
        })
        .on_response(|call, response| {
            let rpc = HeaderValue::from_str(call.rpc()).unwrap();
            response.headers_mut().insert("x-rpc", rpc);
        });
    let (mux, rich) = gateway(builder.build());
    ask(&mux, "GET /v1/notes/n\nx-in: 1\nauthorization: no").await;
    assert_eq!(
        rich.seen(),
        "= /rich.v1.Rich/Echo {\"id\":\"n\"}\n= x-seen: 1\n"
    );
    assert_eq!(
        ask(&mux, "GET /v1/fail/5?message=gone").await,
        "< 418\n< x-rpc: /rich.v1.Rich/Fail\n<\n< Some(\"/v1/fail/{code}\"): NOT_FOUND: gone\n"
    );
    assert_eq!(
        ask(&mux, "GET /nothing").await,
        "< 418\n<\n< None: NOT_FOUND: Not Found\n"
    );
}

#[tokio::test]
async fn errors_may_be_written_as_aip_193_has_it() {
    let (mux, _) = gateway(
        ServeMux::builder()
            .error_format(ErrorFormat::Aip193)
            .build(),
    );
    assert_eq!(
        ask(&mux, "GET /nothing").await,
        "< 404\n< content-type: application/json\n<\n< {\"error\":{\"code\":404,\"message\":\"Not Found\",\"status\":\"NOT_FOUND\",\"details\":[]}}\n"
    );
}

#[tokio::test]
async fn protobuf_bytes_go_both_ways() {
    let (mux, rich) = gateway(ServeMux::new());
    let mut note = request(
        "PUT /v1/notes/path\ncontent-type: application/x-protobuf\naccept: application/x-protobuf",
    );
    *note.body_mut() = Bytes::from_static(b"\x0a\x04body\x10\x07");
    let answer = send(&mux, note).await;
    assert_eq!(answer.headers()["content-type"], "application/x-protobuf");
    assert_eq!(
        rich.seen(),
        "= /rich.v1.Rich/Echo {\"id\":\"path\",\"i32\":7}\n"
    );
    // A record that is cut off would swallow the path.
    let mut cut = request("PUT /v1/notes/path\ncontent-type: application/x-protobuf");
    *cut.body_mut() = Bytes::from_static(b"\x10\x07\x52\x20x");
    assert!(response(send(&mux, cut).await).await.starts_with("< 400\n"));
    assert_eq!(rich.seen(), "");
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn requests_are_counted_by_route() {
    let (mux, _) = gateway(ServeMux::new());
    ask(&mux, "GET /v1/notes/a").await;
    ask(&mux, "GET /v1/notes/b").await;
    ask(&mux, "GET /v1/fail/5").await;
    ask(&mux, "GET /secret/path").await;
    let text = mux.metrics();
    let counts: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("_count"))
        .collect();
    let name = "rmicro_gateway_request_duration_seconds_count";
    assert_eq!(
        counts,
        [
            format!("{name}{{route=\"\",code=\"NOT_FOUND\"}} 1"),
            format!("{name}{{route=\"/v1/fail/{{code}}\",code=\"NOT_FOUND\"}} 1"),
            format!("{name}{{route=\"/v1/notes/{{id}}\",code=\"OK\"}} 2"),
        ]
    );
}

#[test]
fn a_gateway_is_a_service_of_tower() {
    fn assert_service<
        S: tower_service::Service<http::Request<http_body_util::Full<Bytes>>> + Clone + Send + Sync,
    >(
        _: &S,
    ) {
    }
    assert_service(&ServeMux::new());
    let _: Arc<dyn Backend> = Arc::new(Rich::default());
}
