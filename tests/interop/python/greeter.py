"""Calls Greeter.Hello as any gRPC client does that has hello.proto: greeter.py ADDRESS PROTO_DIR... NAME"""

import sys

import grpc

address, *folders, name = sys.argv[1:]
sys.path.extend(folders)
protos, services = grpc.protos_and_services("hello.proto")

with grpc.insecure_channel(address) as channel:
    greeter = services.GreeterStub(channel)
    response, call = greeter.Hello.with_call(
        protos.Request(name=name), timeout=10, metadata=[("x-user", "ann"), ("x-raw-bin", b"\x00\xff")]
    )
    print(f"{call.code().name} {response.greeting}")
    missing = channel.unary_unary("/Greeter/Missing", lambda _: b"", lambda bytes: bytes)
    try:
        missing(None, timeout=10)
    except grpc.RpcError as error:
        print(f"{error.code().name} {error.details()}")
