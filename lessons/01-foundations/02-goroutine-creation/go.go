// Goroutines that do nothing, from a hundred to a million.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	for count := 100; count <= 1_000_000; count *= 10 {
		took := goroutines(count)
		fmt.Printf("%d goroutines: %d ns each\n", count, took.Nanoseconds()/int64(count))
	}
	fmt.Println("done")
}

// goroutines makes so many goroutines that do nothing, and waits for the last
// of them.
func goroutines(count int) time.Duration {
	start := time.Now()
	var all sync.WaitGroup
	for range count {
		all.Go(func() {}) // does nothing
	}
	all.Wait()
	return time.Since(start)
}
