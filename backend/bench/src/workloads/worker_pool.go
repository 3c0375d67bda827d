package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// Four workers take functions from one channel with a buffer of 128; each adds
// a number.
func workerPool(operations int) float64 {
	const workers = 4
	tasks := make(chan func(), 128)
	var sum atomic.Uint64
	var group sync.WaitGroup
	start := time.Now()
	for range workers {
		group.Go(func() {
			for task := range tasks {
				task()
			}
		})
	}
	for i := range operations {
		tasks <- func() { sum.Add(uint64(i)) }
	}
	close(tasks)
	group.Wait()
	took := time.Since(start)
	check(sum.Load(), sumBelow(operations))
	return perOperation(took, operations)
}
