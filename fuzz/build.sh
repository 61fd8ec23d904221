#!/bin/sh
# Builds the fuzz targets with a stable toolchain: coverage for libFuzzer comes from the compiler's own passes. There is no
# address sanitizer, as the project has no unsafe code; panics, overflows and failed assertions are what is looked for.
set -eu
cd "$(dirname "$0")"
RUSTC_BOOTSTRAP=1 RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
    cargo build --quiet --release --target "$(rustc -vV | sed -n 's/^host: //p')"
