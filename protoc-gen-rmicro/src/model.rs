//! What code is generated for: plain data with positions, free of the forms in which descriptors say it.

use std::collections::BTreeMap;

use rmicro::descriptor::{Label, Type};

use crate::diagnostic::Position;

/// Everything of one run.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The packages that code is generated for, by name; the files without package are in the one named ``.
    pub(crate) packages: BTreeMap<String, Package>,
    /// All messages of all files by full name, without a leading dot.
    pub(crate) messages: BTreeMap<String, Message>,
}

/// The generated files of one package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// Indexes of its files in the request.
    pub(crate) files: Vec<usize>,
    /// Where the package is declared.
    pub(crate) position: Position,
    pub(crate) services: Vec<Service>,
    /// Messages and enums at the top of a file.
    pub(crate) types: Vec<TypeDecl>,
}

/// A service.
#[derive(Debug)]
pub(crate) struct Service {
    /// Name without its package.
    pub(crate) name: String,
    /// Name with its package.
    pub(crate) full_name: String,
    pub(crate) position: Position,
    /// Lines of its comment.
    pub(crate) comments: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) methods: Vec<Method>,
}

/// A method of a service.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) position: Position,
    pub(crate) comments: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) kind: Kind,
    /// Full name of the request message, without a leading dot.
    pub(crate) input: String,
    /// Full name of the response message, without a leading dot.
    pub(crate) output: String,
    /// The ways to reach it by HTTP.
    pub(crate) bindings: Vec<Binding>,
}

/// Which side of a method streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Unary,
    ServerStreaming,
    ClientStreaming,
    BidiStreaming,
}

/// One HTTP method and template that lead to a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    /// Where the rule stands.
    pub(crate) position: Position,
    /// How the rule writes the HTTP method: `get`, `custom` and so on.
    pub(crate) field: &'static str,
    /// The HTTP method; `*` for every one.
    pub(crate) http_method: String,
    /// The path template as written.
    pub(crate) template: String,
    /// The body's field, `*` or nothing.
    pub(crate) body: String,
    /// The response's field that is the body, or nothing.
    pub(crate) response_body: String,
}

/// A message or an enum with what Rust names are made of.
#[derive(Debug)]
pub(crate) struct TypeDecl {
    pub(crate) name: String,
    pub(crate) position: Position,
    pub(crate) kind: TypeKind,
}

/// What a [`TypeDecl`] declares.
#[derive(Debug)]
pub(crate) enum TypeKind {
    Message {
        /// The fields that are in no oneof.
        fields: Vec<Named>,
        /// The oneofs, which become fields too, each with its own fields, which become variants of its enum.
        oneofs: Vec<(Named, Vec<Named>)>,
        /// Messages and enums declared inside.
        types: Vec<TypeDecl>,
    },
    Enum {
        values: Vec<Named>,
    },
}

/// A name and where it stands.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) position: Position,
}

/// A message as rules look at it.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) fields: Vec<Field>,
}

/// A field as rules look at it.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: Label,
    pub(crate) r#type: Type,
    /// Full name of its message or enum, without a leading dot.
    pub(crate) type_name: String,
    /// A `map<K, V>` field.
    pub(crate) map: bool,
    /// Marked `OUTPUT_ONLY`: clients do not send it.
    pub(crate) output_only: bool,
}

impl Kind {
    /// The kind with those sides streaming.
    pub(crate) fn of(client_streaming: bool, server_streaming: bool) -> Self {
        match (client_streaming, server_streaming) {
            (false, false) => Self::Unary,
            (false, true) => Self::ServerStreaming,
            (true, false) => Self::ClientStreaming,
            (true, true) => Self::BidiStreaming,
        }
    }

    pub(crate) fn client_streams(self) -> bool {
        matches!(self, Self::ClientStreaming | Self::BidiStreaming)
    }
}

impl Message {
    /// The field `name`, as the `.proto` file writes it.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
