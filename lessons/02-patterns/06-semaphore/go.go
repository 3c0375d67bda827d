// So many at once and no more: a buffered channel of tokens.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const units, jobs = 3, 12
	tokens := make(chan struct{}, units) // holds one for each job that runs
	var running, peak atomic.Int64
	var all sync.WaitGroup
	for range jobs {
		all.Go(func() {
			tokens <- struct{}{}        // waits while all are taken
			defer func() { <-tokens }() // also after a panic
			now := running.Add(1)
			for most := peak.Load(); now > most; most = peak.Load() {
				if peak.CompareAndSwap(most, now) {
					break
				}
			}
			time.Sleep(100 * ms)
			running.Add(-1)
		})
	}
	all.Wait()
	fmt.Println("all done, no more than", units, "at once:", peak.Load() <= units)
}
