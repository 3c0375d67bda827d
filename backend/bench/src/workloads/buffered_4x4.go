package main

import (
	"sync"
	"time"
)

func buffered4x4(operations int) float64 {
	const each = 4
	share := (operations + each - 1) / each
	values := make(chan uint64, 128)
	sums := make(chan uint64, each)
	var senders sync.WaitGroup
	start := time.Now()
	for range each {
		senders.Go(func() {
			for i := range share {
				values <- uint64(i)
			}
		})
		go func() {
			sum := uint64(0)
			for value := range values {
				sum += value
			}
			sums <- sum
		}()
	}
	senders.Wait()
	close(values)
	sum := uint64(0)
	for range each {
		sum += <-sums
	}
	took := time.Since(start)
	check(sum, each*sumBelow(share))
	return perOperation(took, each*share)
}
