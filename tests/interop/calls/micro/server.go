package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	grpcserver "github.com/go-micro/plugins/v4/server/grpc"
	"go-micro.dev/v4/errors"
	"go-micro.dev/v4/metadata"
	"go-micro.dev/v4/registry"
	"go-micro.dev/v4/server"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const id = "go.micro.server.worker"

// Greeter is called by its name: go-micro finds handlers by the names of their types.
type Greeter struct{}

func (*Greeter) Hello(ctx context.Context, in, out *text) error {
	switch in.GetValue() {
	case "400":
		return errors.BadRequest(id, "bad %s", "merr")
	case "404":
		return errors.NotFound(id, "not here")
	case "418":
		return errors.New(id, "short and stout", 418)
	case "500":
		return errors.InternalServerError(id, "broken")
	case "status":
		return status.Error(codes.NotFound, "by status")
	case "plain":
		return fmt.Errorf("plain")
	case "panic":
		panic("boom")
	case "metadata":
		md, _ := metadata.FromContext(ctx)
		var all []string
		for key, value := range md {
			if key == "X-User-Id" || key == "Bar" || key == "Authorization" || key == "Grpcgateway-Authorization" || key == "Content-Type" || key == "X-Forwarded-For" {
				all = append(all, key+"="+value)
			}
		}
		sort.Strings(all)
		out.Value = strings.Join(all, " ")
	default:
		out.Value = "Hello " + in.GetValue()
	}
	return nil
}

func (*Greeter) Down(ctx context.Context, stream server.Stream) error {
	in := new(text)
	if err := stream.Recv(in); err != nil {
		return err
	}
	for _, letter := range in.GetValue() {
		if letter == '!' {
			return errors.Conflict(id, "a bang")
		}
		if err := stream.Send(wrapperspb.String(string(letter))); err != nil {
			return err
		}
	}
	return nil
}

func collect(stream server.Stream) (string, error) {
	var all []string
	for {
		in := new(text)
		if err := stream.Recv(in); err == io.EOF {
			return strings.Join(all, " "), nil
		} else if err != nil {
			return "", err
		}
		all = append(all, in.GetValue())
	}
}

func (*Greeter) Up(ctx context.Context, stream server.Stream) error {
	all, err := collect(stream)
	if err != nil {
		return err
	}
	return stream.Send(wrapperspb.String(all))
}

// Silent answers nothing, as a client-streaming handler that just returns does.
func (*Greeter) Silent(ctx context.Context, stream server.Stream) error {
	_, err := collect(stream)
	return err
}

func (*Greeter) Both(ctx context.Context, stream server.Stream) error {
	for {
		in := new(text)
		if err := stream.Recv(in); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.Send(in); err != nil {
			return err
		}
	}
}

// serve prints its address and serves until its input ends.
func serve() {
	s := grpcserver.NewServer(
		server.Name(id), server.Address("127.0.0.1:0"), server.Registry(registry.NewMemoryRegistry()),
		server.RegisterTTL(60e9), server.RegisterInterval(30e9),
	)
	if err := s.Handle(s.NewHandler(new(Greeter))); err != nil {
		panic(err)
	}
	if err := s.Start(); err != nil {
		panic(err)
	}
	fmt.Println("address", s.Options().Address)
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = s.Stop()
}
