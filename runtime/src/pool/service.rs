use std::fmt;

use crate::descriptor::HttpRule;

use super::refs::{as_range, last_part};
use super::{FileRef, MessageRef, Pool, table};

/// A service of a pool.
#[derive(Clone, Copy)]
pub struct ServiceRef<'a> {
    pub(super) pool: &'a Pool,
    pub(super) table: &'a table::Service,
}

impl<'a> ServiceRef<'a> {
    /// The name with its package, such as `shop.Shop`.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// The name without its package.
    pub fn name(self) -> &'a str {
        last_part(self.full_name())
    }

    /// The file that declares it.
    pub fn file(self) -> FileRef<'a> {
        FileRef::new(self.pool, self.table.file)
    }

    /// Its methods in the order of the file.
    pub fn methods(self) -> impl ExactSizeIterator<Item = MethodRef<'a>> {
        let pool = self.pool;
        let methods = pool.tables.methods.get(as_range(&self.table.methods));
        methods
            .unwrap_or_default()
            .iter()
            .map(move |table| MethodRef { pool, table })
    }

    /// The method with that name, such as `Get`.
    pub fn method(self, name: &str) -> Option<MethodRef<'a>> {
        self.methods().find(|method| method.name() == name)
    }
}

impl fmt::Debug for ServiceRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceRef({})", self.full_name())
    }
}

/// A method of a service.
#[derive(Clone, Copy)]
pub struct MethodRef<'a> {
    pub(super) pool: &'a Pool,
    pub(super) table: &'a table::Method,
}

impl<'a> MethodRef<'a> {
    /// The name without its service.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// The path of a call, such as `/shop.Shop/Get`.
    pub fn path(self) -> &'a str {
        &self.table.path
    }

    /// The service that it belongs to.
    pub fn service(self) -> ServiceRef<'a> {
        ServiceRef {
            pool: self.pool,
            table: &self.pool.tables.services[self.table.service as usize],
        }
    }

    /// The type of requests.
    pub fn input(self) -> MessageRef<'a> {
        self.pool.message_at(self.table.input)
    }

    /// The type of responses.
    pub fn output(self) -> MessageRef<'a> {
        self.pool.message_at(self.table.output)
    }

    /// Whether the client sends a stream.
    pub fn is_client_streaming(self) -> bool {
        self.table.client_streaming
    }

    /// Whether the server answers with a stream.
    pub fn is_server_streaming(self) -> bool {
        self.table.server_streaming
    }

    /// The annotation `google.api.http`, if there is one.
    pub fn http(self) -> Option<&'a HttpRule> {
        self.table.http.as_ref()
    }
}

impl fmt::Debug for MethodRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MethodRef({})", self.path())
    }
}
