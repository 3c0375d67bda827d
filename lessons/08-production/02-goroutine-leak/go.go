// Two replicas are asked, one answer is taken: whoever comes second is left.
package main

import (
	"fmt"
	"runtime"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

// firstAnswer asks two replicas and takes the answer that comes first.
func firstAnswer() string {
	answers := make(chan string)
	for name, wait := range map[string]time.Duration{"near": 50 * ms, "far": 100 * ms} {
		go func() {
			time.Sleep(wait)
			answers <- name // who comes second waits here
		}()
	}
	return <-answers // one answer, and nobody receives again
}

func main() {
	const requests = 5
	for n := 1; n <= requests; n++ {
		fmt.Printf("request %d: %s\n", n, firstAnswer())
	}
	time.Sleep(1000 * ms) // the program does other things
	fmt.Printf("%d goroutines are left\n", runtime.NumGoroutine()-1)
}
