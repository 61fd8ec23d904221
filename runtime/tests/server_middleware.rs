//! What stands around handlers, and around the life of a service.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod echo;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use echo::{DOWN, ECHO, ONE, collect, serve_routes, text};
use rmicro::{
    Backend as _, BoxFuture, Client, Code, Context, Error, Messages, Method, Middleware, Next,
    Result, Service, Status, Streaming, Stub,
};
use tokio_stream::StreamExt as _;

/// Notes what passes it.
#[derive(Clone)]
struct Noting(&'static str, Arc<Mutex<Vec<String>>>);

impl Middleware for Noting {
    fn call(
        &self,
        ctx: Context,
        method: Method,
        request: Messages,
        next: Next,
    ) -> BoxFuture<Result<Messages>> {
        let Self(name, notes) = self.clone();
        notes
            .lock()
            .unwrap()
            .push(format!("{name} {}", method.path()));
        Box::pin(async move {
            let answer = next.call(ctx, &method, request).await;
            notes.lock().unwrap().push(format!("{name} is back"));
            answer
        })
    }
}

#[tokio::test]
async fn the_first_middleware_stands_outermost() {
    let notes = Arc::default();
    let mut routes = echo::routes();
    routes.middleware(Noting("a", Arc::clone(&notes)));
    routes.middleware(Noting("b", Arc::clone(&notes)));
    let (stub, _stop, _) = serve_routes(routes).await;
    stub.unary(&ONE, Context::new(), text("x")).await.unwrap();
    assert_eq!(
        *notes.lock().unwrap(),
        [
            "a /test.Echo/One",
            "b /test.Echo/One",
            "b is back",
            "a is back"
        ]
    );
}

#[tokio::test]
async fn a_middleware_may_answer_and_may_wrap_a_stream() {
    let mut routes = echo::routes();
    routes.middleware(
        |ctx: Context, method: Method, request: Messages, next: Next| async move {
            if ctx.metadata().get("x-user").is_none() {
                return Err(Status::unauthenticated(format!(
                    "{} needs a user",
                    method.name()
                )));
            }
            let answer = next.call(ctx, &method, request).await?;
            Ok(match answer {
                Messages::Stream(messages) => Messages::Stream(Streaming::new(messages.take(2))),
                one @ Messages::One(_) => one,
            })
        },
    );
    let (stub, _stop, _) = serve_routes(routes).await;
    let status = stub
        .unary(&ONE, Context::new(), text("x"))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unauthenticated, "One needs a user")
    );
    let ctx = Context::new().with_metadata("x-user", "ann").unwrap();
    let stream = stub
        .server_streaming(&DOWN, ctx, text("abc"))
        .await
        .unwrap();
    let (all, status) = collect(stream).await;
    assert_eq!((all.as_str(), status.is_none()), ("ab", true));
}

#[tokio::test]
async fn a_middleware_that_panics_or_hangs_costs_one_call() {
    let mut routes = echo::routes();
    routes.middleware(
        |ctx: Context, method: Method, request: Messages, next: Next| async move {
            match ctx.metadata().get("x-do") {
                Some("panic") => panic!("in the middleware"),
                Some("hang") => std::future::pending().await,
                _ => next.call(ctx, &method, request).await,
            }
        },
    );
    let (stub, _stop, _) = serve_routes(routes).await;
    let asking = |what| Context::new().with_metadata("x-do", what).unwrap();
    let hasty = asking("hang").with_timeout(Duration::from_millis(50));
    for (ctx, code) in [
        (asking("panic"), Code::Internal),
        (hasty, Code::DeadlineExceeded),
    ] {
        let status = stub.unary(&ONE, ctx, text("x")).await.unwrap_err();
        assert_eq!(status.code(), code);
    }
    stub.unary(&ONE, Context::new(), text("x")).await.unwrap();
}

#[tokio::test]
async fn a_backend_of_this_process_tells_its_handlers() {
    let routes = echo::routes();
    assert!(routes.handlers().is_some());
    assert!(Arc::new(routes).handlers().is_some());
    let elsewhere = Stub::new("test", Client::direct("127.0.0.1:1").unwrap());
    assert!(elsewhere.handlers().is_none());
}

#[tokio::test]
async fn hooks_run_around_the_life_of_a_service() {
    let notes: Arc<Mutex<Vec<String>>> = Arc::default();
    let note = |text: &'static str| {
        let notes = notes.clone();
        move || async move {
            notes.lock().unwrap().push(text.to_owned());
            Ok(())
        }
    };
    let mut service = Service::builder()
        .after_stop(note("after stop"))
        .before_stop(|| async { Err(Error::new("only logged")) })
        .before_stop(note("before stop"))
        .after_start(note("after start"))
        .before_start(note("before start"))
        .middleware(Noting("call", notes.clone()))
        .address("127.0.0.1:0")
        .build();
    echo::register(service.routes(), &ECHO);
    let running = service.start().await.unwrap();
    let client = Client::direct(&running.address().to_string()).unwrap();
    let stub = Stub::new("test", client);
    stub.unary(&ONE, Context::new(), text("x")).await.unwrap();
    running.stop().await;
    assert_eq!(
        *notes.lock().unwrap(),
        [
            "before start",
            "after start",
            "call /test.Echo/One",
            "call is back",
            "before stop",
            "after stop"
        ]
    );
}

#[tokio::test]
async fn a_hook_that_fails_keeps_the_service_from_starting() {
    let fail = || async { Err(Error::new("no database")) };
    let before = Service::builder().before_start(fail).build().start().await;
    assert_eq!(before.unwrap_err().to_string(), "no database");
    let after = Service::builder()
        .address("127.0.0.1:0")
        .after_start(fail)
        .build()
        .start()
        .await;
    assert_eq!(after.unwrap_err().to_string(), "no database");
}
