//! Fields from the path and from pairs of a query or a form, appended to the bytes that came from the body.
//!
//! What follows wins in protobuf's wire form, so the order is: body, query, path.

use std::collections::HashSet;

use super::binding::{Binding, BodyRule, PathVariable};
use super::capture::Capture;
use super::options::{Options, PathUnescape, UnknownQuery};
use super::percent::{Keep, decode_form, decode_path};
use super::value::{self, Expected};
use crate::pool::{FieldRef, Kind, MessageRef};
use crate::wire::{self, WireType};
use crate::{Result, Status};

/// Values that are quoted in messages are cut here.
const SHOWN: usize = 64;
/// How deep a key of a query may lead, which is as deep as protobuf messages may nest.
const MAX_DEPTH: usize = 100;

/// Appends the variables of the path; `path` is without its leading slash and its verb.
pub(super) fn path(
    binding: &Binding,
    path: &str,
    options: &Options,
    out: &mut Vec<u8>,
) -> Result<()> {
    let Some(input) = binding.input().filter(|_| !binding.variables.is_empty()) else {
        return Ok(());
    };
    for variable in &binding.variables {
        let name = &variable.name;
        let text = decode_path(
            variable.capture.slice(path),
            keep(&variable.capture, options),
        )
        .map_err(|wrong| {
            Status::invalid_argument(format!("`{name}` in the path {}", wrong.reason()))
        })?;
        write_variable(input, variable, &text, options, out)
            .map_err(|expected| mismatch(name, "the path", &expected, &text))?;
    }
    Ok(())
}

/// Which escapes stay in the value of a variable.
pub(super) fn keep(capture: &Capture, options: &Options) -> Keep {
    match (capture.multiple, options.path_unescape) {
        (false, _) | (_, PathUnescape::All | PathUnescape::BeforeSplitting) => Keep::Nothing,
        (true, PathUnescape::AllExceptSlash) => Keep::Slash,
        (true, PathUnescape::AllExceptReserved) => Keep::Reserved,
    }
}

fn write_variable(
    input: MessageRef<'_>,
    variable: &PathVariable,
    text: &str,
    options: &Options,
    out: &mut Vec<u8>,
) -> std::result::Result<(), Expected> {
    nested(input, &variable.fields, out, &mut |field, out| {
        if field.is_repeated() {
            return text
                .split(options.path_list_separator.letter())
                .try_for_each(|item| value::write(field, item, out));
        }
        value::write(field, text, out)
    })
}

/// Appends the pairs of a query or a form, which `place` names in messages.
pub(super) fn pairs(
    binding: &Binding,
    pairs: &str,
    place: Place,
    options: &Options,
    out: &mut Vec<u8>,
) -> Result<()> {
    let Some(input) = binding.input().filter(|_| !pairs.is_empty()) else {
        return Ok(());
    };
    let mut query = Query {
        input,
        binding,
        place,
        options,
        seen: HashSet::new(),
    };
    for (count, pair) in pairs.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= options.limits.max_query_pairs {
            let most = options.limits.max_query_pairs;
            return Err(Status::invalid_argument(format!(
                "{} has more than {most} pairs",
                place.name()
            )));
        }
        let (key, text) = pair.split_once('=').unwrap_or((pair, ""));
        let key = decode_form(key).map_err(|wrong| {
            Status::invalid_argument(format!("a key in {} {}", place.name(), wrong.reason()))
        })?;
        let text = decode_form(text).map_err(|wrong| {
            Status::invalid_argument(format!(
                "`{}` in {} {}",
                shown(&key),
                place.name(),
                wrong.reason()
            ))
        })?;
        query.pair(&key, &text, out)?;
    }
    Ok(())
}

/// Where pairs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    Form,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Place::Query => "the query",
            Place::Form => "the form",
        }
    }
}

struct Query<'a> {
    input: MessageRef<'a>,
    binding: &'a Binding,
    place: Place,
    options: &'a Options,
    /// Singular fields, oneofs and keys of maps that have their value.
    seen: HashSet<Seen>,
}

