//! Message types, services and files that are known while a program runs.
//!
//! A [`Pool`] is built once from serialized descriptors and never changes. The JSON transcoder, gRPC reflection and the
//! gateway read it through references that are two words wide and cheap to copy: [`MessageRef`], [`FieldRef`],
//! [`EnumRef`], [`ServiceRef`], [`MethodRef`] and [`FileRef`]. What proto2, proto3 and the features of editions say in
//! different ways, presence, packed arrays, groups and closed enums, is decided when the pool is built.
//!
//! Generated code keeps its descriptors in a [`Descriptors`]; [`Descriptors::pool`] is the pool of one file and all that it
//! imports. Other descriptors, such as those that a server's reflection tells, come in through [`Pool::builder`].

mod builder;
mod descriptors;
mod enumeration;
mod error;
mod features;
mod file;
mod message;
mod names;
mod numbers;
mod refs;
mod service;
mod symbols;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use table::{Symbol, Tables};

pub use builder::PoolBuilder;
pub use descriptors::Descriptors;
pub use enumeration::EnumRef;
pub use error::PoolError;
pub use file::FileRef;
pub use refs::{Cardinality, FieldRef, Kind, MessageId, MessageRef, OneofRef, WellKnown};
pub use service::{MethodRef, ServiceRef};

/// An immutable set of files with everything that they declare, the bundled files always among them.
pub struct Pool {
    pub(crate) tables: Tables,
}

impl Pool {
    /// Starts a pool.
    pub fn builder() -> PoolBuilder {
        PoolBuilder::default()
    }

    /// The message type with that full name, such as `shop.Item`.
    pub fn message(&self, full_name: &str) -> Option<MessageRef<'_>> {
        match self.tables.symbols.get(full_name)? {
            Symbol::Message(index) => Some(self.message_at(*index)),
            _ => None,
        }
    }

    /// The message type that [`MessageRef::id`] of this pool gave the number of; `None` for a number from a larger pool.
    pub fn message_by_id(&self, id: MessageId) -> Option<MessageRef<'_>> {
        ((id.0 as usize) < self.tables.messages.len()).then(|| self.message_at(id.0))
    }

    /// The enum type with that full name.
    pub fn enumeration(&self, full_name: &str) -> Option<EnumRef<'_>> {
        match self.tables.symbols.get(full_name)? {
            Symbol::Enum(index) => Some(self.enum_at(*index)),
            _ => None,
        }
    }

    /// The service with that full name, such as `shop.Shop`.
    pub fn service(&self, full_name: &str) -> Option<ServiceRef<'_>> {
        match self.tables.symbols.get(full_name)? {
            Symbol::Service(index) => self.services().nth(*index as usize),
            _ => None,
        }
    }

    /// The method that calls with that path reach, such as `/shop.Shop/Get`.
    pub fn method(&self, path: &str) -> Option<MethodRef<'_>> {
        let (service, method) = path.strip_prefix('/')?.split_once('/')?;
        self.service(service)?.method(method)
    }

    /// The extension with that full name.
    pub fn extension(&self, full_name: &str) -> Option<FieldRef<'_>> {
        match self.tables.symbols.get(full_name)? {
            Symbol::Extension(index) => self.field(*index),
            _ => None,
        }
    }

    /// All services; those of a file that is imported come before those of the file that imports it.
    pub fn services(&self) -> impl ExactSizeIterator<Item = ServiceRef<'_>> {
        self.tables
            .services
            .iter()
            .map(|table| ServiceRef { pool: self, table })
    }

    /// All message types, map entries among them.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = MessageRef<'_>> {
        (0..self.tables.messages.len() as u32).map(|index| self.message_at(index))
    }

    /// All files; a file that is imported comes before the one that imports it.
    pub fn files(&self) -> impl ExactSizeIterator<Item = FileRef<'_>> {
        (0..self.tables.files.len() as u32).map(|index| FileRef::new(self, index))
    }

    /// The file with that name, such as `google/api/http.proto`.
    pub fn file(&self, name: &str) -> Option<FileRef<'_>> {
        self.files().find(|file| file.name() == name)
    }

    /// The file that declares the symbol: a message, field, oneof, extension, enum, enum value, service or method, by its
    /// full name without a leading dot.
    pub fn file_by_symbol(&self, full_name: &str) -> Option<FileRef<'_>> {
        if let Some(symbol) = self.tables.symbols.get(full_name) {
            return self.file_of(*symbol);
        }
        let (scope, name) = full_name.rsplit_once('.')?;
        let message = self.message(scope)?;
        let declared = message.field_by_name(name).is_some()
            || message.oneofs().any(|oneof| oneof.name() == name);
        declared.then(|| message.file())
    }

    /// The file that declares the extension of that message with that number.
    pub fn file_by_extension(&self, message: &str, number: u32) -> Option<FileRef<'_>> {
        let extension = self.message(message)?.extension_by_number(number)?;
        self.file_of(Symbol::Extension(extension.index))
    }

    fn file_of(&self, symbol: Symbol) -> Option<FileRef<'_>> {
        let tables = &self.tables;
        let index = match symbol {
            Symbol::Message(index) => tables.messages.get(index as usize)?.file,
            Symbol::Enum(index) | Symbol::EnumValue(index) => {
                tables.enums.get(index as usize)?.file
            }
            Symbol::Service(index) => tables.services.get(index as usize)?.file,
            Symbol::Method(index) => {
                let method = tables.methods.get(index as usize)?;
                tables.services.get(method.service as usize)?.file
            }
            Symbol::Extension(index) => *tables.extension_files.get(&index)?,
        };
        Some(FileRef::new(self, index))
    }

    /// The message at an index that the builder has checked.
    #[inline]
    pub(crate) fn message_at(&self, index: u32) -> MessageRef<'_> {
        MessageRef {
            pool: self,
            index,
            table: &self.tables.messages[index as usize],
        }
    }

    /// The enum at an index that the builder has checked.
    #[inline]
    pub(crate) fn enum_at(&self, index: u32) -> EnumRef<'_> {
        EnumRef {
            pool: self,
            index,
            table: &self.tables.enums[index as usize],
        }
    }

    /// The fields of a message of this pool.
    #[inline]
    pub(crate) fn fields_of(&self, message: &table::Message) -> &[table::Field] {
        self.tables
            .fields
            .get(refs::as_range(&message.fields))
            .unwrap_or_default()
    }

    #[inline]
    pub(crate) fn field(&self, index: u32) -> Option<FieldRef<'_>> {
        Some(FieldRef {
            pool: self,
            index,
            table: self.tables.fields.get(index as usize)?,
        })
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Pool({} files, {} messages, {} services)",
            self.tables.files.len(),
            self.tables.messages.len(),
            self.tables.services.len()
        )
    }
}
