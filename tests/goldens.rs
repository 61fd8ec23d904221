//! Makes a module of every golden case: a folder of `testdata` with a folder `expected`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    // The same script builds the packages of several editions, which are at different depths.
    let package = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let testdata = package
        .ancestors()
        .map(|folder| folder.join("testdata"))
        .find(|folder| folder.is_dir())
        .ok_or("there is no folder testdata")?;
    println!("cargo:rerun-if-changed={}", testdata.display());
    println!("cargo:rerun-if-changed=goldens.rs");

    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&testdata)? {
        let entry = entry?;
        let include = entry.path().join("expected").join("mod.rs");
        if include.is_file() {
            cases.push((entry.file_name().to_string_lossy().into_owned(), include));
        }
    }
    cases.sort();
    let mut text = String::new();
    for (name, include) in cases {
        println!(
            "cargo:rerun-if-changed={}",
            include.with_file_name("").display()
        );
        writeln!(
            text,
            "/// Case `{name}`.\npub mod {name} {{\n    include!({:?});\n}}\n",
            include
        )?;
    }
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("cases.rs"), text)?;
    Ok(())
}
