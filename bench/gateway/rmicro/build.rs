//! Generates messages, handlers and gateways.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use bench_common::things;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=../common/proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("things.proto"), things::proto())?;
    let protos = [
        PathBuf::from("../common/proto/bench.proto"),
        out.join("things.proto"),
    ];
    protoc_gen_rmicro::Config::new()
        .compile_protos(&protos, &[PathBuf::from("../common/proto"), out])?;
    Ok(())
}
