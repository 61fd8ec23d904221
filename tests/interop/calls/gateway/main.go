// A grpc-gateway in front of a greeter, with the calls that protoc-gen-grpc-gateway generates. It knows nothing of go-micro.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const path = "/demo.v1.Greeter/Hello"

func main() {
	conn, err := grpc.Dial(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		panic(err)
	}
	mux := runtime.NewServeMux()
	err = mux.HandlePath("POST", "/greeter/hello", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
		inbound, outbound := runtime.MarshalerForRequest(mux, r)
		ctx, err := runtime.AnnotateContext(r.Context(), mux, r, path, runtime.WithHTTPPathPattern("/greeter/hello"))
		if err != nil {
			runtime.HTTPError(r.Context(), mux, outbound, w, r, err)
			return
		}
		in, out := new(wrapperspb.StringValue), new(wrapperspb.StringValue)
		if err := inbound.NewDecoder(r.Body).Decode(in); err != nil && err != io.EOF {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var header, trailer metadata.MD
		if err := conn.Invoke(ctx, path, in, out, grpc.Header(&header), grpc.Trailer(&trailer)); err != nil {
			runtime.HTTPError(ctx, mux, outbound, w, r, err)
			return
		}
		ctx = runtime.NewServerMetadataContext(ctx, runtime.ServerMetadata{HeaderMD: header, TrailerMD: trailer})
		runtime.ForwardResponseMessage(ctx, mux, outbound, w, r, out)
	})
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("address", listener.Addr())
	go func() { _ = http.Serve(listener, mux) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}
