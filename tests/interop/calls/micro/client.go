package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	grpcclient "github.com/go-micro/plugins/v4/client/grpc"
	"go-micro.dev/v4/client"
	"go-micro.dev/v4/errors"
	"go-micro.dev/v4/metadata"
	"go-micro.dev/v4/registry"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

type text = wrapperspb.StringValue

func newClient(options ...client.Option) client.Client {
	options = append(options, client.Registry(registry.NewMemoryRegistry()), client.Retries(0), client.RequestTimeout(10*time.Second))
	return grpcclient.NewClient(options...)
}

func hello(c client.Client, ctx context.Context, service, address, name string) (string, error) {
	out := new(text)
	err := c.Call(ctx, c.NewRequest(service, "Greeter.Hello", wrapperspb.String(name)), out, client.WithAddress(address))
	return out.GetValue(), err
}

// say prints an answer or an error, and an error of go-micro with all that it consists of.
func say(what, answer string, err error) {
	switch err := err.(type) {
	case nil:
		fmt.Printf("%s: %s\n", what, answer)
	case *errors.Error:
		fmt.Printf("%s: id=%q code=%d detail=%q status=%q\n", what, err.Id, err.Code, err.Detail, err.Status)
	default:
		fmt.Printf("%s: another error: %v\n", what, err)
	}
}

func call(service, address string) {
	ctx := metadata.NewContext(context.Background(), metadata.Metadata{"X-User-Id": "42"})
	c := newClient()
	for _, name := range []string{"John", "seen", "400", "404", "418", "500", "status", "rich", "panic"} {
		answer, err := hello(c, ctx, service, address, name)
		say(name, answer, err)
	}
	request := c.NewRequest(service, "Greeter.Nope", wrapperspb.String(""))
	say("wrong method", "", c.Call(ctx, request, new(text), client.WithAddress(address)))

	json := newClient(client.ContentType("application/json"))
	answer, err := hello(json, ctx, service, address, "Jane")
	say("json", answer, err)
	_, err = hello(json, ctx, service, address, "404")
	say("json 404", "", err)

	down(c, ctx, service, address, "abc")
	down(c, ctx, service, address, "a!")
	up(c, ctx, service, address)
	both(c, ctx, service, address)
	answer, err = hello(c, ctx, service, address, "cancelled")
	say("cancelled streams", answer, err)
}

// open is what generated clients do: for a method that only the server streams, they send and never half-close.
func open(c client.Client, ctx context.Context, service, address, method string) client.Stream {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	_ = cancel
	stream, err := c.Stream(ctx, c.NewRequest(service, method, new(text)), client.WithAddress(address))
	if err != nil {
		panic(err)
	}
	return stream
}

func down(c client.Client, ctx context.Context, service, address, word string) {
	stream := open(c, ctx, service, address, "Greeter.Down")
	defer stream.Close()
	if err := stream.Send(wrapperspb.String(word)); err != nil {
		panic(err)
	}
	var got []string
	for {
		m := new(text)
		if err := stream.Recv(m); err != nil {
			say("down "+strings.Join(got, " "), "", err)
			return
		}
		got = append(got, m.GetValue())
	}
}

func up(c client.Client, ctx context.Context, service, address string) {
	stream := open(c, ctx, service, address, "Greeter.Up")
	defer stream.Close()
	for _, word := range []string{"one", "two", "end"} {
		if err := stream.Send(wrapperspb.String(word)); err != nil {
			panic(err)
		}
	}
	m := new(text)
	err := stream.Recv(m)
	say("up", m.GetValue(), err)
}

func both(c client.Client, ctx context.Context, service, address string) {
	stream := open(c, ctx, service, address, "Greeter.Both")
	for _, word := range []string{"ping", "pong"} {
		if err := stream.Send(wrapperspb.String(word)); err != nil {
			panic(err)
		}
		m := new(text)
		err := stream.Recv(m)
		say("both", m.GetValue(), err)
	}
	// Cancels the call: there is no other way to end it.
	stream.Close()
	time.Sleep(200 * time.Millisecond)
}
