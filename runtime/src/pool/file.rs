use std::fmt;

use super::{Pool, table};

/// A file of a pool.
#[derive(Clone, Copy)]
pub struct FileRef<'a> {
    table: &'a table::File,
}

impl<'a> FileRef<'a> {
    pub(super) fn new(pool: &'a Pool, index: u32) -> FileRef<'a> {
        FileRef {
            table: &pool.tables.files[index as usize],
        }
    }

    /// The path below the import root, such as `google/api/http.proto`.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// The package, empty for none.
    pub fn package(self) -> &'a str {
        &self.table.package
    }

    /// The `google.protobuf.FileDescriptorProto` as it was given, with everything in it that this library does not know.
    pub fn bytes(self) -> &'a [u8] {
        &self.table.bytes
    }

    /// The names of the files that it imports.
    pub fn dependencies(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.table.dependencies.iter().map(|name| &**name)
    }
}

impl fmt::Debug for FileRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileRef({})", self.name())
    }
}
