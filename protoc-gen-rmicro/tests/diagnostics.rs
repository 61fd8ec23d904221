//! What is said about mistakes: every folder of `testdata/diagnostics` holds `.proto` files and what `build.rs` says about
//! them, in `build.txt`, and what the plugin says, which has no source text at hand, in `plugin.txt`. BLESS=1 writes both.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by it"
)]

mod support;

use std::path::{Path, PathBuf};

use protoc_gen_rmicro::Config;
use support::{answer, assert_golden, cases, parameter, protos, request, testdata};

/// What `build.rs` shows; paths begin in the folder of the case.
fn build(name: &str, case: &Path) -> Result<(), String> {
    // Relative, so that no golden has the path of somebody's machine.
    let folder = PathBuf::from("../testdata/diagnostics").join(name);
    let out =
        std::env::temp_dir().join(format!("rmicro-diagnostics-{}-{name}", std::process::id()));
    let protos: Vec<_> = protos(case)
        .iter()
        .map(|proto| folder.join(proto))
        .collect();
    // Warnings would go to cargo.
    let result = Config::new()
        .out_dir(&out)
        .strict(true)
        .compile_protos(&protos, &[&folder]);
    let _ = std::fs::remove_dir_all(out);
    let prefix = format!("{}/", folder.display());
    result.map_err(|error| format!("{error}\n").replace(&prefix, ""))
}

/// What protoc shows of the plugin; nothing where protox does not parse the files.
fn plugin(case: &Path) -> String {
    let protos = protos(case);
    let parses = std::panic::catch_unwind(|| request(case, &protos, &parameter(case)));
    let Ok(request) = parses else {
        return String::new();
    };
    let (response, warnings) = answer(&request);
    match response.error {
        Some(error) => error + "\n",
        None => warnings,
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let mut failures = Vec::new();
    for (name, case) in cases(&testdata().join("diagnostics"), ".") {
        let build = build(&name, &case).expect_err(&name);
        assert_golden(&case.join("build.txt"), &build, &mut failures);
        assert_golden(&case.join("plugin.txt"), &plugin(&case), &mut failures);
    }
    assert!(
        failures.is_empty(),
        "{}\nBLESS=1 writes what is found",
        failures.join("\n")
    );
}
