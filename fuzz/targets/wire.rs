//! Any bytes as a message: an error or a text, and that text is JSON of the same message.

#![no_main]

#[path = "pool.rs"]
mod pool;

use libfuzzer_sys::fuzz_target;
use rmicro::json::{ParseOptions, PrintOptions, from_wire, to_wire};

fuzz_target!(|data: &[u8]| {
    let Some((options, wire)) = data.split_first() else { return };
    let message = pool::message(*options >> 6);
    let print = PrintOptions {
        always_print_fields_with_no_presence: options & 1 != 0,
        preserve_proto_field_names: options & 2 != 0,
        int64_as_numbers: options & 4 != 0,
        enums_as_numbers: options & 8 != 0,
        indent: usize::from(options >> 4 & 1),
        ..PrintOptions::default()
    };
    let mut text = Vec::new();
    if from_wire(message, wire, &print, &mut text).is_ok() {
        let wire = to_wire(message, &text, &ParseOptions::default()).expect("what was printed can be read");
        let mut again = Vec::new();
        from_wire(message, &wire, &print, &mut again).expect("what was read can be printed");
        assert_eq!(String::from_utf8(text), String::from_utf8(again));
    }
});
