//! The builder, as `build.rs` uses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by it"
)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use prost::Message as _;
use protoc_gen_rmicro::Config;
use support::{files, request, testdata};

/// A folder that is gone with its test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rmicro-build-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        files(&self.0).into_keys().collect()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn golden(name: &str) -> String {
    fs::read_to_string(testdata().join(name)).unwrap()
}

#[test]
fn the_code_is_the_plugins() {
    let (out, case) = (Scratch::new("plugin"), testdata().join("greeter"));
    Config::new()
        .out_dir(&out.0)
        .compile_protos(&[case.join("hello.proto")], &[&case])
        .unwrap();
    assert_eq!(out.names(), ["hello.rs", "mod.rs"]);
    assert_eq!(out.read("hello.rs"), golden("greeter/expected/hello.rs"));
}

#[test]
fn what_is_imported_is_generated_too() {
    let (out, case) = (Scratch::new("imports"), testdata().join("packages"));
    Config::new()
        .out_dir(&out.0)
        .compile_protos(&[case.join("shop/v1/shop.proto")], &[&case])
        .unwrap();
    assert_eq!(
        out.names(),
        [
            "common.rs",
            "deep.inner.rs",
            "mod.rs",
            "plain.rs",
            "shop.v1.rs"
        ]
    );
}

#[test]
fn unchanged_files_are_not_written_again() {
    let (out, case) = (Scratch::new("unchanged"), testdata().join("greeter"));
    let run = || {
        Config::new()
            .out_dir(&out.0)
            .compile_protos(&[case.join("hello.proto")], &[&case])
            .unwrap()
    };
    run();
    let file = fs::File::options()
        .append(true)
        .open(out.0.join("hello.rs"))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    run();
    let modified = fs::metadata(out.0.join("hello.rs"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(modified, SystemTime::UNIX_EPOCH);
}

#[test]
fn a_protoc_that_is_asked_for_parses_editions() {
    let (out, case) = (Scratch::new("protoc"), testdata().join("editions"));
    let protos =
        ["edition2023.proto", "edition2024.proto", "two.proto"].map(|name| case.join(name));
    let mut config = Config::new();
    config
        .out_dir(&out.0)
        .protoc_executable(protoc_bin_vendored::protoc_bin_path().unwrap());
    config.compile_protos(&protos, &[&case]).unwrap();
    assert_eq!(
        out.read("editions.v2023.rs"),
        golden("editions/expected/editions.v2023.rs")
    );
}

#[test]
fn what_protoc_says_is_passed_on() {
    let out = Scratch::new("says");
    fs::write(out.0.join("bad.proto"), "syntax = \"proto3\";\nmessage").unwrap();
    let protoc = protoc_bin_vendored::protoc_bin_path().unwrap();
    let mut config = Config::new();
    config.out_dir(out.0.join("out")).protoc_executable(&protoc);
    fs::create_dir(out.0.join("out")).unwrap();
    let error = config
        .compile_protos(&[out.0.join("bad.proto")], &[&out.0])
        .unwrap_err();
    let proto = out.0.join("bad.proto");
    let expected = format!(
        "`{}` failed:\n{}:2:8: Expected message name.",
        protoc.display(),
        proto.display()
    );
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[test]
fn a_descriptor_set_is_as_good_as_files() {
    let (out, case) = (Scratch::new("set"), testdata().join("greeter"));
    let request = request(&case, &["hello.proto".to_owned()], "");
    // A descriptor set has its files where a request has names.
    let mut set = Vec::new();
    for file in &request.proto_file {
        prost::encoding::bytes::encode(1, file, &mut set);
    }
    Config::new().out_dir(&out.0).compile_fds(&set).unwrap();
    assert_eq!(out.read("hello.rs"), golden("greeter/expected/hello.rs"));
    let error = Config::new()
        .out_dir(&out.0)
        .compile_fds(b"\xff")
        .unwrap_err();
    let expected =
        "the bytes are no descriptor set: failed to decode Protobuf message: invalid varint";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn parameters_and_methods_of_the_builder_are_the_same() {
    let (out, case) = (Scratch::new("options"), testdata().join("params"));
    let mut config = Config::new();
    config
        .out_dir(&out.0)
        .register_func_suffix("Gateway")
        .allow_delete_body(true)
        .bytes(["."])
        .btree_map([".Given.labels"])
        .boxed(".Given.child")
        .disable_comments([".Child"])
        .type_attribute(
            ".Child",
            "#[derive(::core::cmp::PartialOrd, ::core::cmp::Ord)]",
        )
        .field_attribute(".Given.name", "#[doc = \"Says it.\"]")
        .default_package_filename("unused");
    config
        .compile_protos(&[case.join("params.proto")], &[&case])
        .unwrap();
    assert_eq!(out.read("params.rs"), golden("params/expected/params.rs"));
}

#[test]
fn a_missing_file_is_a_sentence() {
    let out = Scratch::new("missing");
    let error = Config::new()
        .out_dir(&out.0)
        .compile_protos(&["nope.proto"], &["."])
        .unwrap_err();
    let expected = "nope.proto: error: file 'nope.proto' is not in any include path\n    = help: imports are looked up in the include paths, \
                    and among the bundled google/api, google/rpc and google/protobuf";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn no_bytes_make_the_plugin_panic() {
    let mut request = request(&testdata().join("types"), &["types.proto".to_owned()], "");
    request.proto_file.retain(|file| file.len() < 4000);
    let bytes = request.encode_to_vec();
    // What is cut off is told in a sentence, or the rest is a request.
    for end in (0..bytes.len()).step_by(7) {
        let _ = protoc_gen_rmicro::answer(&bytes[..end]);
    }
    let mut bytes = bytes;
    for at in (0..bytes.len()).step_by(23) {
        let old = std::mem::replace(&mut bytes[at], 0xff);
        let _ = protoc_gen_rmicro::answer(&bytes);
        bytes[at] = old;
    }
}
