//! Compiles the `.proto` files of the servers.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use bench_common::things;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=common/proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("things.proto"), things::proto())?;
    let includes = [
        "common/proto".into(),
        out.clone(),
        PathBuf::from("../../runtime/proto"),
    ];
    let mut compiler = protox::Compiler::new(includes)?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(["bench.proto", "things.proto"])?;
    fs::write(
        out.join("bench.binpb"),
        compiler.encode_file_descriptor_set(),
    )?;
    Ok(())
}
