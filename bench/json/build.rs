//! Generates the messages of each peer from one `.proto`.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto/bench.proto");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let descriptors = out.join("bench.binpb");
    prost_build::Config::new()
        .file_descriptor_set_path(&descriptors)
        .enable_type_names()
        .compile_protos(&["proto/bench.proto"], &["proto"])?;
    pbjson_build::Builder::new()
        .register_descriptors(&std::fs::read(&descriptors)?)?
        .build(&[".bench"])?;
    let buffa = out.join("buffa");
    std::fs::create_dir_all(&buffa)?;
    buffa_build::Config::new()
        .files(&["proto/bench.proto"])
        .includes(&["proto"])
        .out_dir(&buffa)
        .generate_json(true)
        .generate_views(false)
        .include_file("mod.rs")
        .compile()?;
    Ok(())
}
