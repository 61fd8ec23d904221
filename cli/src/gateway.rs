//! `rmicro gateway` and `rmicro routes`.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use rmicro::gateway::Body;
use rmicro::{Backend, BoxFuture, Context, Error, Messages, Method, ServeMux, Server, Status};

use crate::args::{GatewayArgs, Options, RoutesArgs, Source};
use crate::descriptors::{self, Described};
use crate::settings::Settings;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// Methods or options are wrong, or the address cannot be listened at.
pub(crate) async fn serve(args: Box<GatewayArgs>) -> Result<(), Error> {
    if args.source.upstream.is_none() {
        return Err(Error::new(
            "no server to send calls to: give --upstream http://HOST:PORT",
        ));
    }
    let settings = load(&args.source, &args.options).await?;
    print!("{}", settings.mux.table());
    let mut server = Server::new().gateway(settings.mux).limits(settings.limits);
    if let Some(timeout) = settings.drain_timeout {
        server = server.drain_timeout(timeout);
    }
    let stop =
        stopped().map_err(|error| Error::new("cannot wait for signals").with_source(error))?;
    server.bind(&args.listen).await?.serve(stop).await;
    Ok(())
}

/// Prints the routes.
///
/// # Errors
/// Methods or options are wrong.
pub(crate) async fn print_routes(args: Box<RoutesArgs>) -> Result<(), Error> {
    print!("{}", load(&args.source, &args.options).await?.mux.table());
    Ok(())
}

/// A gateway for all methods that were asked for, with all that is set.
///
/// # Errors
/// Methods or options are wrong, rules that name no field among them.
pub(crate) async fn load(source: &Source, options: &Options) -> Result<Settings, Error> {
    let mut settings = Settings::load(options)?;
    let described = descriptors::describe(source).await?;
    for rule in &settings.rules {
        let path = rule
            .selector
            .rsplit_once('.')
            .map(|(service, method)| format!("/{service}/{method}"));
        if path.is_none_or(|path| described.pool.method(&path).is_none()) {
            tracing::warn!(
                "a rule of the configuration is for `{}`, which is no method of these descriptors",
                rule.selector
            );
        }
    }
    register(&mut settings.mux, &described);
    let methods = settings.mux.table();
    endpoints(&mut settings, &described);
    settings.mux.check()?;
    if methods.is_empty() {
        return Err(Error::new(
            "no method has a google.api.http rule: serve them all by --unbound, or give rules by --config",
        ));
    }
    Ok(settings)
}

fn register(mux: &mut ServeMux, described: &Described) {
    for service in &described.services {
        match &described.upstream {
            Some(channel) => mux.register_pool(&described.pool, service, channel.clone()),
            None => mux.register_pool(&described.pool, service, Nowhere),
        }
    }
}

/// Routes that are no methods.
fn endpoints(settings: &mut Settings, described: &Described) {
    let mux = &mut settings.mux;
    match (&settings.health, &described.upstream) {
        (Some(path), Some(channel)) => mux.health(path, channel.clone()),
        (Some(path), None) => mux.health(path, Nowhere),
        (None, _) => {}
    }
    if let Some(path) = &settings.metrics {
        let counted = mux.clone();
        mux.handle_path(http::Method::GET, path, move |_, _| {
            let mut response = Response::new(Body::full(counted.metrics()));
            let text = HeaderValue::from_static("text/plain; version=0.0.4");
            response.headers_mut().insert(CONTENT_TYPE, text);
            std::future::ready(response)
        });
    }
}

/// Stands for the server where no method is called.
struct Nowhere;

impl Backend for Nowhere {
    fn call(&self, _: Context, _: &Method, _: Messages) -> BoxFuture<rmicro::Result<Messages>> {
        Box::pin(async { Err(Status::unavailable("there is no server behind this")) })
    }
}

/// Ready on SIGTERM or SIGINT.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!("stopping on {name}");
    })
}

#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // An error says that the signal cannot be waited for; then the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
