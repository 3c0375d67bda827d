package main

import (
	"sync"
	"time"
)

func spawnJoin(operations int) float64 {
	marks := make([]uint8, operations)
	var group sync.WaitGroup
	start := time.Now()
	for i := range operations {
		group.Go(func() { marks[i] = 1 })
	}
	group.Wait()
	took := time.Since(start)
	sum := uint64(0)
	for _, mark := range marks {
		sum += uint64(mark)
	}
	check(sum, uint64(operations))
	return perOperation(took, operations)
}
