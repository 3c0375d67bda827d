// A counter behind a Mutex: one goroutine at a time reads it and writes it back.
package main

import (
	"fmt"
	"sync"
	"time"
)

const goroutines, work = 1000, 2000

func main() {
	var (
		lock    sync.Mutex // guards counter and longest
		counter int
		longest time.Duration
		all     sync.WaitGroup
	)
	for range goroutines {
		all.Go(func() {
			start := time.Now()
			lock.Lock() // one at a time from here …
			defer lock.Unlock()
			longest = max(longest, time.Since(start))

			before := counter
			compute(work)
			counter = before + 1 // … to the end
		})
	}
	all.Wait()

	fmt.Printf("%d of %d\n", counter, goroutines)
	fmt.Printf("longest wait: %v\n", longest)
}

var sink uint64

// compute keeps a processor busy for so many steps.
func compute(steps int) {
	number := uint64(1)
	for range steps {
		number = number*6364136223846793005 + 1
	}
	if number == 0 {
		sink = number
	}
}
