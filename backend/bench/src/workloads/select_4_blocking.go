package main

import "time"

// One goroutine sends over four unbuffered channels in turn, so that the select
// finds at most one case ready, and mostly none.
func select4Blocking(operations int) float64 {
	a, b := make(chan uint64), make(chan uint64)
	c, d := make(chan uint64), make(chan uint64)
	go func() {
		for i := range operations {
			value := uint64(i)
			switch i % 4 {
			case 0:
				a <- value
			case 1:
				b <- value
			case 2:
				c <- value
			case 3:
				d <- value
			}
		}
	}()
	sum := uint64(0)
	start := time.Now()
	for range operations {
		select {
		case value := <-a:
			sum += value
		case value := <-b:
			sum += value
		case value := <-c:
			sum += value
		case value := <-d:
			sum += value
		}
	}
	took := time.Since(start)
	check(sum, sumBelow(operations))
	return perOperation(took, operations)
}
