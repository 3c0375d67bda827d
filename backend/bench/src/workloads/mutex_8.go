package main

import (
	"sync"
	"time"
)

// Eight goroutines count in one counter under one mutex.
func mutex8(operations int) float64 {
	const goroutines = 8
	share := (operations + goroutines - 1) / goroutines
	var mutex sync.Mutex
	counter := uint64(0)
	var group sync.WaitGroup
	start := time.Now()
	for range goroutines {
		group.Go(func() {
			for range share {
				mutex.Lock()
				counter++
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	took := time.Since(start)
	check(counter, uint64(goroutines*share))
	return perOperation(took, goroutines*share)
}