#[derive(PartialEq, Eq, Hash)]
enum Seen {
    Field(Vec<u32>),
    /// A member of a oneof, or a way through one.
    Member(Vec<u32>),
    Entry(Vec<u32>, String),
}

/// Why a pair is not taken over.
enum Refused {
    /// It names nothing that a query may set: an error, or ignored, as the option has it.
    Unknown(String),
    /// It is wrong in any case.
    Wrong(String),
}

impl Query<'_> {
    fn pair(&mut self, key: &str, text: &str, out: &mut Vec<u8>) -> Result<()> {
        match self.write(key, text, out) {
            Ok(()) => Ok(()),
            Err(Refused::Unknown(what)) if self.options.unknown_query == UnknownQuery::Ignore => {
                tracing::debug!(what, "ignored a pair of {}", self.place.name());
                Ok(())
            }
            Err(Refused::Unknown(what) | Refused::Wrong(what)) => {
                Err(Status::invalid_argument(what))
            }
        }
    }

    fn write(
        &mut self,
        key: &str,
        text: &str,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), Refused> {
        let (name, entry) = match key.strip_suffix(']').and_then(|key| key.split_once('[')) {
            Some((name, entry)) => (name, Some(entry)),
            None => (key, None),
        };
        let (numbers, field) = self.resolve(key, name)?;
        self.refuse_bound(key, &numbers)?;
        let place = self.place.name();
        let wrong = |expected: &Expected| {
            Refused::Wrong(
                mismatch(shown(key), place, expected, text)
                    .message()
                    .to_owned(),
            )
        };
        if let Some(entry) = entry {
            if !field.is_map() {
                return Err(Refused::Wrong(format!(
                    "`{}` in {place} must not have brackets: it is no map",
                    shown(name)
                )));
            }
            self.see(Seen::Entry(numbers.clone(), entry.to_owned()), key)?;
            return nested(self.input, &numbers, out, &mut |field, out| {
                value::write_entry(field, entry, text, out)
            })
            .map_err(|expected| wrong(&expected));
        }
        if field.is_map() {
            return Err(Refused::Wrong(format!(
                "`{0}` in {place} is a map: write `{0}[key]=value`",
                shown(name)
            )));
        }
        if !field.is_repeated() {
            self.see(Seen::Field(numbers.clone()), key)?;
            self.see_oneofs(key, &numbers)?;
        }
        nested(self.input, &numbers, out, &mut |field, out| {
            value::write(field, text, out)
        })
        .map_err(|expected| wrong(&expected))
    }

    /// The field that a key leads to, by JSON names or names of the `.proto` file.
    fn resolve(
        &self,
        key: &str,
        name: &str,
    ) -> std::result::Result<(Vec<u32>, FieldRef<'_>), Refused> {
        let place = self.place.name();
        let mut message = self.input;
        let mut numbers = Vec::new();
        let mut parts = name.split('.').peekable();
        while let Some(part) = parts.next() {
            let Some(field) = message.field_by_any_name(part.as_bytes()) else {
                let hint = if self.place == Place::Form && key.starts_with('{') {
                    ": the body looks like JSON, so send `content-type: application/json`"
                } else {
                    ""
                };
                let (key, message) = (shown(key), message.full_name());
                return Err(Refused::Unknown(format!(
                    "`{key}` in {place} names no field of `{message}`{hint}"
                )));
            };
            numbers.push(field.number());
            if parts.peek().is_none() {
                return Ok((numbers, field));
            }
            message = match field.kind() {
                Kind::Message(inner) | Kind::Group(inner)
                    if !field.is_repeated() && !field.is_map() && numbers.len() < MAX_DEPTH =>
                {
                    inner
                }
                _ => {
                    let (key, part) = (shown(key), shown(part));
                    return Err(Refused::Wrong(format!(
                        "`{key}` in {place} must not lead through `{part}`"
                    )));
                }
            };
        }
        Err(Refused::Unknown(format!("a pair in {place} has no key")))
    }

    /// A field that the path or the body sets is not for the query.
    fn refuse_bound(&self, key: &str, numbers: &[u32]) -> std::result::Result<(), Refused> {
        let place = self.place.name();
        let overlaps = |fields: &[u32]| fields.starts_with(numbers) || numbers.starts_with(fields);
        if self
            .binding
            .variables
            .iter()
            .any(|variable| overlaps(&variable.fields))
        {
            let key = shown(key);
            return Err(Refused::Unknown(format!(
                "`{key}` in {place} is set by the path already"
            )));
        }
        let by_body = self.place == Place::Query
            && match self.binding.body {
                BodyRule::Unmapped => false,
                BodyRule::Whole(_) => true,
                BodyRule::Field(number, _) => overlaps(&[number]),
            };
        if by_body {
            let key = shown(key);
            return Err(Refused::Unknown(format!(
                "`{key}` in {place} is to be set by the body"
            )));
        }
        Ok(())
    }

    fn see(&mut self, what: Seen, key: &str) -> std::result::Result<(), Refused> {
        if self.seen.insert(what) {
            return Ok(());
        }
        let (key, place) = (shown(key), self.place.name());
        Err(Refused::Wrong(format!(
            "`{key}` in {place} has more than one value"
        )))
    }

    /// Notes the oneofs that the way to a field goes through: each may have one field only.
    fn see_oneofs(&mut self, key: &str, numbers: &[u32]) -> std::result::Result<(), Refused> {
        let mut message = self.input;
        for (at, number) in numbers.iter().enumerate() {
            let Some(field) = message.field_by_number(*number) else {
                return Ok(());
            };
            if let Some(oneof) = field.oneof() {
                let before = &numbers[..at];
                let taken = oneof.fields().find(|other| {
                    let mut path = before.to_vec();
                    path.push(other.number());
                    *other != field && self.is_set(&path)
                });
                if let Some(other) = taken {
                    let (key, place, oneof) = (shown(key), self.place.name(), oneof.name());
                    let other = other.name();
                    return Err(Refused::Wrong(format!(
                        "`{key}` in {place} and `{other}` are of one oneof, `{oneof}`: only one may be set"
                    )));
                }
                let mut path = before.to_vec();
                path.push(*number);
                self.seen.insert(Seen::Member(path));
            }
            match field.kind() {
                Kind::Message(inner) | Kind::Group(inner) => message = inner,
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn is_set(&self, path: &[u32]) -> bool {
        let by_body = matches!(self.binding.body, BodyRule::Field(number, _) if path == [number]);
        by_body
            || self
                .binding
                .variables
                .iter()
                .any(|variable| variable.fields.starts_with(path))
            || self.seen.contains(&Seen::Member(path.to_vec()))
    }
}

/// Writes the record of a field.
type Write<'p, 'w> =
    dyn FnMut(FieldRef<'p>, &mut Vec<u8>) -> std::result::Result<(), Expected> + 'w;

/// Appends records that lead from `message` to the last of `fields`, which `write` writes.
fn nested<'a>(
    message: MessageRef<'a>,
    fields: &[u32],
    out: &mut Vec<u8>,
    write: &mut Write<'a, '_>,
) -> std::result::Result<(), Expected> {
    let [number, rest @ ..] = fields else {
        return Ok(());
    };
    let Some(field) = message.field_by_number(*number) else {
        return Ok(());
    };
    if rest.is_empty() {
        return write(field, out);
    }
    match field.kind() {
        Kind::Message(inner) => {
            wire::tag(out, *number, WireType::Length);
            let place = wire::open(out);
            nested(inner, rest, out, write)?;
            wire::close(out, place);
        }
        Kind::Group(inner) => {
            wire::tag(out, *number, WireType::GroupStart);
            nested(inner, rest, out, write)?;
            wire::tag(out, *number, WireType::GroupEnd);
        }
        _ => {}
    }
    Ok(())
}

fn mismatch(name: &str, place: &str, expected: &Expected, text: &str) -> Status {
    let (name, expected, text) = (shown(name), &expected.0, shown(text));
    Status::invalid_argument(format!(
        "`{name}` in {place} must be {expected}, not `{text}`"
    ))
}

/// The start of a text that a client sent.
fn shown(text: &str) -> &str {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
