//! The plugin's parameter string: `name=value` joined by commas.

use crate::diagnostic::Lint;
use crate::options::{Options, is_full_name, is_identifier};

/// A parameter: its name, what its value looks like, what it does, and how it is set.
struct Parameter {
    name: &'static str,
    value: &'static str,
    help: &'static str,
    set: fn(&mut Options, &str) -> Result<(), String>,
}

/// The known parameters, in the order of the help text.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "messages",
        value: "true|false",
        help: "generate the message types; `false` where another plugin does, in the same modules",
        set: |options, value| set_flag(&mut options.sections.messages, value),
    },
    Parameter {
        name: "client",
        value: "true|false",
        help: "generate the clients",
        set: |options, value| set_flag(&mut options.sections.client, value),
    },
    Parameter {
        name: "server",
        value: "true|false",
        help: "generate the handler traits and their registration",
        set: |options, value| set_flag(&mut options.sections.server, value),
    },
    Parameter {
        name: "gateway",
        value: "true|false",
        help: "generate the gateway functions",
        set: |options, value| set_flag(&mut options.sections.gateway, value),
    },
    Parameter {
        name: "register_func_suffix",
        value: "NAME",
        help: "ending of the gateway functions' names, `Gw` if not given",
        set: |options, value| match is_identifier(value) {
            true => {
                options.register_func_suffix = value.to_owned();
                Ok(())
            }
            false => Err("an identifier such as `Gw`".to_owned()),
        },
    },
    Parameter {
        name: "extern_path",
        value: ".PROTO.PATH=::rust::path",
        help: "types that exist already: a package or a type, and where it is in Rust",
        set: |options, value| {
            let (proto, rust) = pair(value)
                .filter(|(proto, rust)| is_full_name(proto) && !rust.is_empty())
                .ok_or("`.proto.path=::rust::path`")?;
            options.messages.extern_path.push((proto, rust));
            Ok(())
        },
    },
    Parameter {
        name: "type_attribute",
        value: "PATH=ATTRIBUTE",
        help: "attribute of messages, enums and oneofs",
        set: |options, value| push_pair(&mut options.messages.type_attribute, value),
    },
    Parameter {
        name: "message_attribute",
        value: "PATH=ATTRIBUTE",
        help: "attribute of messages",
        set: |options, value| push_pair(&mut options.messages.message_attribute, value),
    },
    Parameter {
        name: "enum_attribute",
        value: "PATH=ATTRIBUTE",
        help: "attribute of enums and oneofs",
        set: |options, value| push_pair(&mut options.messages.enum_attribute, value),
    },
    Parameter {
        name: "field_attribute",
        value: "PATH=ATTRIBUTE",
        help: "attribute of fields",
        set: |options, value| push_pair(&mut options.messages.field_attribute, value),
    },
    Parameter {
        name: "bytes",
        value: "PATH",
        help: "`bytes` fields as `Bytes` instead of `Vec<u8>`; `.` for all",
        set: |options, value| push(&mut options.messages.bytes, value),
    },
    Parameter {
        name: "btree_map",
        value: "PATH",
        help: "`map` fields as `BTreeMap` instead of `HashMap`; `.` for all",
        set: |options, value| push(&mut options.messages.btree_map, value),
    },
    Parameter {
        name: "boxed",
        value: "PATH",
        help: "message fields in a `Box`",
        set: |options, value| push(&mut options.messages.boxed, value),
    },
    Parameter {
        name: "disable_comments",
        value: "PATH",
        help: "types and fields whose comments are left out; `.` for all",
        set: |options, value| push(&mut options.messages.disable_comments, value),
    },
    Parameter {
        name: "default_package_filename",
        value: "NAME",
        help: "module of several files without package, `root` if not given",
        set: |options, value| match is_identifier(value) {
            true => {
                options.default_package_filename = value.to_owned();
                Ok(())
            }
            false => Err("an identifier such as `root`".to_owned()),
        },
    },
    Parameter {
        name: "include_file",
        value: "NAME",
        help: "file that nests the modules, `mod.rs` if not given; empty for none",
        set: |options, value| {
            if value == "true" || value == "false" || value.contains(['/', '\\']) {
                return Err("a file name such as `mod.rs`, or nothing".to_owned());
            }
            options.include_file = (!value.is_empty()).then(|| value.to_owned());
            Ok(())
        },
    },
    Parameter {
        name: "allow_delete_body",
        value: "true|false",
        help: "let rules of DELETE have a body",
        set: |options, value| set_flag(&mut options.allow_delete_body, value),
    },
    Parameter {
        name: "warn",
        value: "NAME",
        help: "take a mistake of HTTP rules for a warning, by the name that its error shows",
        set: |options, value| push_lint(&mut options.warn, value),
    },
    Parameter {
        name: "allow",
        value: "NAME",
        help: "do not tell a mistake of HTTP rules",
        set: |options, value| push_lint(&mut options.allow, value),
    },
    Parameter {
        name: "strict",
        value: "true|false",
        help: "take warnings for errors",
        set: |options, value| set_flag(&mut options.strict, value),
    },
];

