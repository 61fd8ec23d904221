//! What generated code does on the real runtime: handlers, clients, and the four ways to a gateway.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use http::StatusCode;
use http_body_util::{BodyExt as _, Full};
use rmicro::{Client, Code, Context, Result, Running, ServeMux, Service, Status, Streaming};
use rmicro_tests::kinds::kinds::{
    Answer, Question, TalkClient, TalkHandler, register_talk_gw, register_talk_gw_client,
    register_talk_gw_from_endpoint, register_talk_gw_server, register_talk_handler,
};
use tower_service::Service as _;

/// Writes three of the four methods.
#[derive(Clone)]
struct Talker;

impl TalkHandler for Talker {
    async fn ask(&self, ctx: Context, req: Question) -> Result<Answer> {
        if req.text == "nothing" {
            return Err(Status::not_found("there is nothing"));
        }
        let _ = ctx.set_header("x-asked", &req.text);
        let (text, number) = (req.text, 9_007_199_254_740_993);
        Ok(Answer { text, number })
    }

    async fn watch(&self, _: Context, req: Question) -> Result<Streaming<Answer>> {
        let fails = req.text == "fail";
        let answers = (1..=3).map(move |number| {
            if fails && number == 2 {
                return Err(Status::aborted("no second one"));
            }
            let text = String::new();
            Ok(Answer { text, number })
        });
        Ok(Streaming::new(tokio_stream::iter(answers)))
    }

    async fn upload(&self, _: Context, mut req: Streaming<Question>) -> Result<Answer> {
        let mut answer = Answer::default();
        while let Some(question) = req.message().await? {
            answer.text += &question.text;
            answer.number += 1;
        }
        Ok(answer)
    }
}

async fn serve() -> Running {
    let mut service = Service::builder()
        .name("talk")
        .address("127.0.0.1:0")
        .build();
    register_talk_handler(service.routes(), Talker);
    service.start().await.unwrap()
}

fn client(running: &Running) -> TalkClient {
    let endpoint = format!("http://{}", running.address());
    TalkClient::new("talk", Client::direct(&endpoint).unwrap())
}

fn question(text: &str) -> Question {
    Question { text: text.into() }
}

#[tokio::test]
async fn a_client_calls_what_the_handler_writes() {
    let running = serve().await;
    let client = client(&running);

    let answer = client.ask(Context::new(), question("why")).await.unwrap();
    assert_eq!(answer.text, "why");

    let mut answers = client.watch(Context::new(), question("")).await.unwrap();
    let mut numbers = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        numbers.push(answer.number);
    }
    assert_eq!(numbers, [1, 2, 3]);

    let questions = tokio_stream::iter(["a", "b"].map(question));
    let answer = client.upload(Context::new(), questions).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.number), ("ab", 2));
}

#[tokio::test]
async fn a_method_that_is_not_written_is_unimplemented() {
    let running = serve().await;
    let questions = tokio_stream::empty();
    let status = client(&running)
        .chat(Context::new(), questions)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert_eq!(status.message(), "/kinds.Talk/Chat is not implemented here");
}

async fn get(mux: &ServeMux, target: &str) -> (StatusCode, String) {
    let request = http::Request::get(target)
        .body(Full::<bytes::Bytes>::default())
        .unwrap();
    let response = mux.clone().call(request).await.unwrap();
    let status = response.status();
    let mut body = response.into_body();
    let mut text = String::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => text += &String::from_utf8_lossy(frame.data_ref().unwrap()),
            Err(_) => text += "<broken off>",
        }
    }
    (status, text)
}

#[tokio::test]
async fn all_four_ways_to_a_gateway_answer_alike() {
    let running = serve().await;
    let endpoint = format!("http://{}", running.address());
    let mut muxes = [const { None }; 4];
    for (way, place) in muxes.iter_mut().enumerate() {
        let mut mux = ServeMux::new();
        match way {
            0 => register_talk_gw_server(&mut mux, Talker),
            1 => register_talk_gw_from_endpoint(&mut mux, &endpoint),
            2 => register_talk_gw_client(&mut mux, client(&running)),
            _ => register_talk_gw(&mut mux, rmicro::Channel::lazy(&endpoint).unwrap()),
        }
        mux.check().unwrap();
        *place = Some(mux);
    }
    for mux in muxes.iter().flatten() {
        assert_eq!(
            get(mux, "/v1/ask/a%2Fb").await,
            (
                StatusCode::OK,
                r#"{"text":"a/b","number":"9007199254740993"}"#.into()
            )
        );
        assert_eq!(
            get(mux, "/v1/ask/nothing").await,
            (
                StatusCode::NOT_FOUND,
                r#"{"code":5,"message":"there is nothing","details":[]}"#.into()
            )
        );
        assert_eq!(
            get(mux, "/v1/watch").await,
            (
                StatusCode::OK,
                "{\"number\":\"1\"}\n{\"number\":\"2\"}\n{\"number\":\"3\"}\n".into()
            )
        );
        let (status, text) = get(mux, "/v1/watch?text=fail").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            text.starts_with("{\"number\":\"1\"}\n") && text.contains("no second one"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_wrong_endpoint_is_told_before_anything_is_served() {
    let mut mux = ServeMux::new();
    register_talk_gw_from_endpoint(&mut mux, "nowhere at all");
    assert_eq!(
        mux.check().unwrap_err().to_string(),
        "the gateway cannot be served: service `kinds.Talk`: `nowhere at all` is no endpoint: `http://host:port` was expected"
    );
}
