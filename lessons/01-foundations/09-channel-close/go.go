// Closing a channel wakes all who wait at it.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	const waiters = 1000
	gate := make(chan struct{})
	var begun, all sync.WaitGroup
	var woken atomic.Int64

	begun.Add(waiters)
	for range waiters {
		all.Go(func() {
			begun.Done()
			if _, ok := <-gate; !ok {
				woken.Add(1) // closed: nothing was sent
			}
		})
	}
	begun.Wait()
	runtime.Gosched() // the last of them comes to wait

	start := time.Now()
	close(gate)
	took := time.Since(start)
	all.Wait()
	fmt.Printf("%v for each waiter\n", took/waiters)
	fmt.Printf("%d goroutines went on\n", woken.Load())
}
