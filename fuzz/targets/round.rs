//! From JSON to wire to JSON to wire: after the first step nothing changes any more.

#![no_main]

#[path = "pool.rs"]
mod pool;

use libfuzzer_sys::fuzz_target;
use rmicro::json::{ParseOptions, PrintOptions, from_wire, to_wire};

fuzz_target!(|data: &[u8]| {
    let Some((options, text)) = data.split_first() else { return };
    let message = pool::message(*options >> 6);
    let parse = ParseOptions { ignore_unknown_fields: true, ignore_unknown_enum_names: true, ..ParseOptions::default() };
    let Ok(first) = to_wire(message, text, &parse) else { return };
    let print = |wire: &[u8]| {
        let mut out = Vec::new();
        from_wire(message, wire, &PrintOptions::default(), &mut out).expect("what was read can be printed");
        out
    };
    let once = print(&first);
    let second = to_wire(message, &once, &ParseOptions::default()).expect("what was printed can be read");
    assert_eq!(print(&second), once);
    let third = to_wire(message, &print(&second), &ParseOptions::default()).expect("what was printed can be read");
    assert_eq!(second, third);
    // Putting a message behind itself merges it with itself, which must not fail.
    print(&[first.clone(), first].concat());
});
