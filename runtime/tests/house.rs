//! Which room of the crate may look into which, as ARCHITECTURE.md draws it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the other rooms that it must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("descriptor", UPPER),
    ("wire", UPPER),
    ("template", UPPER),
    ("pool", UPPER),
    ("json", UPPER),
    (
        "grpc",
        &["client", "gateway", "registry", "server", "service"],
    ),
    (
        "routes",
        &["client", "gateway", "grpc", "registry", "server", "service"],
    ),
    ("registry", &["client", "gateway", "server", "service"]),
    ("gateway", &["client", "registry", "server", "service"]),
    ("client", &["gateway", "server", "service"]),
    ("server", &["client", "registry", "service"]),
];

/// The rooms that need the feature `transport`, and what they export at the top.
const UPPER: &[&str] = &[
    "backend",
    "client",
    "context",
    "gateway",
    "grpc",
    "metadata",
    "method",
    "registry",
    "routes",
    "server",
    "service",
    "status",
    "streaming",
    "tokio",
    "tonic",
    "hyper",
];

/// Where tonic may be named: it is to be replaced one day.
const TONIC: &[&str] = &["grpc", "registry/etcd", "status.rs"];

/// What a room exports at the top of the crate; nothing for a crate of others.
fn exported(room: &str) -> &'static [&'static str] {
    match room {
        "backend" => &["Backend", "BoxFuture", "Messages"],
        "client" => &["Client", "ClientBuilder", "Stub"],
        "context" => &["Context"],
        "gateway" => &["ServeMux"],
        "grpc" => &["Channel", "GrpcBackend"],
        "metadata" => &["Metadata"],
        "method" => &["Method", "ServiceDef"],
        "registry" => &["Registry"],
        "routes" => &["Routes"],
        "server" => &["Limits", "Listening", "Server"],
        "service" => &["Running", "Service", "ServiceBuilder"],
        "status" => &["Code", "Result", "Status"],
        "streaming" => &["Streaming"],
        _ => &[],
    }
}

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut found: Vec<PathBuf> = fs::read_dir(path)
        .unwrap()
        .flat_map(|entry| sources(&entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    found.sort();
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file, without its comments and its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The names that follow `crate::`, those in braces too.
fn rooms(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap(),
            None => rest,
        };
        let many = rest.starts_with('{');
        for name in names.split(',') {
            let name = name.trim();
            let end = name
                .find(|char: char| !char.is_alphanumeric() && char != '_')
                .unwrap_or(name.len());
            found.insert(name[..end].to_owned());
            if !many {
                break;
            }
        }
    }
    found
}

#[test]
fn no_room_looks_into_one_that_stands_on_it() {
    let mut wrong = Vec::new();
    for (room, forbidden) in FORBIDDEN {
        let folder = src().join(room);
        let path = if folder.is_dir() {
            folder
        } else {
            src().join(format!("{room}.rs"))
        };
        for file in sources(&path) {
            let code = code(&file);
            let named = rooms(&code);
            for name in *forbidden {
                let exports = exported(name).iter().any(|export| named.contains(*export));
                let outside = exported(name).is_empty() && code.contains(&format!("{name}::"));
                if named.contains(*name) || exports || outside {
                    wrong.push(format!(
                        "{} names `{name}`",
                        file.strip_prefix(src()).unwrap().display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn tonic_is_named_in_few_places() {
    let wrong: Vec<_> = sources(&src())
        .into_iter()
        .filter(|file| code(file).contains("tonic::"))
        .map(|file| file.strip_prefix(src()).unwrap().to_owned())
        .filter(|file| !TONIC.iter().any(|place| file.starts_with(place)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
