//! Builds the Go peers below `target/`: their generated code is never kept elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::run;
use crate::Result;

const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bench.binpb"));

/// Where the Go server is; `None` if there is no Go or no protoc here, which is told.
pub(crate) fn build(things: &str) -> Result<Option<PathBuf>> {
    for (program, version) in [("go", "version"), ("protoc", "--version")] {
        if Command::new(program).arg(version).output().is_err() {
            eprintln!("SKIPPED grpc-gateway: `{program}` is not installed");
            return Ok(None);
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (source, dir) = (root.join("go"), root.join("target/go"));
    let (bin, pb) = (dir.join("bin"), dir.join("pb"));
    fs::create_dir_all(&bin)?;
    fs::create_dir_all(&pb)?;
    for file in ["go.mod", "go.sum", "main.go"] {
        fs::copy(source.join(file), dir.join(file))?;
    }
    fs::write(dir.join("bench.binpb"), DESCRIPTORS)?;
    fs::write(dir.join("things.proto"), things)?;
    run(Command::new("go")
        .args(["install", "tool"])
        .env("GOBIN", &bin)
        .current_dir(&dir))?;

    let google = "google.golang.org/genproto/googleapis/api/annotations";
    let packages = format!(
        "module=bench/pb,Mbench.proto=bench/pb,Mthings.proto=bench/pb,\
         Mgoogle/api/annotations.proto={google},Mgoogle/api/http.proto={google},\
         Mgoogle/protobuf/descriptor.proto=google.golang.org/protobuf/types/descriptorpb"
    );
    let mut protoc = Command::new("protoc");
    protoc.arg(format!(
        "--descriptor_set_in={}",
        dir.join("bench.binpb").display()
    ));
    for plugin in ["go", "go-grpc", "grpc-gateway"] {
        let program = bin.join(format!("protoc-gen-{plugin}"));
        protoc
            .arg(format!(
                "--plugin=protoc-gen-{plugin}={}",
                program.display()
            ))
            .arg(format!("--{plugin}_out={}", pb.display()))
            .arg(format!("--{plugin}_opt={packages}"));
    }
    run(protoc.args(["bench.proto", "things.proto"]))?;
    run(Command::new("go")
        .args(["build", "-o"])
        .arg(bin.join("bench"))
        .arg(".")
        .current_dir(&dir))?;
    Ok(Some(bin.join("bench")))
}
