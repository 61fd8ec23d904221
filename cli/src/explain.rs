//! `rmicro explain`.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use rmicro::Error;

use crate::args::ExplainArgs;
use crate::gateway;

/// Whether a method would be called.
pub(crate) enum Verdict {
    Accepted,
    Refused,
}

/// Prints what becomes of a request.
///
/// # Errors
/// Methods, options or the request are wrong.
pub(crate) async fn explain(args: Box<ExplainArgs>) -> Result<Verdict, Error> {
    let request = request(&args)?;
    let settings = gateway::load(&args.source, &args.options).await?;
    let explanation = settings.mux.explain(request).await;
    print!("{explanation}");
    Ok(if explanation.is_accepted() {
        Verdict::Accepted
    } else {
        Verdict::Refused
    })
}

fn request(args: &ExplainArgs) -> Result<Request<Bytes>, Error> {
    let method = Method::from_bytes(args.method.as_bytes());
    let method = method.map_err(|_| Error::new(format!("`{}` is no HTTP method", args.method)))?;
    let uri: Uri = args.url.parse().map_err(|error| {
        Error::new(format!(
            "`{}` is no URL: write what may not stand in one as %HH",
            args.url
        ))
        .with_source(error)
    })?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let body = args.data.clone().unwrap_or_default();
    let mut request = Request::new(Bytes::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = Uri::try_from(target)
        .map_err(|error| Error::new(format!("`{target}` is no path")).with_source(error))?;
    for header in &args.header {
        let expected = || {
            Error::new(format!(
                "`{header}` is no header: `name: value` was expected"
            ))
        };
        let (name, value) = header.split_once(':').ok_or_else(expected)?;
        let name: HeaderName = name.trim().parse().map_err(|_| expected())?;
        let value: HeaderValue = value.trim().parse().map_err(|_| expected())?;
        request.headers_mut().append(name, value);
    }
    Ok(request)
}
