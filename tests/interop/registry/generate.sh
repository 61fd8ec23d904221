#!/usr/bin/env bash
# Generates pb/ from testdata/registry by protoc and protoc-gen-go, and writes the records that go-micro makes of it.
set -euo pipefail
cd "$(dirname "$0")"
data=../../../testdata/registry
protos=../../../runtime/proto
rm -rf pb bin && mkdir -p bin
GOBIN=$PWD/bin go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.28.1
PATH=$PWD/bin:$PATH protoc -I "$data" -I "$protos" \
    --go_out=. --go_opt=module=interop/registry \
    --go_opt=Mgoogle/api/annotations.proto=google.golang.org/genproto/googleapis/api/annotations \
    --go_opt=Mgoogle/protobuf/descriptor.proto=google.golang.org/protobuf/types/descriptorpb \
    --go_opt=Mgoogle/protobuf/timestamp.proto=google.golang.org/protobuf/types/known/timestamppb \
    --go_opt=Mgoogle/api/http.proto=google.golang.org/genproto/googleapis/api/annotations "$data/greeter.proto" "$data/rich.proto"
go build -o bin/dump ./dump
for name in greeter rich; do
    protoc -I "$data" -I "$protos" --descriptor_set_out="$data/$name.binpb" "$data/$name.proto"
    bin/dump "$name" "$data/$name.go-micro.json"
done
