//! Options of the gateway that choose among a few: each is a flag, and a key of the configuration file.

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use rmicro::gateway::{
    Compat, ContentTypes, DerivedMethods, EmptySegments, ErrorFormat, FormFallback, HeaderStyle,
    ListSeparator, MethodOverride, PatchMask, PathUnescape, RouteOrder, ServeMuxBuilder,
    StreamFormat, TrailingSlash, UnboundMethods, UnknownFields, UnknownQuery, UnmappedBody,
    VerbMatching, WrongMethod,
};

/// An option: its name with underscores, what it is about, and its values; the first value is the default, unless the option
/// has none.
pub(crate) struct Choice {
    pub(crate) name: &'static str,
    help: &'static str,
    default: Default,
    pub(crate) values: &'static [Value],
    /// A flag without a value that stands for one of the values.
    short: Option<(&'static str, &'static str, &'static str)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Default {
    First,
    None,
}

/// A value by its name, what it means, and what it does.
pub(crate) struct Value {
    pub(crate) name: &'static str,
    help: &'static str,
    pub(crate) set: fn(ServeMuxBuilder) -> ServeMuxBuilder,
}

macro_rules! values {
    ($($method:ident($value:expr) $name:literal $help:literal,)*) => {
        &[$(Value { name: $name, help: $help, set: |builder| builder.$method($value) }),*]
    };
}

/// All of them; `compat` comes first, because what is set after it wins.
pub(crate) const CHOICES: &[Choice] = &[
    Choice {
        name: "compat",
        help: "Answer as another gateway does: sets every option below in which that one differs",
        default: Default::None,
        values: values! {
            compat(Compat::GrpcGateway) "grpc-gateway" "grpc-gateway v2",
        },
        short: None,
    },
    Choice {
        name: "route_order",
        help: "Which of several routes that match a request takes it",
        default: Default::First,
        values: values! {
            route_order(RouteOrder::MostSpecific) "most_specific" "the most specific one",
            route_order(RouteOrder::LastRegistered) "last_registered" "the one that comes last",
        },
        short: None,
    },
    Choice {
        name: "verb_matching",
        help: "Where the part after the last colon of a path is a verb",
        default: Default::First,
        values: values! {
            verb_matching(VerbMatching::Always) "always" "wherever some template has that verb",
            verb_matching(VerbMatching::WhereItMatches) "where_it_matches" "only for templates that have it",
        },
        short: None,
    },
    Choice {
        name: "trailing_slash",
        help: "Whether a slash at the end of a path matters",
        default: Default::First,
        values: values! {
            trailing_slash(TrailingSlash::Exact) "exact" "`/a/` is not `/a`",
            trailing_slash(TrailingSlash::Ignored) "ignored" "`/a/` is taken as `/a`",
        },
        short: None,
    },
    Choice {
        name: "empty_segments",
        help: "Whether `*` matches an empty segment",
        default: Default::First,
        values: values! {
            empty_segments(EmptySegments::Rejected) "rejected" "it does not",
            empty_segments(EmptySegments::Matched) "matched" "it does: `/users/` is `/users/{id}` with an empty id",
        },
        short: None,
    },
    Choice {
        name: "path_unescape",
        help: "What is decoded in a variable of several segments",
        default: Default::First,
        values: values! {
            path_unescape(PathUnescape::AllExceptSlash) "all_except_slash" "all but `%2F`",
            path_unescape(PathUnescape::AllExceptReserved) "all_except_reserved" "all but what RFC 6570 reserves",
            path_unescape(PathUnescape::All) "all" "everything",
            path_unescape(PathUnescape::BeforeSplitting) "before_splitting" "everything, before the path is split at its slashes",
        },
        short: None,
    },
    Choice {
        name: "path_list_separator",
        help: "What separates the elements of a repeated field in a path",
        default: Default::First,
        values: values! {
            path_list_separator(ListSeparator::Comma) "comma" "`,`",
            path_list_separator(ListSeparator::Pipe) "pipe" "`|`",
            path_list_separator(ListSeparator::Space) "space" "a space",
            path_list_separator(ListSeparator::Tab) "tab" "a tab",
        },
        short: None,
    },
    Choice {
        name: "unknown_query",
        help: "What becomes of a query key that names no field, or one that path or body set",
        default: Default::First,
        values: values! {
            unknown_query(UnknownQuery::Reject) "reject" "the request is answered with 400",
            unknown_query(UnknownQuery::Ignore) "ignore" "the pair is left out",
        },
        short: Some((
            "ignore_unknown_query",
            "ignore",
            "The same as --unknown-query ignore",
        )),
    },
    Choice {
        name: "unknown_fields",
        help: "What becomes of a JSON member that names no field, and of a value that names none of its enum",
        default: Default::First,
        values: values! {
            unknown_fields(UnknownFields::Reject) "reject" "the request is answered with 400",
            unknown_fields(UnknownFields::Ignore) "ignore" "it is left out",
        },
        short: Some((
            "ignore_unknown_fields",
            "ignore",
            "The same as --unknown-fields ignore",
        )),
    },
    Choice {
        name: "unmapped_body",
        help: "What becomes of a body that the rule has no place for",
        default: Default::First,
        values: values! {
            unmapped_body(UnmappedBody::Reject) "reject" "the request is answered with 400",
            unmapped_body(UnmappedBody::Ignore) "ignore" "it is not read",
        },
        short: None,
    },
    Choice {
        name: "content_types",
        help: "Which bodies are read as JSON",
        default: Default::First,
        values: values! {
            content_types(ContentTypes::Checked) "checked" "those that say so, or say nothing",
            content_types(ContentTypes::AnyIsJson) "any_is_json" "all that are nothing else",
        },
        short: None,
    },
    Choice {
        name: "patch_mask",
        help: "What fills the field mask of a PATCH that names none",
        default: Default::First,
        values: values! {
            patch_mask(PatchMask::FromBody) "from_body" "the paths of what the body gives",
            patch_mask(PatchMask::Untouched) "untouched" "nothing",
        },
        short: None,
    },
    Choice {
        name: "wrong_method",
        help: "How a request is answered whose path is not for its method",
        default: Default::First,
        values: values! {
            wrong_method(WrongMethod::MethodNotAllowed) "method_not_allowed" "with 405 and `allow`",
            wrong_method(WrongMethod::NotImplemented) "not_implemented" "with 501",
        },
        short: None,
    },
    Choice {
        name: "derived_methods",
        help: "Which methods are answered without a rule of their own",
        default: Default::First,
        values: values! {
            derived_methods(DerivedMethods::HeadAndOptions) "head_and_options" "HEAD as GET without the body, OPTIONS with what is allowed",
            derived_methods(DerivedMethods::None) "none" "none",
        },
        short: None,
    },
    Choice {
        name: "method_override",
        help: "Whether a form may name another method than POST, in `x-http-method-override`",
        default: Default::First,
        values: values! {
            method_override(MethodOverride::Off) "off" "it may not",
            method_override(MethodOverride::Forms) "forms" "it may; what filters by method in front does not see it",
        },
        short: None,
    },
    Choice {
        name: "form_fallback",
        help: "What a form does that no route of POST takes",
        default: Default::First,
        values: values! {
            form_fallback(FormFallback::Off) "off" "it has the wrong method",
            form_fallback(FormFallback::Get) "get" "it takes the route of GET, with the form as the query",
        },
        short: None,
    },
    Choice {
        name: "error_format",
        help: "How errors are written",
        default: Default::First,
        values: values! {
            error_format(ErrorFormat::Status) "status" "as google.rpc.Status: {\"code\":5,...}",
            error_format(ErrorFormat::Aip193) "aip193" "as AIP-193 has it: {\"error\":{\"code\":404,...}}",
        },
        short: None,
    },
    Choice {
        name: "stream_format",
        help: "How the messages of a stream are framed",
        default: Default::First,
        values: values! {
            stream_format(StreamFormat::Negotiated) "negotiated" "by `accept`: lines, an array or server-sent events",
            stream_format(StreamFormat::Enveloped) "enveloped" "{\"result\":...}, one a line",
        },
        short: None,
    },
    Choice {
        name: "header_style",
        help: "Under which names headers become metadata, and metadata headers",
        default: Default::First,
        values: values! {
            header_style(HeaderStyle::Plain) "plain" "under their own",
            header_style(HeaderStyle::GrpcGateway) "grpc-gateway" "as `grpcgateway-*` and `grpc-metadata-*`",
        },
        short: None,
    },
    Choice {
        name: "unbound_methods",
        help: "What becomes of methods without a rule",
        default: Default::First,
        values: values! {
            unbound_methods(UnboundMethods::Skip) "skip" "they are not served",
            unbound_methods(UnboundMethods::Post) "post" "they are served as POST /package.Service/Method",
        },
        short: Some(("unbound", "post", "The same as --unbound-methods post")),
    },
];

/// What the command line chooses: names of options and of values.
#[derive(Clone, Debug)]
pub(crate) struct Choices(pub(crate) Vec<(&'static str, String)>);

impl Choice {
    /// The option of that name.
    pub(crate) fn find(name: &str) -> Option<&'static Choice> {
        CHOICES.iter().find(|choice| choice.name == name)
    }

    /// The value of that name; hyphens stand for underscores, too.
    pub(crate) fn value(&self, name: &str) -> Option<&'static Value> {
        let same = |known: &str| known.replace('-', "_") == name.replace('-', "_");
        self.values.iter().find(|value| same(value.name))
    }

    fn arg(&self) -> Arg {
        let default = match self.default {
            Default::First => format!(" [default: {}]", self.values[0].name),
            Default::None => String::new(),
        };
        let values = self.values.iter().map(|value| {
            let hyphens = value.name.replace('_', "-");
            PossibleValue::new(value.name)
                .alias(hyphens)
                .help(value.help)
        });
        Arg::new(self.name)
            .long(self.name.replace('_', "-"))
            .value_name("CHOICE")
            .help(format!("{}{default}", self.help))
            .help_heading("Options of the gateway")
            .value_parser(values.collect::<Vec<_>>())
    }
}

impl Args for Choices {
    fn augment_args(mut command: Command) -> Command {
        for choice in CHOICES {
            command = command.arg(choice.arg());
            if let Some((name, _, help)) = choice.short {
                let flag = Arg::new(name)
                    .long(name.replace('_', "-"))
                    .action(ArgAction::SetTrue);
                let flag = flag
                    .help(help)
                    .help_heading("Options of the gateway")
                    .conflicts_with(choice.name);
                command = command.arg(flag);
            }
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Choices {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut chosen = Vec::new();
        for choice in CHOICES {
            if let Some(value) = matches.get_one::<String>(choice.name) {
                chosen.push((choice.name, value.clone()));
            }
            if let Some((name, value, _)) = choice.short
                && matches.get_flag(name)
            {
                chosen.push((choice.name, value.to_owned()));
            }
        }
        Ok(Self(chosen))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_the_gateway_is_a_flag() {
        let text = include_str!("../../runtime/src/gateway/builder.rs");
        let names = text.lines().filter_map(|line| {
            let (name, rest) = line.trim().split_once(": ")?;
            let is_name = name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            (is_name && rest.contains(" => ")).then_some(name)
        });
        let names: Vec<&str> = names
            .filter(|name| !["limits", "print"].contains(name))
            .collect();
        assert!(
            names.len() > 15,
            "the builder is written otherwise: {names:?}"
        );
        for name in names {
            assert!(Choice::find(name).is_some(), "`{name}` is no flag");
        }
    }
}
