//! The code of one service: its constants, the handler's trait, the client, and the gateway's functions.

use super::comment::rustdoc;
use super::layout::Layout;
use crate::model::{Binding, Kind, Method, Service};
use crate::names::{MethodNames, Names, ServiceNames};
use crate::options::Options;

const CONTEXT: &str = "ctx: ::rmicro::Context";
const SEND: &str = "::core::marker::Send";

/// A service on its way into text.
struct Rendering<'a> {
    service: &'a Service,
    names: ServiceNames,
    methods: Vec<MethodRendering<'a>>,
}

struct MethodRendering<'a> {
    method: &'a Method,
    names: MethodNames,
    /// Paths of the request and the response.
    input: String,
    output: String,
}

pub(super) fn render(
    service: &Service,
    package: &str,
    names: &Names,
    options: &Options,
    layout: &mut Layout,
) {
    let methods = service.methods.iter().map(|method| MethodRendering {
        method,
        names: MethodNames::of(&method.name),
        input: names.message_path(package, &method.input),
        output: names.message_path(package, &method.output),
    });
    let rendering = Rendering {
        service,
        names: ServiceNames::of(&service.name, options),
        methods: methods.collect(),
    };
    let has_bindings = service
        .methods
        .iter()
        .any(|method| !method.bindings.is_empty());
    rendering.constants(layout);
    if options.sections.server {
        rendering.handler(layout);
        rendering.registration(layout);
    }
    if options.sections.client {
        rendering.client(layout);
    }
    if options.sections.gateway && has_bindings {
        rendering.gateway(options, layout);
    }
}

