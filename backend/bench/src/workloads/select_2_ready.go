package main

import "time"

// What is received goes back into its channel, so that both stay ready.
func select2Ready(operations int) float64 {
	a, b := make(chan uint64, 1), make(chan uint64, 1)
	a <- 1
	b <- 2
	counts := [2]uint64{}
	start := time.Now()
	for range operations {
		select {
		case value := <-a:
			counts[0] += value
			a <- value
		case value := <-b:
			counts[1] += value
			b <- value
		}
	}
	took := time.Since(start)
	check(counts[0]+counts[1]/2, uint64(operations))
	return perOperation(took, operations)
}
