//! The generated code of every case: a folder of `testdata` with a folder `expected`. BLESS=1 writes it; new cases start
//! with an empty one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by it"
)]

mod support;

use std::fs;

use support::{answer, assert_golden, cases, files, parameter, protos, request, testdata};

#[test]
fn the_generated_code_is_the_golden_one() {
    let mut failures = Vec::new();
    for (name, case) in cases(&testdata(), "expected") {
        let request = request(&case, &protos(&case), &parameter(&case));
        let (response, warnings) = answer(&request);
        assert_eq!(response.error, None, "{name}");
        assert_golden(&case.join("warnings"), &warnings, &mut failures);
        let expected = case.join("expected");
        let mut stale = files(&expected);
        for file in &response.file {
            let path = expected.join(file.name.as_deref().unwrap());
            assert_golden(&path, file.content.as_deref().unwrap(), &mut failures);
            stale.remove(file.name.as_deref().unwrap());
        }
        for (name, path) in stale {
            match support::bless() {
                true => fs::remove_file(path).unwrap(),
                false => failures.push(format!("{}: {name} is not generated", path.display())),
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{}\nBLESS=1 writes what is found",
        failures.join("\n")
    );
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    for (name, case) in cases(&testdata(), "expected") {
        let request = request(&case, &protos(&case), &parameter(&case));
        assert!(answer(&request) == answer(&request), "{name}");
    }
}

/// The lines of a generated file that are not messages, and how many of them are the descriptors.
fn service_lines(proto: &str) -> (usize, usize) {
    let folder = tempfile();
    fs::write(folder.join("hello.proto"), proto).unwrap();
    let content = |parameter: &str| {
        let (response, _) = answer(&request(&folder, &["hello.proto".to_owned()], parameter));
        response.file[0].content.clone().unwrap()
    };
    let (text, whole) = (content("messages=false"), content(""));
    fs::remove_dir_all(folder).unwrap();
    assert!(text.lines().count() < whole.lines().count());
    let descriptors = text
        .lines()
        .skip_while(|line| !line.starts_with("::rmicro::file_descriptor_set!"));
    let descriptors = descriptors.take_while(|line| !line.is_empty()).count();
    (text.lines().count(), descriptors)
}

fn tempfile() -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("rmicro-golden-{}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn the_service_part_stays_short() {
    let hello = fs::read_to_string(testdata().join("greeter/hello.proto")).unwrap();
    let (base, descriptors) = service_lines(&hello);
    assert!(
        base <= 75,
        "the service part of the greeter has {base} lines, more than 75"
    );

    let method = "rpc Goodbye(Request) returns (Response) {\n\
                  option (google.api.http) = { post: \"/greeter/goodbye\" body: \"*\" };\n}\n";
    let (more, more_descriptors) =
        service_lines(&hello.replacen("rpc Hello", &format!("{method}rpc Hello"), 1));
    // What the descriptors grow by is not code.
    let lines = (more - more_descriptors) - (base - descriptors);
    assert!(
        lines <= 20,
        "a further unary method has {lines} lines, more than 20"
    );

    let binding = "body: \"*\"\nadditional_bindings { get: \"/g\" }";
    let (more, more_descriptors) = service_lines(&hello.replacen("body: \"*\"", binding, 1));
    let lines = (more - more_descriptors) - (base - descriptors);
    assert_eq!(lines, 1, "a further binding");
    println!("service part: {base} lines");
}
