//! The command line.

#![allow(rustdoc::bare_urls, reason = "these docs are help texts on a terminal")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::amounts::Amounts;
use crate::choices::Choices;

/// Serves the methods of a gRPC server by HTTP and JSON, as the `google.api.http` rules of its .proto files say, without
/// generated code.
#[derive(Debug, Parser)]
#[command(name = "rmicro", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves HTTP in front of a gRPC server.
    ///
    /// Every method with a google.api.http rule is served; its rule comes from its .proto file, or from the file given as
    /// --config. The routes are printed, each with where the fields of its request come from, and `listening on ADDR` is
    /// logged when the gateway serves. It stops on SIGTERM and SIGINT, after the calls in flight.
    #[command(after_help = GATEWAY_EXAMPLES)]
    Gateway(Box<GatewayArgs>),
    /// Prints the routes that `rmicro gateway` would serve, and where every field comes from.
    Routes(Box<RoutesArgs>),
    /// Says which rule an HTTP request takes and which field is bound from what, or why none is.
    ///
    /// No method is called. It ends with 0 if a method would be called and with 1 if not.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Box<ExplainArgs>),
}

const GATEWAY_EXAMPLES: &str = "\
Examples:
  rmicro gateway --proto shop.proto -I proto --upstream http://127.0.0.1:9090 --listen 127.0.0.1:8080
  rmicro gateway --reflect --upstream http://127.0.0.1:9090 --unbound
  rmicro gateway --descriptor-set shop.binpb --upstream http://127.0.0.1:9090 --config rules.yaml

A file for --config is a google.api.Service in YAML. Its rules replace the annotations of the methods that
their selectors name, and its part `gateway` holds options by the names of their flags:

  http:
    rules:
    - selector: shop.Shop.GetItem
      get: /v1/{name=items/*}
  gateway:
    path_unescape: all_except_reserved
    max_message_bytes: 1MiB";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  rmicro explain GET '/v1/items/7?view=FULL' --proto shop.proto -I proto
  rmicro explain POST /v1/items -d '{\"name\": \"tea\"}' --reflect --upstream http://127.0.0.1:9090";

#[derive(Debug, Args)]
pub(crate) struct GatewayArgs {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Where HTTP is served: `host:port`, or `:port` for all addresses of this machine; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8080",
        help_heading = "Serving"
    )]
    pub(crate) listen: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct RoutesArgs {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The method of the request, such as GET.
    pub(crate) method: String,
    /// Its path and query; scheme and host are passed over.
    pub(crate) url: String,
    /// Its body.
    #[arg(short, long, value_name = "BODY")]
    pub(crate) data: Option<String>,
    /// A header of it, as in `content-type: application/x-www-form-urlencoded`.
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// Where the methods come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Methods")]
pub(crate) struct Source {
    /// A file with a serialized google.protobuf.FileDescriptorSet, as `protoc --include_imports --descriptor_set_out` or
    /// `buf build -o` writes it.
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present_any = ["proto", "reflect"])]
    pub(crate) descriptor_set: Vec<PathBuf>,
    /// A .proto file. The well-known types and Google's annotations need not be there. Editions need a real protoc, which the
    /// environment variable PROTOC names.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) proto: Vec<PathBuf>,
    /// A directory that .proto files and their imports are looked up in; the current one if there is none.
    #[arg(short = 'I', long = "proto-path", value_name = "DIR")]
    pub(crate) proto_path: Vec<PathBuf>,
    /// Asks the server at --upstream for its methods, by gRPC server reflection.
    #[arg(long, requires = "upstream")]
    pub(crate) reflect: bool,
    /// The gRPC server that takes the calls: `http://host:port`.
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
}

/// How the gateway behaves.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A google.api.Service in YAML: rules, and in its part `gateway` the options below.
    #[arg(long, value_name = "FILE", help_heading = "Options of the gateway")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) choices: Choices,
    /// A request header to hand on as metadata, besides the usual ones; may come again.
    #[arg(long, value_name = "NAME", help_heading = "Options of the gateway")]
    pub(crate) allow_header: Vec<String>,
    /// The only request headers to hand on as metadata.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Options of the gateway"
    )]
    pub(crate) allow_only_headers: Vec<String>,
    /// From which pages a browser may open a WebSocket: `same` (those of the gateway's own host), `any`, or origins such as
    /// https://shop.example [default: same].
    #[arg(
        long,
        value_name = "ORIGIN",
        value_delimiter = ',',
        help_heading = "Options of the gateway"
    )]
    pub(crate) websocket_origins: Vec<String>,
    /// A path, such as /healthz, that says whether the upstream server is up, by grpc.health.v1.
    #[arg(long, value_name = "PATH", help_heading = "Serving")]
    pub(crate) health: Option<String>,
    /// A path, such as /metrics, with counts and durations of requests for Prometheus.
    #[arg(long, value_name = "PATH", help_heading = "Serving")]
    pub(crate) metrics: Option<String>,
    #[command(flatten)]
    pub(crate) amounts: Amounts,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_without_contradictions() {
        Cli::command().debug_assert();
    }
}