/// The options that `parameter` chooses: parts `name=value` joined by commas, where `name` alone is `name=true`, and
/// `\,`, `\=` and `\\` stand for the characters themselves.
///
/// # Errors
/// A sentence for every part that is not understood.
pub(crate) fn parse(parameter: &str) -> Result<Options, Vec<String>> {
    let mut options = Options::default();
    let mut errors = Vec::new();
    for part in split(parameter, ',') {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name.trim(), value),
            None => (part, "true"),
        };
        let Some(known) = PARAMETERS.iter().find(|known| known.name == name) else {
            let names: Vec<_> = PARAMETERS
                .iter()
                .map(|known| format!("`{}`", known.name))
                .collect();
            errors.push(format!(
                "unknown parameter `{name}`; known are {}",
                names.join(", ")
            ));
            continue;
        };
        if let Err(expected) = (known.set)(&mut options, value) {
            errors.push(format!("parameter `{name}`: `{value}` is not {expected}"));
        }
    }
    match errors.is_empty() {
        true => Ok(options),
        false => Err(errors),
    }
}

/// A line for each parameter.
pub(crate) fn help() -> String {
    let width = PARAMETERS
        .iter()
        .map(|one| one.name.len() + one.value.len() + 1)
        .max();
    let width = width.unwrap_or_default();
    PARAMETERS
        .iter()
        .map(|one| {
            let usage = format!("{}={}", one.name, one.value);
            format!("  {usage:width$}  {}\n", one.help)
        })
        .collect()
}

fn set_flag(flag: &mut bool, value: &str) -> Result<(), String> {
    *flag = match value {
        "true" => true,
        "false" => false,
        _ => return Err("`true` or `false`".to_owned()),
    };
    Ok(())
}

fn push_lint(list: &mut Vec<Lint>, value: &str) -> Result<(), String> {
    let names = Lint::ALL.iter().map(|(name, _)| format!("`{name}`"));
    list.push(
        Lint::named(value)
            .ok_or_else(|| format!("one of {}", names.collect::<Vec<_>>().join(", ")))?,
    );
    Ok(())
}

fn push(list: &mut Vec<String>, value: &str) -> Result<(), String> {
    let value = unescape(value);
    if value.is_empty() || value == "true" {
        return Err("a path such as `.package.Message.field`".to_owned());
    }
    list.push(value);
    Ok(())
}

fn push_pair(list: &mut Vec<(String, String)>, value: &str) -> Result<(), String> {
    let pair = pair(value).filter(|(path, attribute)| !path.is_empty() && !attribute.is_empty());
    list.push(pair.ok_or("`path=attribute`")?);
    Ok(())
}

fn pair(value: &str) -> Option<(String, String)> {
    let parts = split(value, '=');
    let (first, rest) = parts.split_first()?;
    match rest.is_empty() {
        true => None,
        // Only the first `=` divides, so that an attribute may have its own.
        false => Some((unescape(first), unescape(&rest.join("=")))),
    }
}

/// The parts between separators that no backslash stands before; the backslashes stay.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == separator && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next @ (',' | '=' | '\\'))) => {
                plain.push(next);
                chars.next();
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_set_options() {
        let options = parse(
            "client=false,strict, extern_path=.a.b=::x::y,\
             type_attribute=.a.M=#[derive(A\\, B)],type_attribute=.=#[x(y = 1)],include_file=",
        )
        .unwrap();
        let mut expected = Options::default();
        expected.sections.client = false;
        expected.strict = true;
        expected.include_file = None;
        expected.messages.extern_path = vec![(".a.b".to_owned(), "::x::y".to_owned())];
        expected.messages.type_attribute = vec![
            (".a.M".to_owned(), "#[derive(A, B)]".to_owned()),
            (".".to_owned(), "#[x(y = 1)]".to_owned()),
        ];
        assert_eq!(options, expected);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let known = "known are `messages`, `client`, `server`, `gateway`, `register_func_suffix`, `extern_path`, \
             `type_attribute`, `message_attribute`, `enum_attribute`, `field_attribute`, `bytes`, `btree_map`, `boxed`, \
             `disable_comments`, `default_package_filename`, `include_file`, `allow_delete_body`, `warn`, `allow`, `strict`";
        for (parameter, errors) in [
            ("nope=1,nada", vec![
                format!("unknown parameter `nope`; {known}"),
                format!("unknown parameter `nada`; {known}"),
            ]),
            ("strict=yes", vec!["parameter `strict`: `yes` is not `true` or `false`".to_owned()]),
            ("client=", vec!["parameter `client`: `` is not `true` or `false`".to_owned()]),
            ("register_func_suffix=a-b", vec![
                "parameter `register_func_suffix`: `a-b` is not an identifier such as `Gw`".to_owned(),
            ]),
            ("extern_path=a.b=::c", vec![
                "parameter `extern_path`: `a.b=::c` is not `.proto.path=::rust::path`".to_owned(),
            ]),
            ("extern_path", vec![
                "parameter `extern_path`: `true` is not `.proto.path=::rust::path`".to_owned(),
            ]),
            ("type_attribute=.a", vec!["parameter `type_attribute`: `.a` is not `path=attribute`".to_owned()]),
            ("bytes", vec![
                "parameter `bytes`: `true` is not a path such as `.package.Message.field`".to_owned(),
            ]),
            ("include_file=a/b.rs", vec![
                "parameter `include_file`: `a/b.rs` is not a file name such as `mod.rs`, or nothing".to_owned(),
            ]),
        ] {
            assert_eq!(parse(parameter).unwrap_err(), errors, "{parameter}");
        }
    }
}
