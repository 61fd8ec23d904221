/// The nesting depth that is allowed by default, as in the protobuf libraries.
pub const DEFAULT_MAX_DEPTH: u32 = 100;

/// Deeper nesting than this is not allowed whatever the options say, as it would use up the stack.
pub const MAX_DEPTH: u32 = 1_000;

/// The size of a text that is allowed by default, in bytes: 64 MiB.
pub const DEFAULT_MAX_SIZE: usize = 64 << 20;

/// How JSON is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseOptions {
    /// Skip members that name no field of the message. Default `false`, as in the protobuf libraries: they are an error.
    /// Unknown names of extensions, in brackets, are such members too.
    pub ignore_unknown_fields: bool,
    /// Leave out values that name no value of their enum: fields, elements of arrays and entries of maps. Default `false`: they
    /// are an error. The protobuf libraries have one option for this and for unknown fields.
    pub ignore_unknown_enum_names: bool,
    /// How deep messages, structs and lists may be inside one another, the outermost one counted; at most [`MAX_DEPTH`].
    /// Default [`DEFAULT_MAX_DEPTH`].
    pub max_depth: u32,
    /// The longest text, in bytes. Default [`DEFAULT_MAX_SIZE`].
    pub max_size: usize,
}

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            ignore_unknown_fields: false,
            ignore_unknown_enum_names: false,
            max_depth: DEFAULT_MAX_DEPTH,
            max_size: DEFAULT_MAX_SIZE,
        }
    }
}

/// How JSON is written.
///
/// The names and the defaults follow the protobuf libraries; grpc-gateway by default also prints fields without presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintOptions {
    /// Print singular fields without presence, arrays and maps even where they have their default value. Default `false`, as in
    /// `protojson`, where it is called `EmitDefaultValues`.
    pub always_print_fields_with_no_presence: bool,
    /// Print names as the `.proto` file has them. Default `false`: lowerCamelCase, or the field's `json_name`.
    pub preserve_proto_field_names: bool,
    /// Print enums as numbers. Default `false`: as names, unless the number has none.
    pub enums_as_numbers: bool,
    /// Print 64-bit integers as numbers. Default `false`: as strings, as numbers above 2^53 lose digits in JavaScript. Keys of
    /// maps are strings in any case.
    pub int64_as_numbers: bool,
    /// Spaces for each level, with every member and element on a line of its own. Default 0: everything on one line, without
    /// a space.
    pub indent: usize,
    /// What becomes of an `Any` whose type is not in the pool. Default [`UnknownAny::Fail`], as in the protobuf libraries.
    pub unknown_any: UnknownAny,
    /// How deep messages, structs and lists may be inside one another, the outermost one counted; at most [`MAX_DEPTH`].
    /// Default [`DEFAULT_MAX_DEPTH`].
    pub max_depth: u32,
    /// The longest text, in bytes. Default [`DEFAULT_MAX_SIZE`].
    pub max_size: usize,
}

impl Default for PrintOptions {
    fn default() -> PrintOptions {
        PrintOptions {
            always_print_fields_with_no_presence: false,
            preserve_proto_field_names: false,
            enums_as_numbers: false,
            int64_as_numbers: false,
            indent: 0,
            unknown_any: UnknownAny::Fail,
            max_depth: DEFAULT_MAX_DEPTH,
            max_size: DEFAULT_MAX_SIZE,
        }
    }
}

/// What becomes of an `Any` whose type is not in the pool, or whose bytes are not of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownAny {
    /// It is an error.
    Fail,
    /// It is printed as `{"@type": "...", "value": "..."}`, the value in base64. The details of a `google.rpc.Status` always are.
    Raw,
}
