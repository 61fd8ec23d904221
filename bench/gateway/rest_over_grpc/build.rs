//! Generates messages, their JSON and their routes, as the documentation of `rest_over_grpc` has it.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use bench_common::things;
use rest_over_grpc::build::{DescriptorOptions, Generator, ServiceDefinition};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=../common/proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("things.proto"), things::proto())?;
    let includes = [
        "../common/proto".into(),
        out.clone(),
        PathBuf::from("../../../runtime/proto"),
    ];
    let mut compiler = protox::Compiler::new(includes)?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(["bench.proto", "things.proto"])?;
    let descriptors = compiler.encode_file_descriptor_set();
    prost_build::Config::new().compile_fds(compiler.file_descriptor_set())?;
    pbjson_build::Builder::new()
        .register_descriptors(&descriptors)?
        .build(&[".bench"])?;
    Generator::builder()
        .emit_tonic_bridge(false)
        .build()
        .add_all(ServiceDefinition::from_fds(
            &descriptors,
            &DescriptorOptions::new(),
        )?)
        .write(out)?;
    Ok(())
}
