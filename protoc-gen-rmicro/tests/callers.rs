//! The plugin as its callers run it: protoc, an old and a current one, and buf. One that is not installed is told and
//! passed over; with RMICRO_REQUIRE_ALL=1 it fails the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by it"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::{cases, files, has_editions, parameter, protos, testdata};

const PLUGIN: &str = env!("CARGO_BIN_EXE_protoc-gen-rmicro");

/// A folder that is gone with its test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("rmicro-callers-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/proto")
}

/// The program, if it is installed.
fn installed(program: &str) -> Option<PathBuf> {
    let found = Command::new(program).arg("--version").output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(program.into());
    }
    let message = format!("NOT TESTED: `{program}` is not installed");
    assert!(
        std::env::var_os("RMICRO_REQUIRE_ALL").is_none(),
        "{message}"
    );
    // Past the harness, which keeps what tests print.
    let _ = writeln!(std::io::stderr(), "{message}");
    None
}

/// The protocs: the one on the PATH, and a current one.
fn protocs() -> Vec<PathBuf> {
    installed("protoc")
        .into_iter()
        .chain([current_protoc()])
        .collect()
}

fn current_protoc() -> PathBuf {
    protoc_bin_vendored::protoc_bin_path().unwrap()
}

fn protoc(protoc: &Path, folder: &Path, protos: &[String], parameter: &str, out: &Path) -> Output {
    Command::new(protoc)
        .arg(format!("--plugin=protoc-gen-rmicro={PLUGIN}"))
        .arg(format!("--rmicro_out={}", out.display()))
        .arg(format!("--rmicro_opt={parameter}"))
        .arg(format!("-I{}", folder.display()))
        .arg(format!("-I{}", bundled().display()))
        .args(protos)
        .output()
        .unwrap()
}

fn texts(folder: &Path) -> BTreeMap<String, String> {
    let files = files(folder).into_iter();
    files
        .map(|(name, path)| (name, fs::read_to_string(path).unwrap()))
        .collect()
}

/// The texts without the descriptors, which compilers write in different orders.
fn code(texts: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let code = |text: &str| {
        let mut descriptors = false;
        let lines = text.lines().filter(|line| {
            descriptors |= line.starts_with("::rmicro::file_descriptor_set!");
            let keep = !descriptors;
            descriptors &= !line.ends_with(");");
            keep
        });
        lines.map(|line| format!("{line}\n")).collect()
    };
    texts
        .into_iter()
        .map(|(name, text)| (name, code(&text)))
        .collect()
}

#[test]
fn protoc_gets_the_golden_code() {
    for compiler in protocs() {
        for (name, case) in cases(&testdata(), "expected") {
            if has_editions(&case) && compiler != current_protoc() {
                continue;
            }
            let out = Scratch::new("protoc");
            let output = protoc(&compiler, &case, &protos(&case), &parameter(&case), &out.0);
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success(),
                "{}: {name}: {told}",
                compiler.display()
            );
            assert_eq!(
                code(texts(&out.0)),
                code(texts(&case.join("expected"))),
                "{name}"
            );
        }
    }
}

#[test]
fn protoc_shows_mistakes_on_lines_of_their_own() {
    let case = testdata().join("diagnostics/unknown_field");
    for compiler in protocs() {
        let out = Scratch::new("mistakes");
        let output = protoc(&compiler, &case, &protos(&case), "", &out.0);
        assert_eq!(output.status.code(), Some(1));
        let expected = fs::read_to_string(case.join("plugin.txt")).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            format!("--rmicro_out: {expected}")
        );
    }
}

#[test]
fn protoc_shows_what_is_wrong_with_parameters() {
    let case = testdata().join("greeter");
    for compiler in protocs() {
        let out = Scratch::new("parameters");
        let output = protoc(&compiler, &case, &protos(&case), "nope", &out.0);
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            told.starts_with("--rmicro_out: \nunknown parameter `nope`; known are `messages`, "),
            "{told}"
        );
    }
}

