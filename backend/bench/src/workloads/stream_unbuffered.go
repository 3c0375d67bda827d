package main

import "time"

func streamUnbuffered(operations int) float64 {
	return stream(operations, 0)
}

// One goroutine sends, one receives.
func stream(operations, capacity int) float64 {
	values := make(chan uint64, capacity)
	start := time.Now()
	go func() {
		for i := range operations {
			values <- uint64(i)
		}
		close(values)
	}()
	sum := uint64(0)
	for value := range values {
		sum += value
	}
	took := time.Since(start)
	check(sum, sumBelow(operations))
	return perOperation(took, operations)
}
