//! Times the plugin on the request for hello.proto as a whole process, beside protoc's own work on that file:
//! `cargo run --release -p rmicro-bench-plugin [RUNS]`. Both take turns, so that both meet the same noise.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use prost::Message as _;

/// `google.protobuf.FileDescriptorSet`, with the files left as bytes.
#[derive(Clone, PartialEq, prost::Message)]
struct FileSet {
    #[prost(bytes = "vec", repeated, tag = "1")]
    file: Vec<Vec<u8>>,
}

/// `google.protobuf.compiler.CodeGeneratorRequest`
#[derive(Clone, PartialEq, prost::Message)]
struct CodeGeneratorRequest {
    #[prost(string, repeated, tag = "1")]
    file_to_generate: Vec<String>,
    #[prost(bytes = "vec", repeated, tag = "15")]
    proto_file: Vec<Vec<u8>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let runs = match std::env::args().nth(1) {
        Some(runs) => runs.parse()?,
        None => 200,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let plugin = plugin(&root)?;
    let request = request(&root)?;

    let (mut of_plugin, mut of_protoc) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        of_plugin.push(time(&mut Command::new(&plugin), &request)?);
        of_protoc.push(time(&mut protoc(&root, "/dev/null"), &[])?);
    }
    println!("{runs} runs of each, in milliseconds");
    println!("{:42} {:>8} {:>8} {:>8}", "", "least", "median", "most");
    report("protoc-gen-rmicro, hello.proto's request", of_plugin);
    report("protoc --descriptor_set_out, hello.proto", of_protoc);
    Ok(())
}

/// The plugin's release binary, built.
fn plugin(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "-p", "protoc-gen-rmicro"])
        .current_dir(root)
        .status()?;
    if !status.success() {
        return Err("the plugin does not build".into());
    }
    // Beside this very binary.
    Ok(std::env::current_exe()?.with_file_name("protoc-gen-rmicro"))
}

fn protoc(root: &Path, out: &str) -> Command {
    let mut command = Command::new("protoc");
    command
        .arg(format!("--descriptor_set_out={out}"))
        .args(["--include_imports", "--include_source_info"])
        .arg(format!(
            "-I{}",
            root.join("examples/greeter/proto").display()
        ))
        .arg(format!("-I{}", root.join("runtime/proto").display()))
        .arg("hello.proto");
    command
}

/// What protoc would send to the plugin.
fn request(root: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("rmicro-bench-{}.binpb", std::process::id()));
    let status = protoc(root, &path.display().to_string()).status()?;
    if !status.success() {
        return Err("protoc fails on hello.proto".into());
    }
    let set = FileSet::decode(&*std::fs::read(&path)?)?;
    std::fs::remove_file(&path)?;
    let request = CodeGeneratorRequest {
        file_to_generate: vec!["hello.proto".to_owned()],
        proto_file: set.file,
    };
    Ok(request.encode_to_vec())
}

/// From the start of the process to its end.
fn time(command: &mut Command, input: &[u8]) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    let output = child.wait_with_output()?;
    let elapsed = start.elapsed();
    match output.status.success() {
        true => Ok(elapsed),
        false => Err(format!("{command:?} failed").into()),
    }
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |index: usize| {
        times
            .get(index)
            .map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    let last = times.len().saturating_sub(1);
    println!(
        "{name:42} {:8.2} {:8.2} {:8.2}",
        at(0),
        at(times.len() / 2),
        at(last)
    );
}
