//! Options of the gateway and of its listener that take a number, a size, a time or a yes: each is a flag, and a key of the
//! configuration file.

use std::time::Duration;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use rmicro::json::{PrintOptions, UnknownAny};
use rmicro::{Limits, gateway};

/// What amounts are set on.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) gateway: gateway::Limits,
    pub(crate) server: Limits,
    pub(crate) drain_timeout: Option<Duration>,
    pub(crate) print: PrintOptions,
}

/// An option: its name with underscores, the form of its value, what it is about, and what it does.
pub(crate) struct Amount {
    pub(crate) name: &'static str,
    alias: Option<&'static str>,
    form: Form,
    help: &'static str,
    set: fn(&mut Targets, &str) -> Result<(), String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Count,
    Size,
    Time,
    TimeOrNone,
    Yes,
    Any,
}

macro_rules! amounts {
    ($($name:literal $([$alias:literal])? $form:ident $help:literal => $target:ident.$($field:ident).+ = $parse:ident;)*) => {
        &[$(Amount {
            name: $name,
            alias: [$(Some($alias),)? None][0],
            form: Form::$form,
            help: $help,
            set: |targets, text| {
                targets.$target.$($field).+ = $parse(text)?;
                Ok(())
            },
        }),*]
    };
}

const AMOUNTS: &[Amount] = amounts! {
    "max_message_bytes" ["max_body"] Size
        "Size of a body, or of one message of a stream [default: 4MiB]" => gateway.max_message_bytes = size;
    "max_target_bytes" Size
        "Size of path and query [default: 16KiB]" => gateway.max_target_bytes = size;
    "max_query_pairs" Count
        "Pairs in a query or a form [default: 1000]" => gateway.max_query_pairs = count;
    "timeout" TimeOrNone
        "Time for a call that does not stream [default: 60s]" => gateway.timeout = time_or_none;
    "read_timeout" Time
        "Time for the next bytes of a body [default: 30s]" => gateway.read_timeout = time;
    "stream_idle_timeout" TimeOrNone
        "Time for the next message of a stream [default: 5m]" => gateway.stream_idle_timeout = time_or_none;
    "max_connections" Count
        "Connections at a time [default: 10000]" => server.max_connections = count;
    "max_concurrent_streams" Count
        "Calls at a time on one HTTP/2 connection [default: 250]" => server.max_concurrent_streams = count;
    "max_header_bytes" Size
        "Size of a request's line and headers [default: 64KiB]" => server.max_header_bytes = size;
    "header_read_timeout" Time
        "Time for the headers of a request [default: 10s]" => server.header_read_timeout = time;
    "keep_alive_interval" Time
        "How often HTTP/2 clients are asked whether they are there [default: 60s]" => server.keep_alive_interval = time;
    "keep_alive_timeout" Time
        "Time for the answer to that [default: 20s]" => server.keep_alive_timeout = time;
    "always_print_fields_with_no_presence" Yes
        "Write fields of answers that have their default value" => print.always_print_fields_with_no_presence = yes;
    "preserve_proto_field_names" Yes
        "Write names of fields as .proto files have them" => print.preserve_proto_field_names = yes;
    "enums_as_numbers" Yes
        "Write enums as numbers" => print.enums_as_numbers = yes;
    "int64_as_numbers" Yes
        "Write 64-bit integers as numbers" => print.int64_as_numbers = yes;
    "indent" Count
        "Spaces for each level of JSON [default: 0, on one line]" => print.indent = count;
    "max_depth" Count
        "Levels of messages in an answer [default: 100]" => print.max_depth = count;
    "max_size" Size
        "Size of a message of an answer as JSON [default: 64MiB]" => print.max_size = size;
    "unknown_any" Any
        "What becomes of an Any of an unknown type in an answer [default: fail]" => print.unknown_any = unknown_any;
};

/// The one that is neither a limit of the gateway nor of a connection.
const DRAIN: Amount = Amount {
    name: "drain_timeout",
    alias: None,
    form: Form::Time,
    help: "Time for calls in flight after the signal to stop [default: 30s]",
    set: |targets, text| {
        targets.drain_timeout = Some(time(text)?);
        Ok(())
    },
};

fn all() -> impl Iterator<Item = &'static Amount> {
    const ONE: &Amount = &DRAIN;
    AMOUNTS.iter().chain(std::iter::once(ONE))
}