impl Rendering<'_> {
    fn constants(&self, layout: &mut Layout) {
        let name = &self.names.service;
        let service = self.service;
        layout.blank();
        documentation(
            &service.comments,
            &format!("The methods of `{}`.", service.full_name),
            layout,
        );
        deprecated(service.deprecated, layout);
        match self.names.hides_prelude() {
            true => layout.line(&format!("pub struct {name} {{}}")),
            false => layout.line(&format!("pub struct {name};")),
        }
        layout.blank();
        allow_deprecated(service.deprecated, layout);
        layout.block(&format!("impl {name}"), |layout| {
            layout.line("/// The service with its descriptors.");
            layout.pair(
                "pub const SERVICE: ::rmicro::ServiceDef =",
                &format!("FILE_DESCRIPTOR_SET.service({:?});", service.full_name),
            );
            for one in &self.methods {
                one.constant(&service.full_name, layout);
            }
        });
    }

    fn handler(&self, layout: &mut Layout) {
        let service = self.service;
        layout.blank();
        layout.line(&format!(
            "/// Serves `{}`. A method that is not written answers UNIMPLEMENTED.",
            service.full_name
        ));
        deprecated(service.deprecated, layout);
        allow_deprecated(service.deprecated, layout);
        let head = format!(
            "pub trait {}: {SEND} + ::core::marker::Sync + 'static",
            self.names.handler
        );
        layout.block(&head, |layout| {
            for one in &self.methods {
                one.handler(self, layout);
            }
        });
    }

    fn registration(&self, layout: &mut Layout) {
        let names = &self.names;
        layout.blank();
        layout.line("/// Serves `h` on `routes`.");
        deprecated(self.service.deprecated, layout);
        allow_deprecated(self.any_deprecated(), layout);
        let parameters = [
            "routes: &mut ::rmicro::Routes".to_owned(),
            format!("h: impl {}", names.handler),
        ];
        let head = format!("pub fn {}", names.register);
        let start = format!("routes.service(&{}::SERVICE, h)", names.service);
        if self.methods.is_empty() {
            return layout.function(&head, &parameters, "", &[&format!("{start};")]);
        }
        layout.block(&format!("{head}({})", parameters.join(", ")), |layout| {
            layout.line("routes");
            layout.indented(|layout| {
                layout.line(&format!(".service(&{}::SERVICE, h)", names.service));
                for (at, one) in self.methods.iter().enumerate() {
                    let end = if at + 1 == self.methods.len() {
                        ";"
                    } else {
                        ""
                    };
                    let function = &one.names.function;
                    let kind = kind_function(one.method.kind);
                    let constant = format!("{}::{}", names.service, one.names.constant);
                    let call = match one.names.is_shadowed() {
                        true => format!("{}::{function}(&*h, ctx, req).await", names.handler),
                        false => format!("h.{function}(ctx, req).await"),
                    };
                    let start = format!(".{kind}(&{constant}, |h, ctx, req| async move {{");
                    layout.braced(&start, &call, &format!("}}){end}"));
                }
            });
        });
    }

    fn client(&self, layout: &mut Layout) {
        let service = self.service;
        let client = &self.names.client;
        layout.blank();
        layout.line(&format!("/// Calls `{}`.", service.full_name));
        deprecated(service.deprecated, layout);
        if self.methods.is_empty() {
            layout.line("#[allow(dead_code)]");
        }
        layout.line("#[derive(Clone, Debug)]");
        layout.line(&format!("pub struct {client}(::rmicro::Stub);"));
        layout.blank();
        allow_deprecated(self.any_deprecated(), layout);
        layout.block(&format!("impl {client}"), |layout| {
            layout.line("/// Calls the service that is registered as `name`.");
            let parameters = [
                "name: &str".to_owned(),
                "client: ::rmicro::Client".to_owned(),
            ];
            layout.function(
                "pub fn new",
                &parameters,
                "Self",
                &["Self(::rmicro::Stub::new(name, client))"],
            );
            for one in &self.methods {
                one.client(self, layout);
            }
        });
    }

    fn gateway(&self, options: &Options, layout: &mut Layout) {
        let names = &self.names;
        let full_name = &self.service.full_name;
        let mut function = |comment: &str, name: &str, parameter: String, body: &[&str]| {
            layout.blank();
            layout.line(&format!(
                "/// Routes HTTP by the rules of `{full_name}` {comment}."
            ));
            deprecated(self.service.deprecated, layout);
            allow_deprecated(self.service.deprecated, layout);
            let parameters = ["mux: &mut ::rmicro::ServeMux".to_owned(), parameter];
            layout.function(&format!("pub fn {name}"), &parameters, "", body);
        };
        let service = format!("&{}::SERVICE", names.service);
        function(
            "to `backend`",
            &names.gateway,
            "backend: impl ::rmicro::Backend".to_owned(),
            &["mux", &format!(".register({service}, backend);")],
        );
        function(
            "to the server at `endpoint`, such as `http://127.0.0.1:9090`",
            &names.gateway_endpoint,
            "endpoint: &str".to_owned(),
            &["mux", &format!(".register_endpoint({service}, endpoint);")],
        );
        if options.sections.client {
            function(
                "to the service that `client` calls",
                &names.gateway_client,
                format!("client: {}", names.client),
                &["mux", &format!(".register({service}, client.0);")],
            );
        }
        if options.sections.server {
            function(
                "to `h` in this process",
                &names.gateway_server,
                format!("h: impl {}", names.handler),
                &[&format!(
                    "{}(mux, ::rmicro::Routes::of(h, {}));",
                    names.gateway, names.register
                )],
            );
        }
    }

    fn any_deprecated(&self) -> bool {
        self.service.deprecated || self.methods.iter().any(|one| one.method.deprecated)
    }
}

