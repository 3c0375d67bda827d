package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// From the close until all 10,000 goroutines that waited have gone on and
// ended; that they are made and come to wait is not timed.
func close10k(operations int) float64 {
	const waiting = 10_000
	turns := (operations + waiting - 1) / waiting
	took := time.Duration(0)
	woken := atomic.Uint64{}
	for range turns {
		gate := make(chan uint64)
		var started, ended sync.WaitGroup
		started.Add(waiting)
		for range waiting {
			ended.Go(func() {
				started.Done()
				<-gate
				woken.Add(1)
			})
		}
		started.Wait()
		// The last of them is about to receive.
		runtime.Gosched()
		start := time.Now()
		close(gate)
		ended.Wait()
		took += time.Since(start)
	}
	check(woken.Load(), uint64(turns*waiting))
	return perOperation(took, turns*waiting)
}
