package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// What each of so many goroutines cost: to be made and come to wait at a
// channel; to go on when it is closed and wait at a second one; to go on when
// that is closed and end. Small numbers are repeated, and the times added.
func scaling(goroutines int) (spawn, park, join float64) {
	turns := max(1, 200_000/goroutines)
	var took [3]time.Duration
	var woken atomic.Uint64
	for range turns {
		first, second := make(chan uint64), make(chan uint64)
		var started, again, ended sync.WaitGroup
		started.Add(goroutines)
		again.Add(goroutines)
		start := time.Now()
		for range goroutines {
			ended.Go(func() {
				started.Done()
				<-first
				again.Done()
				<-second
				woken.Add(1)
			})
		}
		started.Wait()
		made := time.Now()
		close(first)
		again.Wait()
		parked := time.Now()
		close(second)
		ended.Wait()
		joined := time.Now()
		took[0] += made.Sub(start)
		took[1] += parked.Sub(made)
		took[2] += joined.Sub(parked)
	}
	all := turns * goroutines
	check(woken.Load(), uint64(all))
	return perOperation(took[0], all), perOperation(took[1], all), perOperation(took[2], all)
}

func scalingSpawn(goroutines int) float64 {
	spawn, _, _ := scaling(goroutines)
	return spawn
}

func scalingPark(goroutines int) float64 {
	_, park, _ := scaling(goroutines)
	return park
}

func scalingJoin(goroutines int) float64 {
	_, _, join := scaling(goroutines)
	return join
}
