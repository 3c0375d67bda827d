// Counters on one cache line against counters on lines of their own.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const increments = 2_000_000

// Near: eight of these lie on one cache line.
type Near struct {
	n atomic.Int64
}

// Far: each has two lines to itself, since processors fetch pairs.
type Far struct {
	n atomic.Int64
	_ [120]byte
}

// count lets each counter be raised by a goroutine of its own.
func count(counters ...*atomic.Int64) time.Duration {
	var all sync.WaitGroup
	start := time.Now()
	for _, counter := range counters {
		all.Go(func() {
			for range increments {
				counter.Add(1) // nobody else adds to it
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

func main() {
	var near [2]Near
	var far [2]Far
	fmt.Println("8 bytes apart:", count(&near[0].n, &near[1].n))
	fmt.Println("128 bytes apart:", count(&far[0].n, &far[1].n))
	fmt.Println("each at", near[0].n.Load())
}
