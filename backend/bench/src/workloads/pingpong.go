package main

import "time"

func pingpong(operations int) float64 {
	turns := (operations + 1) / 2
	ping, pong := make(chan uint64), make(chan uint64)
	go func() {
		for value := range ping {
			pong <- value + 1
		}
		close(pong)
	}()
	value := uint64(0)
	start := time.Now()
	for range turns {
		ping <- value
		value = <-pong
	}
	took := time.Since(start)
	close(ping)
	<-pong
	check(value, uint64(turns))
	return perOperation(took, 2*turns)
}
