package main

import (
	"sync"
	"time"
)

// Eight goroutines look up numbers in one map under one read lock.
func rwmutexRead(operations int) float64 {
	var mutex sync.RWMutex
	squares := make(map[uint64]uint64, entries)
	for key := range uint64(entries) {
		squares[key] = key * key
	}
	return readers(operations, func(key uint64) uint64 {
		mutex.RLock()
		defer mutex.RUnlock()
		return squares[key]
	})
}

// Entries of each map that is read: the squares of the numbers below.
const entries = 1024

// Eight goroutines that each read every entry as often.
func readers(operations int, read func(key uint64) uint64) float64 {
	const goroutines = 8
	turns := (operations + goroutines*entries - 1) / (goroutines * entries)
	sums := [goroutines]uint64{}
	var group sync.WaitGroup
	start := time.Now()
	for i := range goroutines {
		group.Go(func() {
			sum := uint64(0)
			for range turns {
				for key := range uint64(entries) {
					sum += read(key)
				}
			}
			sums[i] = sum
		})
	}
	group.Wait()
	took := time.Since(start)
	squares := uint64((entries - 1) * entries * (2*entries - 1) / 6)
	for _, sum := range sums {
		check(sum, uint64(turns)*squares)
	}
	return perOperation(took, goroutines*turns*entries)
}
