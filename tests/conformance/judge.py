"""Judges a run of the conformance runner: every failure with JSON on either side counts, and so does a test too few."""

import pathlib
import re
import sys

# What runner 33.2 with --maximum_edition 2023 has: 1,510 tests with JSON input and 1,252 with JSON output from binary.
EXPECTED_JSON_TESTS = 2762

out = pathlib.Path(sys.argv[1])
log = (out / "log").read_text(errors="replace")
summary = re.findall(
    r"CONFORMANCE SUITE (?:PASSED|FAILED): (\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) unexpected failures",
    log,
)
if not summary:
    sys.exit(log + "\nthe runner did not finish")
binary_and_json = [int(number) for number in summary[0]]
failing = [
    line.split(" # ")[0].strip()
    for name in out.glob("*failing_tests.txt")
    for line in name.read_text().splitlines()
    if line.strip() and not line.startswith("#")
]
successes, skipped, _, failures = binary_and_json
print(f"{successes} successes, {skipped} skipped (binary to binary, JSPB), {failures} failures")
if failing or failures:
    sys.exit("\n".join(["failures:", *failing]))
if successes < EXPECTED_JSON_TESTS:
    sys.exit(f"only {successes} of {EXPECTED_JSON_TESTS} tests with JSON were answered")
