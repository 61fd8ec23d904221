//! Any bytes as JSON text: an error or a message, and what is a message can be printed.

#![no_main]

#[path = "pool.rs"]
mod pool;

use libfuzzer_sys::fuzz_target;
use rmicro::json::{ParseOptions, PrintOptions, Splitter, from_wire, to_wire};

fuzz_target!(|data: &[u8]| {
    let Some((options, text)) = data.split_first() else { return };
    let parse = ParseOptions {
        ignore_unknown_fields: options & 1 != 0,
        ignore_unknown_enum_names: options & 2 != 0,
        ..ParseOptions::default()
    };
    let message = pool::message(*options >> 6);
    if let Ok(wire) = to_wire(message, text, &parse) {
        let print = PrintOptions {
            always_print_fields_with_no_presence: options & 4 != 0,
            enums_as_numbers: options & 8 != 0,
            indent: usize::from(options >> 4 & 1),
            ..PrintOptions::default()
        };
        from_wire(message, &wire, &print, &mut Vec::new()).expect("what was read can be printed");
    }
    // The splitter gives out the same values whatever the portions.
    let split = |portion: usize| {
        let mut splitter = Splitter::new(1000);
        let mut values = Vec::new();
        for bytes in text.chunks(portion) {
            splitter.push(bytes);
            while let Ok(Some(value)) = splitter.next_value() {
                values.push(value);
            }
        }
        values
    };
    assert_eq!(split(1), split(text.len().max(1)));
});
