//! Comments on their way past prost-build.

use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, SourceCodeInfo};

use crate::lower::Locations;

/// The comments of a run. prost-build gets a mark for each, because it has its own ideas of what to do with their text.
#[derive(Default)]
pub(super) struct Comments(Vec<Vec<String>>);

/// Starts the marks.
const MARK: &str = "rmicro-comment-";

impl Comments {
    /// Gives every element of the file a location, because prost-build panics where one is missing, and those with a
    /// comment a mark.
    pub(super) fn mark(
        &mut self,
        file: &mut FileDescriptorProto,
        locations: Option<&Locations<'_>>,
    ) {
        let mut paths = Vec::new();
        for (at, message) in file.message_type.iter().enumerate() {
            message_paths(message, vec![4, at as i32], &mut paths);
        }
        for (at, one) in file.enum_type.iter().enumerate() {
            enum_paths(one, vec![5, at as i32], &mut paths);
        }
        let location = paths.into_iter().map(|path| {
            let comment = locations.map_or(Vec::new(), |locations| locations.comments(&path));
            let leading_comments = (!comment.is_empty()).then(|| {
                self.0.push(comment);
                format!("{MARK}{}", self.0.len() - 1)
            });
            Location {
                path,
                leading_comments,
                ..Location::default()
            }
        });
        file.source_code_info = Some(SourceCodeInfo {
            location: location.collect(),
        });
    }

    /// The comment that a line is the mark of.
    pub(super) fn marked(&self, line: &str) -> Option<&[String]> {
        let index = line.strip_prefix("///")?.trim_start().strip_prefix(MARK)?;
        self.0.get(index.parse::<usize>().ok()?).map(Vec::as_slice)
    }
}

fn message_paths(message: &DescriptorProto, path: Vec<i32>, paths: &mut Vec<Vec<i32>>) {
    let inside = |number: i32, at: usize| [&path[..], &[number, at as i32]].concat();
    paths.extend((0..message.field.len()).map(|at| inside(2, at)));
    paths.extend((0..message.oneof_decl.len()).map(|at| inside(8, at)));
    for (at, nested) in message.nested_type.iter().enumerate() {
        message_paths(nested, inside(3, at), paths);
    }
    for (at, one) in message.enum_type.iter().enumerate() {
        enum_paths(one, inside(4, at), paths);
    }
    paths.push(path);
}

fn enum_paths(one: &EnumDescriptorProto, path: Vec<i32>, paths: &mut Vec<Vec<i32>>) {
    paths.extend((0..one.value.len()).map(|at| [&path[..], &[2, at as i32]].concat()));
    paths.push(path);
}
