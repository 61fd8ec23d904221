//! Messages with a `BTreeMap`.

use prost_types::{DescriptorProto, FileDescriptorProto};

use super::renaming::Renaming;

/// The outermost messages of which one, or a message inside, has a `map` field that the paths choose.
pub(super) fn messages<'a>(
    files: impl Iterator<Item = &'a FileDescriptorProto>,
    paths: &[String],
    renaming: &Renaming,
) -> Vec<String> {
    if paths.is_empty() {
        return Vec::new();
    }
    let paths: Vec<_> = paths.iter().map(|path| renaming.path(path)).collect();
    let mut found = Vec::new();
    for file in files {
        for message in &file.message_type {
            let package = match file.package() {
                "" => String::new(),
                package => format!(".{package}"),
            };
            collect(message, &package, &paths, &mut found);
        }
    }
    found
}

fn collect(message: &DescriptorProto, scope: &str, paths: &[String], found: &mut Vec<String>) {
    let full_name = format!("{scope}.{}", message.name());
    let is_entry = |name: &str| {
        let entry = message
            .nested_type
            .iter()
            .find(|nested| name.ends_with(&format!(".{}", nested.name())));
        entry.is_some_and(|entry| {
            entry
                .options
                .as_ref()
                .is_some_and(|options| options.map_entry())
        })
    };
    let is_chosen = |field: &str| {
        paths
            .iter()
            .any(|path| matches(path, &format!("{full_name}.{field}")))
    };
    if message
        .field
        .iter()
        .any(|field| is_entry(field.type_name()) && is_chosen(field.name()))
    {
        // The path stands for the messages inside too.
        return found.push(full_name);
    }
    for nested in &message.nested_type {
        collect(nested, &full_name, paths, found);
    }
}

/// Whether a path of prost-build chooses `full_name`: it is a part of it from the start or up to the end.
fn matches(path: &str, full_name: &str) -> bool {
    let ends_at_name = |rest: &str| rest.is_empty() || rest.starts_with('.');
    path == "."
        || (path.starts_with('.') && full_name.strip_prefix(path).is_some_and(ends_at_name))
        || full_name
            .strip_suffix(path)
            .is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_choose_by_their_start_or_their_end() {
        for (path, chosen) in [
            (".", true),
            (".a", true),
            (".a.M", true),
            (".a.M.f", true),
            ("f", true),
            ("M.f", true),
            (".a.M.g", false),
            (".a.Mo", false),
            ("M", false),
            ("af", false),
        ] {
            assert_eq!(matches(path, ".a.M.f"), chosen, "{path}");
        }
    }
}
