//! Templates that other projects accept or reject, read by ours.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use rmicro::template::{Segment, Template};
use serde_json::Value;

const LITERALS_AFTER: &str = "we take literals after `**`, as the C++ library and ASP.NET do";
const NO_NESTING: &str = "variables do not nest, as http.proto says";

/// Templates that we judge otherwise than their source does, and why.
const SKIPPED: &[(&str, &str, &str)] = &[
    ("vanguard_paths", "/foo/**/bar", LITERALS_AFTER),
    (
        "vanguard_paths",
        "/my%2fcool-blog~about%2Cstuff%5Bwat%5D/{var={abc=%2F%2A}/{def=%2F%2A/**}}:baz",
        NO_NESTING,
    ),
    (
        "vanguard_paths",
        "/foo/bob/{book_id={author}/{isbn}/*}/details",
        NO_NESTING,
    ),
    (
        "vanguard_paths",
        "/foo/blah/{longest_var={long_var.a={medium.a={short.aa}/*/{short.ab}/foo}/*}/{long_var.b={medium.b={short.ba}/*/{short.bb}/foo}/{last=**}}}:details",
        NO_NESTING,
    ),
    ("armeria_templates", "/v1/{var=**/x}", LITERALS_AFTER),
    (
        "armeria_templates",
        "/v1/{deep=**}/var:verb",
        LITERALS_AFTER,
    ),
    (
        "armeria_templates",
        "/v1/{name=messages/{name2=*}}",
        NO_NESTING,
    ),
    (
        "armeria_templates",
        "/v1/{name=messages/{name2=*/foo/{name3=*}}}",
        NO_NESTING,
    ),
    (
        "armeria_templates",
        "/v1/messages/{first=a/{second=b/*/{third}}}:verb",
        NO_NESTING,
    ),
    (
        "armeria_templates",
        "/v1/messages/{name=*/{name2=**}}",
        NO_NESTING,
    ),
];

fn vectors(name: &str) -> Value {
    let path = format!(
        "{}/../testdata/vectors/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn cases<'a>(file: &str, list: &'a Value) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let file = file.to_owned();
    let list = list.as_array().unwrap();
    assert!(!list.is_empty());
    list.iter()
        .map(|case| (case["template"].as_str().unwrap(), case))
        .filter(move |(text, _)| {
            !SKIPPED
                .iter()
                .any(|(f, skipped, _)| *f == file && skipped == text)
        })
}

fn assert_valid(text: &str, case: &Value) {
    let template = Template::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let segments = template.segments();
    let shown: Vec<&str> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text,
            Segment::Star => "*",
            Segment::DoubleStar => "**",
        })
        .collect();
    if let Some(expected) = case["segments"].as_array() {
        let expected: Vec<&str> = expected.iter().map(|s| s.as_str().unwrap()).collect();
        assert_eq!(shown, expected, "{text}");
    }
    if let Some(verb) = case["verb"].as_str() {
        assert_eq!(template.verb().unwrap_or_default(), verb, "{text}");
    }
    let Some(variables) = case["variables"].as_array() else {
        return;
    };
    assert_eq!(template.variables().len(), variables.len(), "{text}");
    for (variable, expected) in template.variables().iter().zip(variables) {
        let path: Vec<&str> = expected["field_path"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(variable.field_path(), path, "{text}");
        let start = expected["start_segment"].as_u64().unwrap() as usize;
        let end = match expected["end_segment"].as_i64().unwrap() {
            end @ 0.. => end as usize,
            // Counted from the end of the path, where -1 is the end itself.
            end => segments.len() - (-1 - end) as usize,
        };
        assert_eq!(variable.range(), start..end, "{text}");
    }
}

fn assert_invalid(text: &str) {
    if let Ok(template) = Template::parse(text) {
        panic!("{text} is read as {template}");
    }
}

#[test]
fn valid_templates_have_their_segments_variables_and_verb() {
    for file in ["http_template", "armeria_templates"] {
        for (text, case) in cases(file, &vectors(file)["valid"]) {
            assert_valid(text, case);
        }
    }
    for (text, case) in cases("aspnetcore", &vectors("aspnetcore")["templates"]["valid"]) {
        assert_valid(text, case);
    }
    for (text, case) in cases("vanguard_paths", &vectors("vanguard_paths")["templates"]) {
        if case["valid"] == true {
            assert_valid(text, case);
        }
    }
}

#[test]
fn invalid_templates_are_rejected() {
    for file in ["http_template", "armeria_templates"] {
        for (text, _) in cases(file, &vectors(file)["invalid"]) {
            assert_invalid(text);
        }
    }
    for (text, _) in cases("aspnetcore", &vectors("aspnetcore")["templates"]["invalid"]) {
        assert_invalid(text);
    }
    for (text, case) in cases("vanguard_paths", &vectors("vanguard_paths")["templates"]) {
        if case["valid"] == false {
            assert_invalid(text);
        }
    }
}

#[test]
fn what_is_shown_reads_back_the_same() {
    let shown: Vec<Template> = cases("http_template", &vectors("http_template")["valid"])
        .map(|(text, _)| Template::parse(text).unwrap())
        .collect();
    for template in shown {
        let again = Template::parse(&template.to_string()).unwrap();
        assert_eq!(again.to_string(), template.to_string());
        assert!(again.equivalent(&template));
    }
}
