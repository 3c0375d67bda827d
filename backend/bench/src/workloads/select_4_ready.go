package main

import "time"

// What is received goes back into its channel, so that all stay ready.
func select4Ready(operations int) float64 {
	a, b := make(chan uint64, 1), make(chan uint64, 1)
	c, d := make(chan uint64, 1), make(chan uint64, 1)
	a <- 1
	b <- 2
	c <- 3
	d <- 4
	counts := [4]uint64{}
	start := time.Now()
	for range operations {
		select {
		case value := <-a:
			counts[0] += value
			a <- value
		case value := <-b:
			counts[1] += value
			b <- value
		case value := <-c:
			counts[2] += value
			c <- value
		case value := <-d:
			counts[3] += value
			d <- value
		}
	}
	took := time.Since(start)
	check(counts[0]+counts[1]/2+counts[2]/3+counts[3]/4, uint64(operations))
	return perOperation(took, operations)
}