impl Amount {
    /// The option of that name.
    pub(crate) fn find(name: &str) -> Option<&'static Amount> {
        all().find(|amount| amount.name == name || amount.alias == Some(name))
    }

    /// Sets it.
    ///
    /// # Errors
    /// What was expected.
    pub(crate) fn set(&self, targets: &mut Targets, text: &str) -> Result<(), String> {
        (self.set)(targets, text)
    }

    fn is_about_json(&self) -> bool {
        matches!(self.form, Form::Yes | Form::Any)
            || matches!(self.name, "indent" | "max_depth" | "max_size")
    }

    fn arg(&'static self) -> Arg {
        let check = |text: &str| {
            (self.set)(&mut Targets::default(), text)?;
            Ok::<_, String>(text.to_owned())
        };
        let arg = Arg::new(self.name)
            .long(self.name.replace('_', "-"))
            .help(self.help)
            .help_heading(if self.is_about_json() {
                "JSON"
            } else {
                "Limits"
            })
            .value_name(self.form.name())
            .value_parser(check);
        let arg = match self.alias {
            Some(alias) => arg.visible_alias(alias.replace('_', "-")),
            None => arg,
        };
        if self.form == Form::Yes {
            return arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true");
        }
        arg
    }
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Count => "NUMBER",
            Form::Size => "SIZE",
            Form::Time => "TIME",
            Form::TimeOrNone => "TIME|none",
            Form::Yes => "true|false",
            Form::Any => "fail|raw",
        }
    }
}

/// What the command line sets: names of options and texts.
#[derive(Clone, Debug)]
pub(crate) struct Amounts(pub(crate) Vec<(&'static str, String)>);

impl Args for Amounts {
    fn augment_args(command: Command) -> Command {
        all().fold(command, |command, amount| command.arg(amount.arg()))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Amounts {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let set = all().filter_map(|amount| {
            Some((amount.name, matches.get_one::<String>(amount.name)?.clone()))
        });
        Ok(Self(set.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn count<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "a number was expected".to_owned())
}

fn size<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let wrong = || "a size was expected, such as `512KiB` or `4MiB`".to_owned();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(wrong()),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    let bytes = number
        .checked_mul(unit)
        .and_then(|bytes| T::try_from(bytes).ok());
    bytes.ok_or_else(|| "the size is too large".to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "a time was expected, such as `500ms`, `30s` or `5m`".to_owned();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    match &text[digits.len()..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => number
            .checked_mul(60)
            .map(Duration::from_secs)
            .ok_or_else(wrong),
        "h" => number
            .checked_mul(3600)
            .map(Duration::from_secs)
            .ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn time_or_none(text: &str) -> Result<Option<Duration>, String> {
    if text == "none" {
        Ok(None)
    } else {
        time(text).map(Some)
    }
}

fn unknown_any(text: &str) -> Result<UnknownAny, String> {
    match text {
        "fail" => Ok(UnknownAny::Fail),
        "raw" => Ok(UnknownAny::Raw),
        _ => Err("`fail` or `raw` was expected".to_owned()),
    }
}

fn yes(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_| "`true` or `false` was expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_and_every_choice_about_json_is_a_flag() {
        let limits = include_str!("../../runtime/src/gateway/options.rs");
        let server = include_str!("../../runtime/src/server/limits.rs");
        let json = include_str!("../../runtime/src/json/options.rs");
        for (text, start) in [
            (limits, "pub struct Limits {"),
            (server, "pub struct Limits {"),
            (json, "pub struct PrintOptions {"),
        ] {
            let fields = text
                .split_once(start)
                .unwrap()
                .1
                .split_once("\n}")
                .unwrap()
                .0;
            let fields = fields
                .lines()
                .filter_map(|line| line.trim().strip_prefix("pub "));
            for (name, _) in fields.map(|field| field.split_once(':').unwrap()) {
                assert!(Amount::find(name).is_some(), "`{name}` is no flag");
            }
        }
    }

    #[test]
    fn sizes_have_units() {
        for (text, expected) in [
            ("10", Ok(10)),
            ("10B", Ok(10)),
            ("4KiB", Ok(4096)),
            ("4 MiB", Ok(4 << 20)),
            (
                "4MB",
                Err("a size was expected, such as `512KiB` or `4MiB`".to_owned()),
            ),
            (
                "many",
                Err("a size was expected, such as `512KiB` or `4MiB`".to_owned()),
            ),
            (
                "18446744073709551615KiB",
                Err("the size is too large".to_owned()),
            ),
        ] {
            assert_eq!(size::<usize>(text), expected, "{text}");
        }
    }

    #[test]
    fn times_have_units() {
        for (text, expected) in [
            ("500ms", Ok(Some(Duration::from_millis(500)))),
            ("30s", Ok(Some(Duration::from_secs(30)))),
            ("2h", Ok(Some(Duration::from_secs(7200)))),
            ("none", Ok(None)),
            (
                "30",
                Err("a time was expected, such as `500ms`, `30s` or `5m`".to_owned()),
            ),
        ] {
            assert_eq!(time_or_none(text), expected, "{text}");
        }
    }
}
