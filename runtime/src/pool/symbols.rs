//! The first pass: every symbol gets its index, before anything refers to it.

use std::collections::hash_map::Entry;

use crate::descriptor::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::PoolError;
use super::table::{Symbol, Tables};

/// How deep messages may be declared inside one another; prost reads no deeper descriptors either.
const MAX_NESTING: usize = 100;

/// A name in its scope; the scope of the top level may be empty.
pub(super) fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}

/// The index that each kind of symbol gets next.
#[derive(Debug, Default)]
pub(super) struct Counts {
    messages: u32,
    enums: u32,
    services: u32,
    methods: u32,
    /// Extensions are numbered from here; the second pass adds the number of ordinary fields.
    pub(super) extensions: u32,
    /// Ordinary fields.
    pub(super) fields: u32,
}

impl Counts {
    /// Declares everything in a file, in the order in which the second pass builds it.
    pub(super) fn declare(
        &mut self,
        tables: &mut Tables,
        file: &FileDescriptorProto,
    ) -> Result<(), PoolError> {
        let mut scope = Scope {
            counts: self,
            tables,
            file: file.name(),
        };
        for message in &file.message_type {
            scope.message(file.package(), message, 0)?;
        }
        for one in &file.enum_type {
            scope.enumeration(file.package(), one)?;
        }
        for extension in &file.extension {
            scope.extension(file.package(), extension.name())?;
        }
        for service in &file.service {
            let full_name = join(file.package(), service.name());
            let index = next(&mut scope.counts.services);
            scope.insert(full_name.clone(), Symbol::Service(index))?;
            for method in &service.method {
                let index = next(&mut scope.counts.methods);
                scope.insert(join(&full_name, method.name()), Symbol::Method(index))?;
            }
        }
        Ok(())
    }
}

fn next(counter: &mut u32) -> u32 {
    let index = *counter;
    *counter += 1;
    index
}

struct Scope<'a> {
    counts: &'a mut Counts,
    tables: &'a mut Tables,
    file: &'a str,
}

impl Scope<'_> {
    fn message(
        &mut self,
        scope: &str,
        message: &DescriptorProto,
        depth: usize,
    ) -> Result<(), PoolError> {
        let full_name = join(scope, message.name());
        if depth == MAX_NESTING {
            return Err(PoolError::new(format!(
                "`{full_name}` in `{}` is declared inside more than {MAX_NESTING} messages",
                self.file
            )));
        }
        let index = next(&mut self.counts.messages);
        self.insert(full_name.clone(), Symbol::Message(index))?;
        self.counts.fields += message.field.len() as u32;
        for one in &message.enum_type {
            self.enumeration(&full_name, one)?;
        }
        for extension in &message.extension {
            self.extension(&full_name, extension.name())?;
        }
        for nested in &message.nested_type {
            self.message(&full_name, nested, depth + 1)?;
        }
        Ok(())
    }

    fn enumeration(&mut self, scope: &str, one: &EnumDescriptorProto) -> Result<(), PoolError> {
        let index = next(&mut self.counts.enums);
        self.insert(join(scope, one.name()), Symbol::Enum(index))?;
        for value in &one.value {
            self.insert(join(scope, value.name()), Symbol::EnumValue(index))?;
        }
        Ok(())
    }

    fn extension(&mut self, scope: &str, name: &str) -> Result<(), PoolError> {
        let index = next(&mut self.counts.extensions);
        self.insert(join(scope, name), Symbol::Extension(index))
    }

    fn insert(&mut self, full_name: String, symbol: Symbol) -> Result<(), PoolError> {
        if full_name.ends_with('.') || full_name.is_empty() {
            return Err(PoolError::new(format!(
                "`{}` declares something without a name in `{full_name}`",
                self.file
            )));
        }
        match self.tables.symbols.entry(full_name.into_boxed_str()) {
            Entry::Vacant(entry) => {
                entry.insert(symbol);
                Ok(())
            }
            Entry::Occupied(entry) => Err(PoolError::new(format!(
                "`{}` in `{}` is declared already, in the same file or in another one of the set",
                entry.key(),
                self.file
            ))),
        }
    }
}
