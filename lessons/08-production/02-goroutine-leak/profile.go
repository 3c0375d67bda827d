// Go 1.27 finds leaked goroutines by itself: the goroutineleak profile runs the
// garbage collector and lists those that wait at something nobody can reach.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/pprof"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func replica(name string, wait time.Duration, answers chan<- string) {
	time.Sleep(wait)
	answers <- name // who comes second waits here
}

func firstAnswer() string {
	answers := make(chan string)
	go replica("near", 50*ms, answers)
	go replica("far", 100*ms, answers)
	return <-answers
}

// watcher waits for its context, and wakes up now and then.
func watcher(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * ms):
		}
	}
}

func main() {
	for range 5 {
		firstAnswer()
	}
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel // forgotten
	go watcher(ctx)

	time.Sleep(1000 * ms)
	leaks := pprof.Lookup("goroutineleak")
	if err := leaks.WriteTo(os.Stdout, 1); err != nil { // collects first
		log.Fatal(err)
	}
	fmt.Printf("%d goroutines can never go on\n", leaks.Count())
}
