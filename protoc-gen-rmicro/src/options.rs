//! What can be chosen about the generated code, by parameters of the plugin and by methods of the builder alike.

use crate::diagnostic::Lint;

/// The choices of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) sections: Sections,
    /// Upper camel suffix of the gateway functions.
    pub(crate) register_func_suffix: String,
    /// Name of the module of several files without package.
    pub(crate) default_package_filename: String,
    /// Name of the file that nests the modules; `None` for no such file.
    pub(crate) include_file: Option<String>,
    pub(crate) allow_delete_body: bool,
    /// Warnings are errors.
    pub(crate) strict: bool,
    /// Mistakes of rules that are warnings.
    pub(crate) warn: Vec<Lint>,
    /// Mistakes of rules that are not told.
    pub(crate) allow: Vec<Lint>,
    pub(crate) messages: MessageOptions,
}

/// Which parts are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sections {
    pub(crate) messages: bool,
    pub(crate) client: bool,
    pub(crate) server: bool,
    pub(crate) gateway: bool,
}

/// What is passed on to prost-build; pairs are a path of the `.proto` and what it gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageOptions {
    pub(crate) extern_path: Vec<(String, String)>,
    pub(crate) type_attribute: Vec<(String, String)>,
    pub(crate) message_attribute: Vec<(String, String)>,
    pub(crate) enum_attribute: Vec<(String, String)>,
    pub(crate) field_attribute: Vec<(String, String)>,
    pub(crate) bytes: Vec<String>,
    pub(crate) btree_map: Vec<String>,
    pub(crate) boxed: Vec<String>,
    pub(crate) disable_comments: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sections: Sections {
                messages: true,
                client: true,
                server: true,
                gateway: true,
            },
            register_func_suffix: "Gw".to_owned(),
            default_package_filename: "root".to_owned(),
            include_file: Some("mod.rs".to_owned()),
            allow_delete_body: false,
            strict: false,
            warn: Vec::new(),
            allow: Vec::new(),
            messages: MessageOptions::default(),
        }
    }
}

/// Whether `path` is one that descriptors use: names joined by dots, with a leading dot.
pub(crate) fn is_full_name(path: &str) -> bool {
    path.strip_prefix('.')
        .is_some_and(|names| names.split('.').all(is_identifier))
}

/// Whether `name` is an identifier of a `.proto` file.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
