//! The runtime's own stubs of etcd are what this generator makes of their `.proto` file. BLESS=1 writes them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by it"
)]

mod support;

use std::path::Path;

use support::{answer, assert_golden, request};

#[test]
fn the_stubs_of_etcd_are_the_generated_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/registry/etcd");
    let parameter = "client=false,server=false,gateway=false";
    let request = request(&folder, &["etcd.proto".to_owned()], parameter);
    let (response, _) = answer(&request);
    assert_eq!(response.error, None);
    let stubs = response.file.iter();
    let stubs = stubs.filter(|file| file.name.as_deref() == Some("etcdserverpb.rs"));
    let [stubs] = stubs.collect::<Vec<_>>()[..] else {
        panic!("{:?}", response.file)
    };
    let mut failures = Vec::new();
    let content = stubs.content.as_deref().unwrap();
    assert_golden(&folder.join("etcdserverpb.rs"), content, &mut failures);
    assert!(
        failures.is_empty(),
        "{}\nBLESS=1 writes what is found",
        failures.join("\n")
    );
}
