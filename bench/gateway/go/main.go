// Command bench serves the benchmark by grpc-gateway: in process, or in front of a gRPC server.
//
// The package bench/pb is generated below target/ when the benchmark runs.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"bench/pb"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const books = 100

type worker struct {
	pb.UnimplementedLibraryServer
	pb.UnimplementedThingsServer
}

func (worker) Hello(_ context.Context, request *pb.HelloRequest) (*pb.HelloReply, error) {
	return &pb.HelloReply{Greeting: "Hello " + request.GetName()}, nil
}

func (worker) List(context.Context, *pb.ListRequest) (*pb.ListReply, error) {
	reply := &pb.ListReply{Books: make([]*pb.Book, 0, books)}
	for number := int32(1); number <= books; number++ {
		reply.Books = append(reply.Books, &pb.Book{
			Name:      fmt.Sprintf("shelves/17/books/%d", number),
			Title:     fmt.Sprintf("On the Habits of Gateways, and How to Keep Them Small, Volume %d", number),
			Author:    "A. N. Author, with Others",
			Pages:     320 + number,
			Price:     19.5 + float64(number),
			Available: true,
			Tags:      []string{"networks", "protocols", "zoology"},
			Shelf:     &pb.Shelf{Room: "reading room", Number: 17},
		})
	}
	return reply, nil
}

func (worker) Watch(request *pb.WatchRequest, stream grpc.ServerStreamingServer[pb.Event]) error {
	for sequence := int32(1); sequence <= request.GetCount(); sequence++ {
		if err := stream.Send(&pb.Event{Sequence: sequence, Text: "a book came back"}); err != nil {
			return err
		}
	}
	return nil
}

func (worker) Get(_ context.Context, request *pb.GetRequest) (*pb.Thing, error) {
	return &pb.Thing{Id: request.GetId(), Part: request.GetPart()}, nil
}

func main() {
	ctx := context.Background()
	mux := runtime.NewServeMux()
	if len(os.Args) > 1 {
		options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
		must(pb.RegisterLibraryHandlerFromEndpoint(ctx, mux, os.Args[1], options))
		must(pb.RegisterThingsHandlerFromEndpoint(ctx, mux, os.Args[1], options))
	} else {
		must(pb.RegisterLibraryHandlerServer(ctx, mux, worker{}))
		must(pb.RegisterThingsHandlerServer(ctx, mux, worker{}))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Printf("listening on %s\n", listener.Addr())
	must(http.Serve(listener, mux))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
