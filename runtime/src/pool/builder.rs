use std::borrow::Cow;
use std::collections::HashSet;

use prost::Message as _;

use crate::bundled;
use crate::descriptor::{EnumDescriptorProto, FileDescriptorProto, ServiceDescriptorProto};

use super::features::Features;
use super::names::NameIndex;
use super::symbols::{Counts, join};
use super::table::{self, Symbol, Tables};
use super::{Descriptors, Pool, PoolError, message};

/// Collects descriptors for a [`Pool`].
///
/// A file that comes twice, which is the rule with sets made separately, counts once: the first one stands. The bundled
/// files are added last, where no file of the same name came.
#[derive(Debug, Default)]
pub struct PoolBuilder {
    sets: Vec<Cow<'static, [u8]>>,
}

impl PoolBuilder {
    /// Adds a serialized `google.protobuf.FileDescriptorSet`, such as `protoc --include_imports --descriptor_set_out` writes.
    #[must_use]
    pub fn file_descriptor_set(mut self, bytes: &[u8]) -> PoolBuilder {
        self.sets.push(Cow::Owned(bytes.to_vec()));
        self
    }

    /// Adds what generated code holds, with all that it refers to.
    #[must_use]
    pub fn descriptors(mut self, descriptors: &'static Descriptors) -> PoolBuilder {
        let sets = descriptors.closure();
        self.sets.extend(sets.into_iter().map(Cow::Borrowed));
        self
    }

    /// Builds the pool.
    ///
    /// # Errors
    /// A set is not valid protobuf; a symbol is declared twice; a field, an extension or a method refers to a type that no file
    /// declares (as in a set made without `--include_imports`); two fields of a message have the same name or number; or a
    /// file has an edition that this library does not know. The error is a sentence with the names of file and symbol.
    pub fn build(self) -> Result<Pool, PoolError> {
        let mut files = Files::default();
        for set in self.sets {
            files.add_set(set)?;
        }
        files.add_set(Cow::Borrowed(bundled::FILE_DESCRIPTOR_SET))?;
        let files = files.in_order();

        let mut tables = Tables::default();
        let mut counts = Counts::default();
        for (file, _) in &files {
            counts.declare(&mut tables, file)?;
        }
        if counts.fields.checked_add(counts.extensions).is_none() {
            return Err(PoolError::new("the descriptors have more than 2^32 fields"));
        }
        for symbol in tables.symbols.values_mut() {
            if let Symbol::Extension(index) = symbol {
                *index += counts.fields;
            }
        }
        let mut extensions = Vec::new();
        for (file, bytes) in files {
            add_file(&mut tables, &file, bytes, &mut extensions)?;
        }
        message::add_extensions(&mut tables, extensions)?;
        message::link(&mut tables);
        Ok(Pool { tables })
    }
}

/// Files with their bytes, each name once.
#[derive(Default)]
struct Files {
    names: HashSet<String>,
    files: Vec<(FileDescriptorProto, Cow<'static, [u8]>)>,
}

impl Files {
    fn add_set(&mut self, set: Cow<'static, [u8]>) -> Result<(), PoolError> {
        for range in file_ranges(&set)? {
            let bytes = match &set {
                Cow::Borrowed(set) => Cow::Borrowed(&set[range]),
                Cow::Owned(set) => Cow::Owned(set[range].to_vec()),
            };
            let file = FileDescriptorProto::decode(&*bytes).map_err(|error| {
                PoolError::new(format!("a file descriptor is not valid: {error}"))
            })?;
            if file.name().is_empty() {
                return Err(PoolError::new("a file descriptor has no name"));
            }
            if self.names.insert(file.name().to_owned()) {
                self.files.push((file, bytes));
            }
        }
        Ok(())
    }