/// Runs buf on the files of a case; the second part is what it prints on standard error.
fn buf(case: &Path, options: &str, out: &Path) -> Option<(Output, String)> {
    let buf = installed("buf")?;
    let module = Scratch::new(&format!(
        "buf-{}",
        out.file_name().unwrap().to_str().unwrap()
    ));
    let copy = |from: &Path, to: &str| {
        for (name, path) in files(from)
            .into_iter()
            .filter(|(name, _)| name.ends_with(".proto"))
        {
            let to = module.0.join(to).join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(path, to).unwrap();
        }
    };
    copy(case, "proto");
    copy(&bundled().join("google/api"), "bundled/google/api");
    copy(&bundled().join("google/rpc"), "bundled/google/rpc");
    let write = |name: &str, text: &str| fs::write(module.0.join(name), text).unwrap();
    write(
        "buf.yaml",
        "version: v2\nmodules:\n  - path: proto\n  - path: bundled\n",
    );
    let plugin = format!(
        "version: v2\nplugins:\n  - local: {PLUGIN}\n    out: {}\n{options}",
        out.display()
    );
    write("buf.gen.yaml", &plugin);
    let output = Command::new(buf)
        .args(["generate", "proto"])
        .current_dir(&module.0)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    Some((output, told))
}

#[test]
fn buf_gets_the_golden_code_in_one_call() {
    let case = testdata().join("packages");
    let out = Scratch::new("all");
    let Some((output, told)) = buf(&case, "    strategy: all\n", &out.0) else {
        return;
    };
    assert!(output.status.success(), "{told}");
    assert_eq!(told, "");
    assert_eq!(code(texts(&out.0)), code(texts(&case.join("expected"))));
}

#[test]
fn buf_gets_the_packages_in_a_call_for_each_directory() {
    let case = testdata().join("packages");
    let out = Scratch::new("directories");
    let Some((output, told)) = buf(&case, "    opt: include_file=\n", &out.0) else {
        return;
    };
    assert!(output.status.success(), "{told}");
    assert_eq!(told, "");
    let mut expected = code(texts(&case.join("expected")));
    expected.remove("mod.rs");
    assert_eq!(code(texts(&out.0)), expected);
}

#[test]
fn buf_is_told_when_its_calls_write_the_same_file() {
    let case = testdata().join("packages");
    let out = Scratch::new("told");
    let Some((output, told)) = buf(&case, "", &out.0) else {
        return;
    };
    assert!(output.status.success(), "{told}");
    let sentence = "warning: `mod.rs` has only the modules of this call, which did not generate the imported \
                    `common/money.proto`: with buf set `strategy: all`, or `include_file=` for no such file";
    assert!(told.contains(sentence), "{told}");
}

/// Runs the plugin by hand.
fn by_hand(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(PLUGIN)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn the_plugin_by_hand_says_what_it_is() {
    let version = format!("protoc-gen-rmicro {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(by_hand(&["--version"], b""), (0, version, String::new()));
    let (code, help, _) = by_hand(&["--help"], b"");
    assert_eq!(code, 0);
    assert!(help.contains("\n  register_func_suffix=NAME  "), "{help}");
    let error =
        "protoc-gen-rmicro: unknown argument `--nope`; known are `--help` and `--version`\n";
    assert_eq!(
        by_hand(&["--nope"], b""),
        (1, String::new(), error.to_owned())
    );
}

#[test]
fn what_is_no_request_is_a_sentence_and_a_failure() {
    let error = "protoc-gen-rmicro: standard input is empty; protoc and buf send a request there\n";
    assert_eq!(by_hand(&[], b""), (1, String::new(), error.to_owned()));
    let error = "protoc-gen-rmicro: standard input is no request of protoc or buf: failed to decode Protobuf message: \
                 invalid tag value: 0\n";
    assert_eq!(by_hand(&[], b"\0\0"), (1, String::new(), error.to_owned()));
}
