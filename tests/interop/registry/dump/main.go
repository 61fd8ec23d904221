// Command dump writes the record that a go-micro server registers for the services of testdata/registry.
//
//	dump greeter|rich FILE
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/go-micro/plugins/v4/server/grpc"
	"go-micro.dev/v4/api"
	"go-micro.dev/v4/registry"
	"go-micro.dev/v4/server"

	"interop/registry/pb/greeter"
	"interop/registry/pb/rich"
)

// Greeter is a handler of the shape that protoc-gen-micro generates: the reflected type name is the service's.
type Greeter struct{}

func (*Greeter) Hello(context.Context, *greeter.Request, *greeter.Response) error { return nil }

type RichService struct{}

func handleRich(s server.Server) error {
	if err := s.Handle(s.NewHandler(&Another{})); err != nil {
		return err
	}
	// What protoc-gen-micro emits for the annotations: the first pattern only, and none for a custom verb.
	return s.Handle(s.NewHandler(&RichService{},
		api.WithEndpoint(&api.Endpoint{Name: "RichService.Unary", Path: []string{"/v1/{name=things/*}"}, Method: []string{"GET"}, Handler: "rpc"}),
		api.WithEndpoint(&api.Endpoint{Name: "RichService.Both", Path: []string{"/v1/both"}, Method: []string{"POST"}, Stream: true, Handler: "rpc"}),
		api.WithEndpoint(&api.Endpoint{Name: "RichService.Remove", Path: []string{"/v1/things"}, Method: []string{"DELETE"}, Handler: "rpc"}),
	))
}

func (*RichService) Unary(context.Context, *rich.Everything, *rich.Outer_Inner) error { return nil }
func (*RichService) Plain(context.Context, *rich.Everything, *rich.Empty) error       { return nil }
func (*RichService) Down(context.Context, server.Stream) error                        { return nil }
func (*RichService) Up(context.Context, server.Stream) error                          { return nil }
func (*RichService) Both(context.Context, server.Stream) error                        { return nil }
func (*RichService) Custom(context.Context, *rich.Empty, *rich.Empty) error           { return nil }
func (*RichService) Remove(context.Context, *rich.Empty, *rich.Empty) error           { return nil }

type Another struct{}

func (*Another) Ask(context.Context, *rich.Empty, *rich.Outer) error { return nil }

// recorder keeps the record as the server hands it to a registry.
type recorder struct {
	registry.Registry
	service *registry.Service
}

func (r *recorder) Register(s *registry.Service, _ ...registry.RegisterOption) error {
	r.service = s
	return nil
}

func (r *recorder) String() string { return "etcd" }

func main() {
	reg := &recorder{Registry: registry.NewMemoryRegistry()}
	s := grpc.NewServer(
		server.Name("go.micro.server.worker"), server.Id("1"), server.Version("latest"),
		server.Address("127.0.0.1:0"), server.Advertise("127.0.0.1:19090"),
		server.Registry(reg), server.RegisterTTL(time.Minute), server.RegisterInterval(30*time.Second),
	)
	var err error
	switch os.Args[1] {
	case "greeter":
		err = s.Handle(s.NewHandler(&Greeter{}, api.WithEndpoint(&api.Endpoint{
			Name: "Greeter.Hello", Path: []string{"/greeter/hello"}, Method: []string{"POST"}, Handler: "rpc",
		})))
	case "rich":
		err = handleRich(s)
	default:
		err = fmt.Errorf("what is %s?", os.Args[1])
	}
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The stores of go-micro write the record as this does.
	out, _ := json.MarshalIndent(reg.service, "", "  ")
	if err := os.WriteFile(os.Args[2], append(out, '\n'), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
