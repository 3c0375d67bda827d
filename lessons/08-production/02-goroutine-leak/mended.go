// The same leak mended twice: by room for the late answer, and by a context
// that tells the late one to go.
package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

// buffered has room for the answer that nobody takes.
func buffered() string {
	answers := make(chan string, 1)
	for name, wait := range map[string]time.Duration{"near": 50 * ms, "far": 100 * ms} {
		go func() {
			time.Sleep(wait)
			answers <- name // never waits for long: one is taken, one has room
		}()
	}
	return <-answers
}

// told cancels whoever is late.
func told() string {
	answers := make(chan string)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // when this function returns
	for name, wait := range map[string]time.Duration{"near": 50 * ms, "far": 100 * ms} {
		go func() {
			time.Sleep(wait)
			select {
			case answers <- name:
			case <-ctx.Done(): // nobody listens any more
			}
		}()
	}
	return <-answers
}

func main() {
	for range 5 {
		buffered()
		told()
	}
	time.Sleep(1000 * ms) // the program does other things
	fmt.Printf("%d goroutines are left\n", runtime.NumGoroutine()-1)
}
