use std::fmt;

use super::refs::last_part;
use super::{FileRef, Pool, table};

/// An enum type of a pool.
#[derive(Clone, Copy)]
pub struct EnumRef<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) index: u32,
    pub(crate) table: &'a table::Enum,
}

impl<'a> EnumRef<'a> {
    /// The name with its scope, such as `shop.Item.Colour`.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// The name without its scope.
    pub fn name(self) -> &'a str {
        last_part(self.full_name())
    }

    /// The file that declares it.
    pub fn file(self) -> FileRef<'a> {
        FileRef::new(self.pool, self.table.file)
    }

    /// Whether numbers that it does not declare are unknown fields, as in proto2, and not values.
    pub fn is_closed(self) -> bool {
        self.table.closed
    }

    /// Its values, name and number, in the order of the file.
    pub fn values(self) -> impl ExactSizeIterator<Item = (&'a str, i32)> {
        self.table
            .values
            .iter()
            .map(|value| (&*value.name, value.number))
    }

    /// The number that a name stands for.
    pub fn number(self, name: &str) -> Option<i32> {
        self.number_of_bytes(name.as_bytes())
    }

    #[inline]
    pub(crate) fn number_of_bytes(self, name: &[u8]) -> Option<i32> {
        let values = &self.table.values;
        let found = self.table.names.find(name, |i| {
            values
                .get(i as usize)
                .is_some_and(|value| value.name.as_bytes() == name)
        })?;
        values.get(found as usize).map(|value| value.number)
    }

    /// The first name that stands for a number.
    pub fn value_name(self, number: i32) -> Option<&'a str> {
        self.table.value(number).map(|value| &*value.name)
    }
}

impl PartialEq for EnumRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.pool, other.pool) && self.index == other.index
    }
}

impl Eq for EnumRef<'_> {}

impl fmt::Debug for EnumRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnumRef({})", self.full_name())
    }
}
