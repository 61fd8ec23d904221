#!/bin/sh
# Fuzzes every target for some seconds (15 by default), for CI. `fuzz/smoke.sh 3600` does it for an hour each.
set -eu
seconds=${1:-15}
cd "$(dirname "$0")"
./build.sh
host=$(rustc -vV | sed -n 's/^host: //p')
for target in json wire round; do
    work=target/corpus/$target
    mkdir -p "$work" target/artifacts
    "target/$host/release/$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=4096 \
        -dict=json.dict -artifact_prefix="target/artifacts/$target-" -print_final_stats=1 "$work" "corpus/$target" \
        2>"target/$target.log" || { tail -n 40 "target/$target.log"; exit 1; }
    grep -E 'number_of_executed_units' "target/$target.log" | sed "s/^/$target: /"
done
