// Command peer does to a registry what a go-micro program does.
//
//	peer REGISTRY ADDRESS get NAME                 prints the records of the service, one a line
//	peer REGISTRY ADDRESS endpoint NAME ENDPOINT   prints the addresses of the nodes that selector.FilterEndpoint leaves
//	peer REGISTRY ADDRESS watch NAME               prints what happens to the service until standard input ends
//	peer REGISTRY ADDRESS register NAME ID NODE    keeps a node at the address NODE registered until standard input ends
//
// Lines that are answers start with "> ".
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"time"

	"github.com/go-micro/plugins/v4/registry/consul"
	"github.com/go-micro/plugins/v4/registry/etcd"
	"github.com/go-micro/plugins/v4/registry/nats"
	"go-micro.dev/v4/registry"
	"go-micro.dev/v4/selector"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Println("> error:", err)
		os.Exit(1)
	}
}

func open(kind, address string) registry.Registry {
	switch kind {
	case "etcd":
		return etcd.NewRegistry(registry.Addrs(address))
	case "nats":
		return nats.NewRegistry(registry.Addrs(address))
	case "consul":
		return consul.NewRegistry(registry.Addrs(address))
	default:
		return registry.NewRegistry()
	}
}

func run(kind, address, command string, args []string) error {
	reg := open(kind, address)
	switch command {
	case "get":
		services, err := reg.GetService(args[0])
		if err != nil {
			return err
		}
		for _, service := range services {
			sort.Slice(service.Nodes, func(i, j int) bool { return service.Nodes[i].Id < service.Nodes[j].Id })
			out, _ := json.Marshal(service)
			fmt.Println(">", string(out))
		}
	case "endpoint":
		services, err := reg.GetService(args[0])
		if err != nil {
			return err
		}
		for _, service := range selector.FilterEndpoint(args[1])(services) {
			for _, node := range service.Nodes {
				fmt.Println(">", node.Address)
			}
		}
		fmt.Println("> end")
	case "watch":
		watcher, err := reg.Watch(registry.WatchService(args[0]))
		if err != nil {
			return err
		}
		go func() {
			for {
				result, err := watcher.Next()
				if err != nil {
					fmt.Println("> error:", err)
					return
				}
				if result.Service == nil || result.Service.Name != args[0] {
					continue
				}
				for _, node := range result.Service.Nodes {
					fmt.Println(">", result.Action, node.Id, node.Address)
				}
			}
		}()
		fmt.Println("> watching")
		io.Copy(io.Discard, os.Stdin)
	case "register":
		service := &registry.Service{
			Name: args[0], Version: "latest",
			Endpoints: []*registry.Endpoint{{
				Name:     "Greeter.Hello",
				Request:  &registry.Value{Name: "Request", Type: "Request", Values: []*registry.Value{{Name: "name", Type: "string"}}},
				Response: &registry.Value{Name: "Response", Type: "Response"},
				Metadata: map[string]string{"method": "POST"},
			}},
			Nodes: []*registry.Node{{Id: args[1], Address: args[2], Metadata: map[string]string{"protocol": "grpc"}}},
		}
		if err := reg.Register(service, registry.RegisterTTL(time.Minute)); err != nil {
			return err
		}
		fmt.Println("> registered")
		io.Copy(io.Discard, os.Stdin)
		if err := reg.Deregister(service); err != nil {
			return err
		}
		fmt.Println("> deregistered")
	}
	return nil
}
