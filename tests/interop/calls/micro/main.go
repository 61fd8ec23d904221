// A client and a server on go-micro. Its calls and handlers have the form that protoc-gen-micro generates.
package main

import (
	"fmt"
	"os"
)

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "server":
		serve()
	case len(os.Args) == 4 && os.Args[1] == "client":
		call(os.Args[2], os.Args[3])
	case len(os.Args) == 5 && os.Args[1] == "bench":
		bench(os.Args[2], os.Args[3], os.Args[4])
	default:
		fmt.Fprintln(os.Stderr, "usage: micro server | micro client <service> <address> | micro bench <address> <callers> <seconds>")
		os.Exit(2)
	}
}
