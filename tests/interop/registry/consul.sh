#!/usr/bin/env bash
# Builds Consul from its Go module, since Debian has no package of it.
# usage: consul.sh <folder for the program>
set -euo pipefail
version=v1.15.0
mkdir -p "$1"
out=$(cd "$1" && pwd)/consul
[ -x "$out" ] && exit
source=$(go mod download -json "github.com/hashicorp/consul@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As the main module: its exclusions count only there, so `go install` refuses it.
cp -r "$source/." "$work"
chmod -R u+w "$work"
cd "$work"
go build -o "$out" .
