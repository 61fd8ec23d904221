//! The descriptors that are embedded in the generated code.

use std::collections::BTreeSet;

use super::layout::Layout;
use crate::model::{Model, Package};
use crate::names::Names;
use crate::request::Request;

/// Field number of the files in a `FileDescriptorSet`.
const FILE: u64 = 1;
/// Field number of the source info in a `FileDescriptorProto`.
const SOURCE_CODE_INFO: u64 = 9;
/// Bytes of one line of a byte string, roughly.
const LINE: usize = 96;

/// Writes the descriptors of a package: its own files, and what they import from where nobody else has it.
pub(super) fn render(
    request: &Request,
    name: &str,
    package: &Package,
    model: &Model,
    names: &Names,
    layout: &mut Layout,
) {
    let by_name = request.by_name();
    let own: BTreeSet<usize> = package.files.iter().copied().collect();
    let mut files = own.clone();
    let mut deps = BTreeSet::new();
    let mut stack: Vec<usize> = own.iter().copied().collect();
    while let Some(index) = stack.pop() {
        for import in &request.files[index].descriptor.dependency {
            let Some(&imported) = by_name.get(import.as_str()) else {
                continue;
            };
            let file = &request.files[imported];
            if own.contains(&imported) {
            } else if file.generate {
                deps.insert(file.descriptor.package());
            } else if rmicro::bundled::file(import).is_none() && files.insert(imported) {
                stack.push(imported);
            }
        }
    }
    // The request has imports first, and so has the set.
    let mut set = Vec::new();
    for index in files {
        let file = without_source_info(&request.files[index].bytes);
        push_varint(&mut set, FILE << 3 | 2);
        push_varint(&mut set, file.len() as u64);
        set.extend(file);
    }
    let deps: Vec<_> = deps
        .into_iter()
        .filter(|package| model.packages.contains_key(*package))
        .map(|package| format!("{}FILE_DESCRIPTOR_SET", names.module_path(name, package)))
        .collect();
    write(&set, &deps, layout);
}

fn write(set: &[u8], deps: &[String], layout: &mut Layout) {
    let start = "::rmicro::file_descriptor_set!(V1, b\"";
    let lines = byte_string(set, LINE - start.len());
    let text = format!("{start}{}\"", lines.join("\\\n"));
    let mut text = text.lines().peekable();
    while let Some(line) = text.next() {
        match text.peek() {
            Some(_) => layout.line(line),
            None if deps.is_empty() => layout.line(&format!("{line});")),
            None => {
                layout.line(&format!("{line}, ["));
                layout
                    .indented(|layout| deps.iter().for_each(|dep| layout.line(&format!("{dep},"))));
                layout.line("]);");
            }
        }
    }
}

/// The inside of a byte string, as lines that a backslash at their ends joins; the first one is to be shorter.
fn byte_string(bytes: &[u8], first: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for &byte in bytes {
        let width = if lines.len() == 1 { first } else { LINE };
        let start = match lines.last() {
            Some(line) if line.len() < width => line.is_empty(),
            _ => {
                lines.push(String::new());
                true
            }
        };
        let Some(line) = lines.last_mut() else {
            continue;
        };
        match byte {
            // The backslash at the end of a line swallows the spaces of the next one.
            b' ' if start => line.push_str("\\x20"),
            0 => line.push_str("\\0"),
            _ => line.extend(byte.escape_ascii().map(char::from)),
        }
    }
    lines
}

/// The file without its source info, and with everything else as it is, custom options among it.
fn without_source_info(file: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(file.len());
    let mut rest = file;
    while !rest.is_empty() {
        let Some((number, len)) = field(rest) else {
            // It was decoded before, so this does not happen; if it did, the bytes would stay as they are.
            kept.extend(rest);
            break;
        };
        let (record, after) = rest.split_at(len);
        if number != SOURCE_CODE_INFO {
            kept.extend(record);
        }
        rest = after;
    }
    kept
}

/// The number of the first field of `bytes`, and how long it is with its tag.
fn field(bytes: &[u8]) -> Option<(u64, usize)> {
    let (tag, tag_len) = varint(bytes)?;
    let value = bytes.get(tag_len..)?;
    let value_len = match tag & 7 {
        0 => varint(value)?.1,
        1 => 8,
        2 => {
            let (len, len_len) = varint(value)?;
            len_len.checked_add(usize::try_from(len).ok()?)?
        }
        5 => 4,
        _ => return None,
    };
    let len = tag_len.checked_add(value_len)?;
    (len <= bytes.len()).then_some((tag >> 3, len))
}

fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_source_info_is_left_out() {
        // name, source info, an unknown field, source info again
        let file = b"\x0a\x01a\x4a\x02\x08\x01\x98\x06\x07\x4a\0";
        assert_eq!(without_source_info(file), b"\x0a\x01a\x98\x06\x07");
    }

    #[test]
    fn long_byte_strings_are_broken_where_no_space_gets_lost() {
        let bytes = [b'a'; LINE]
            .into_iter()
            .chain(*b" b\"\\\0\n")
            .collect::<Vec<u8>>();
        let expected = ["a".repeat(LINE), "\\x20b\\\"\\\\\\0\\n".to_owned()];
        assert_eq!(byte_string(&bytes, LINE), expected);
    }
}