    /// The files with imports first. Files that import one another in a circle, which a compiler never lets through, stay in
    /// the order in which they came.
    fn in_order(self) -> Vec<(FileDescriptorProto, Cow<'static, [u8]>)> {
        let mut waiting: std::collections::HashMap<String, usize> = self
            .files
            .iter()
            .enumerate()
            .map(|(i, (file, _))| (file.name().to_owned(), i))
            .collect();
        let mut order = Vec::with_capacity(self.files.len());
        for (i, (file, _)) in self.files.iter().enumerate() {
            // An explicit stack: imports may run deep. The second number is the import to look at next.
            let mut stack = match waiting.remove(file.name()) {
                Some(_) => vec![(i, 0)],
                None => continue,
            };
            while let Some((at, dependency)) = stack.last_mut() {
                match self.files[*at].0.dependency.get(*dependency) {
                    Some(name) => {
                        *dependency += 1;
                        if let Some(found) = waiting.remove(name) {
                            stack.push((found, 0));
                        }
                    }
                    None => {
                        order.push(*at);
                        stack.pop();
                    }
                }
            }
        }
        let mut files: Vec<_> = self.files.into_iter().map(Some).collect();
        order
            .into_iter()
            .filter_map(|i| files.get_mut(i)?.take())
            .collect()
    }
}

/// Where the files of a set are, so that each can be kept byte for byte.
fn file_ranges(set: &[u8]) -> Result<Vec<std::ops::Range<usize>>, PoolError> {
    let invalid = |error| PoolError::new(format!("a file descriptor set is not valid: {error}"));
    let mut ranges = Vec::new();
    let mut rest = set;
    while !rest.is_empty() {
        let (number, wire_type) = prost::encoding::decode_key(&mut rest).map_err(invalid)?;
        if number == 1 && wire_type == prost::encoding::WireType::LengthDelimited {
            let length = prost::encoding::decode_varint(&mut rest).map_err(invalid)?;
            let start = set.len() - rest.len();
            let file = usize::try_from(length)
                .ok()
                .and_then(|length| rest.get(..length));
            let Some(file) = file else {
                return Err(PoolError::new(
                    "a file descriptor set is not valid: it ends within a file",
                ));
            };
            rest = &rest[file.len()..];
            ranges.push(start..start + file.len());
        } else {
            let context = prost::encoding::DecodeContext::default();
            prost::encoding::skip_field(wire_type, number, &mut rest, context).map_err(invalid)?;
        }
    }
    Ok(ranges)
}

/// The second pass over a file: everything but extensions, which are appended to `extensions`.
fn add_file(
    tables: &mut Tables,
    file: &FileDescriptorProto,
    bytes: Cow<'static, [u8]>,
    extensions: &mut Vec<message::Extension>,
) -> Result<(), PoolError> {
    let index = tables.files.len() as u32;
    let features = Features::of_file(file)?;
    let context = message::Context {
        file: index,
        file_name: file.name(),
        scope: file.package(),
        features,
    };
    for one in &file.message_type {
        message::add(tables, context, one, extensions)?;
    }
    for one in &file.enum_type {
        add_enum(tables, context, one)?;
    }
    for one in &file.extension {
        extensions.push(message::Extension::new(context, one));
    }
    for service in &file.service {
        add_service(tables, context, service)?;
    }
    tables.files.push(table::File {
        name: file.name().into(),
        package: file.package().into(),
        bytes,
        dependencies: file
            .dependency
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
    });
    Ok(())
}

pub(super) fn add_enum(
    tables: &mut Tables,
    context: message::Context<'_>,
    one: &EnumDescriptorProto,
) -> Result<(), PoolError> {
    let full_name = join(context.scope, one.name());
    let features = context
        .features
        .with(one.options.as_ref().and_then(|o| o.features.as_ref()));
    if one.value.is_empty() {
        return Err(PoolError::new(format!(
            "enum `{full_name}` in `{}` has no values",
            context.file_name
        )));
    }
    let values: Box<[_]> = one
        .value
        .iter()
        .map(|value| table::EnumValue {
            number: value.number(),
            name: value.name().into(),
            json: format!("\"{}\"", value.name()).into_bytes().into(),
        })
        .collect();
    let mut by_number: Vec<_> = values
        .iter()
        .zip(0..)
        .map(|(value, i)| (value.number, i))
        .collect();
    by_number.sort_unstable();
    by_number.dedup_by_key(|(number, _)| *number);
    tables.enums.push(table::Enum {
        names: NameIndex::new(values.iter().map(|value| &*value.name).zip(0..)),
        full_name: full_name.into(),
        file: context.file,
        closed: features.closed_enum,
        values,
        by_number: by_number.into(),
    });
    Ok(())
}

fn add_service(
    tables: &mut Tables,
    context: message::Context<'_>,
    service: &ServiceDescriptorProto,
) -> Result<(), PoolError> {
    let full_name = join(context.scope, service.name());
    let index = tables.services.len() as u32;
    let start = tables.methods.len() as u32;
    for method in &service.method {
        let type_of = |tables: &Tables, name: &str| match tables
            .symbols
            .get(name.trim_start_matches('.'))
        {
            Some(Symbol::Message(index)) => Ok(*index),
            _ => Err(PoolError::new(format!(
                "method `{full_name}.{}` in `{}` refers to `{}`, which is not a message of the set",
                method.name(),
                context.file_name,
                name.trim_start_matches('.')
            ))),
        };
        let (input, output) = (
            type_of(tables, method.input_type())?,
            type_of(tables, method.output_type())?,
        );
        tables.methods.push(table::Method {
            service: index,
            name: method.name().into(),
            path: format!("/{full_name}/{}", method.name()).into(),
            input,
            output,
            client_streaming: method.client_streaming(),
            server_streaming: method.server_streaming(),
            http: method
                .options
                .as_ref()
                .and_then(|options| options.http.clone()),
        });
    }
    tables.services.push(table::Service {
        full_name: full_name.into(),
        file: context.file,
        methods: start..tables.methods.len() as u32,
    });
    Ok(())
}
