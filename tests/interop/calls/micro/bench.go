package main

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"sync"
	"time"
)

// bench calls a server from so many callers for so many seconds and prints calls a second, median and 99th percentile.
func bench(address, callers, seconds string) {
	n, _ := strconv.Atoi(callers)
	s, _ := strconv.Atoi(seconds)
	c := newClient()
	var wait sync.WaitGroup
	times := make([][]time.Duration, n)
	for warm := 0; warm < 200; warm++ {
		if _, err := hello(c, context.Background(), "worker", address, "x"); err != nil {
			panic(err)
		}
	}
	start := time.Now()
	end := start.Add(time.Duration(s) * time.Second)
	for i := 0; i < n; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			for time.Now().Before(end) {
				begin := time.Now()
				if _, err := hello(c, context.Background(), "worker", address, "x"); err != nil {
					panic(err)
				}
				times[i] = append(times[i], time.Since(begin))
			}
		}(i)
	}
	wait.Wait()
	took := time.Since(start)
	var all []time.Duration
	for _, some := range times {
		all = append(all, some...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	fmt.Printf("%.0f %d %d\n", float64(len(all))/took.Seconds(), all[len(all)/2].Microseconds(), all[len(all)*99/100].Microseconds())
}
