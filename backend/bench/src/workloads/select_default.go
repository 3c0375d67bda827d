package main

import "time"

// Two cases that are never ready.
func selectDefault(operations int) float64 {
	a, b := make(chan uint64, 1), make(chan uint64, 1)
	defaults := uint64(0)
	start := time.Now()
	for range operations {
		select {
		case <-a:
			panic("a value that nobody sent")
		case <-b:
			panic("a value that nobody sent")
		default:
			defaults++
		}
	}
	took := time.Since(start)
	check(defaults, uint64(operations))
	return perOperation(took, operations)
}
