//! The bundled files: their texts compile, and the serialized set and the Rust types are made of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by it"
)]

use std::path::PathBuf;

use prost_build::Module;

use protox::Compiler;
use protox::file::{File, FileResolver};

struct Bundled;

impl FileResolver for Bundled {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match rmicro::bundled::file(name) {
            Some(text) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

#[test]
fn the_bundled_set_is_made_of_the_bundled_texts() {
    let mut compiler = Compiler::with_file_resolver(Bundled);
    compiler.include_imports(true);
    for (name, _) in rmicro::bundled::FILES {
        compiler.open_file(name).unwrap();
    }
    assert_current("bundled.binpb", &compiler.encode_file_descriptor_set());
}

#[test]
fn the_google_types_are_made_of_the_bundled_texts() {
    let mut compiler = Compiler::with_file_resolver(Bundled);
    compiler.include_imports(true).include_source_info(true);
    for (name, _) in rmicro::bundled::FILES {
        compiler.open_file(name).unwrap();
    }
    let files = compiler.file_descriptor_set().file;
    let files = files
        .into_iter()
        .map(|file| (Module::from_protobuf_package_name(file.package()), file));
    let mut config = prost_build::Config::new();
    config
        .enable_type_names()
        .type_name_domain(["."], "type.googleapis.com");
    // The map is not ordered.
    let modules: std::collections::BTreeMap<_, _> = config
        .generate(files.collect())
        .unwrap()
        .into_iter()
        .collect();
    let modules: String = modules
        .iter()
        .map(|(module, text)| {
            let name = module.parts().last().unwrap();
            format!("/// Package `google.{name}`.\npub mod {name} {{ {text} }}\n")
        })
        .collect();
    let text = prettyplease::unparse(&syn::parse_file(&modules).unwrap());
    let head = "//! Google's types, for fields and errors that have them.\n\
                #![allow(missing_docs, reason = \"the names say it, or Google does\")]\n\
                // @generated from the bundled files. Do not edit.\n\n";
    assert_current("google.rs", format!("{head}{text}").as_bytes());
}

/// The file of the runtime has that content; BLESS=1 writes it.
fn assert_current(name: &str, content: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../runtime/src")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, content).unwrap();
    }
    assert!(
        std::fs::read(&path).is_ok_and(|found| found == content),
        "runtime/src/{name} is not up to date; BLESS=1 writes it"
    );
}

#[test]
fn the_bundled_files_are_found_by_name() {
    let mut names: Vec<_> = rmicro::bundled::FILES
        .iter()
        .map(|(name, _)| *name)
        .collect();
    for name in &names {
        assert!(rmicro::bundled::file(name).is_some(), "{name}");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rmicro::bundled::FILES.len());
    assert_eq!(rmicro::bundled::file("google/api/nope.proto"), None);
}
