//! The bundled files: their texts compile, and the serialized set is made of them.

use std::path::PathBuf;

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
    let set = compiler.encode_file_descriptor_set();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/bundled.binpb");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &set).unwrap();
    }
    assert!(
        std::fs::read(&path).unwrap() == set,
        "{} is not up to date; BLESS=1 writes it",
        path.display()
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