impl MethodRendering<'_> {
    fn constant(&self, service: &str, layout: &mut Layout) {
        let method = self.method;
        if method.bindings.is_empty() || !method.comments.is_empty() {
            let name = format!("`{service}.{}`", method.name);
            documentation(&method.comments, &name, layout);
        }
        if !method.bindings.is_empty() && !method.comments.is_empty() {
            layout.line("///");
        }
        for (at, binding) in method.bindings.iter().enumerate() {
            // Without the backslash Markdown would join the lines.
            let end = if at + 1 < method.bindings.len() {
                "\\"
            } else {
                ""
            };
            layout.line(&format!("/// {}{end}", route(binding)));
        }
        deprecated(method.deprecated, layout);
        let kind = match method.kind {
            Kind::Unary => "Unary",
            Kind::ServerStreaming => "ServerStreaming",
            Kind::ClientStreaming => "ClientStreaming",
            Kind::BidiStreaming => "BidiStreaming",
        };
        let left = format!(
            "pub const {}: ::rmicro::{kind}<{}, {}> =",
            self.names.constant, self.input, self.output
        );
        let right = format!(
            "Self::SERVICE.{}({:?});",
            kind_function(method.kind),
            method.name
        );
        layout.pair(&left, &right);
    }

    fn handler(&self, service: &Rendering<'_>, layout: &mut Layout) {
        let method = self.method;
        let fallback = format!("Serves `{}.{}`.", service.service.full_name, method.name);
        documentation(&method.comments, &fallback, layout);
        deprecated(method.deprecated, layout);
        allow_deprecated(method.deprecated, layout);
        let request = match method.kind.client_streams() {
            true => format!("req: ::rmicro::Streaming<{}>", self.input),
            false => format!("req: {}", self.input),
        };
        let result = format!(
            "impl ::core::future::Future<Output = {}> + {SEND}",
            self.result()
        );
        let parameters = ["&self".to_owned(), CONTEXT.to_owned(), request];
        let body = format!("{}::{}", service.names.service, self.names.constant);
        let head = format!("fn {}", self.names.function);
        layout.function(
            &head,
            &parameters,
            &result,
            &[&body, ".unimplemented(ctx, req)"],
        );
    }

    fn client(&self, service: &Rendering<'_>, layout: &mut Layout) {
        let method = self.method;
        let fallback = format!("Calls `{}.{}`.", service.service.full_name, method.name);
        documentation(&method.comments, &fallback, layout);
        deprecated(method.deprecated, layout);
        let request = match method.kind.client_streams() {
            true => format!(
                "req: impl ::rmicro::Stream<Item = {}> + {SEND} + 'static",
                self.input
            ),
            false => format!("req: {}", self.input),
        };
        let parameters = ["&self".to_owned(), CONTEXT.to_owned(), request];
        let constant = format!("{}::{}", service.names.service, self.names.constant);
        let call = format!(".{}(&{constant}, ctx, req)", kind_function(method.kind));
        let head = format!("pub async fn {}", self.names.function);
        layout.function(
            &head,
            &parameters,
            &self.result(),
            &["self.0", &call, ".await"],
        );
    }

    fn result(&self) -> String {
        match self.method.kind {
            Kind::Unary | Kind::ClientStreaming => format!("::rmicro::Result<{}>", self.output),
            Kind::ServerStreaming | Kind::BidiStreaming => {
                format!("::rmicro::Result<::rmicro::Streaming<{}>>", self.output)
            }
        }
    }
}

fn kind_function(kind: Kind) -> &'static str {
    match kind {
        Kind::Unary => "unary",
        Kind::ServerStreaming => "server_streaming",
        Kind::ClientStreaming => "client_streaming",
        Kind::BidiStreaming => "bidi_streaming",
    }
}

/// A binding in words: `POST /v1/things`, body `*`
fn route(binding: &Binding) -> String {
    let mut text = format!("`{} {}`", binding.http_method, binding.template);
    if !binding.body.is_empty() {
        text.push_str(&format!(", body `{}`", binding.body));
    }
    if !binding.response_body.is_empty() {
        text.push_str(&format!(", response body `{}`", binding.response_body));
    }
    text
}

fn documentation(comment: &[String], fallback: &str, layout: &mut Layout) {
    if comment.is_empty() {
        return layout.line(&format!("/// {fallback}"));
    }
    for line in rustdoc(comment) {
        layout.line(format!("/// {line}").trim_end());
    }
}

fn deprecated(is_deprecated: bool, layout: &mut Layout) {
    if is_deprecated {
        layout.line("#[deprecated]");
    }
}

/// Generated code may use what is deprecated; its users are told.
fn allow_deprecated(is_deprecated: bool, layout: &mut Layout) {
    if is_deprecated {
        layout.line("#[allow(deprecated)]");
    }
}
