//! Programs in Go: built once, run, and ended with the test.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/interop/calls");

/// A program of `tests/interop/calls`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Program {
    /// go-micro v4.11.
    Micro,
    /// go-micro v4.9.
    MicroV49,
    /// grpc-gateway without go-micro.
    Gateway,
}

impl Program {
    /// Builds it; `None`, said loudly, where there is no Go.
    pub(crate) fn build(self) -> Option<PathBuf> {
        let (folder, name, flags): (_, _, &[&str]) = match self {
            Program::Micro => ("micro", "micro-v4.11", &[]),
            Program::MicroV49 => ("micro", "micro-v4.9", &["-modfile=v4.9.mod"]),
            Program::Gateway => ("gateway", "gateway", &[]),
        };
        let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let built = Command::new("go")
            .arg("build")
            .args(flags)
            .arg("-o")
            .arg(&out)
            .arg(".")
            .current_dir(format!("{SOURCES}/{folder}"))
            .output();
        let problem = match built {
            Ok(built) if built.status.success() => return Some(out),
            Ok(built) => String::from_utf8_lossy(&built.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        assert!(
            std::env::var_os("RMICRO_REQUIRE_ALL").is_none(),
            "{self:?} cannot be built: {problem}"
        );
        eprintln!("SKIPPED: {self:?} cannot be built: {problem}");
        None
    }
}

/// A program that serves until it is dropped.
pub(crate) struct Peer {
    child: Child,
    pub(crate) address: String,
}

/// Starts a program that prints the address that it serves at.
pub(crate) fn start(program: &PathBuf, arguments: &[&str]) -> Peer {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // go-micro logs to the same place.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().unwrap().unwrap();
        if let Some(address) = line.strip_prefix("address ") {
            break address.to_owned();
        }
    };
    std::thread::spawn(move || lines.for_each(drop));
    Peer { child, address }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end; what it printed.
pub(crate) async fn run(program: PathBuf, arguments: &[&str]) -> String {
    let arguments: Vec<_> = arguments
        .iter()
        .map(|&argument| argument.to_owned())
        .collect();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(program).args(arguments).output().unwrap()
    });
    let output = output.await.unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}
