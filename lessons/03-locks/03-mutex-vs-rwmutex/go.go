// The same table behind a Mutex and behind an RWMutex: ns an operation.
package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	goroutines = 8
	each       = 4000 // operations of each goroutine
	size       = 1024 // places in the table
	rounds     = 9
)

func withMutex(reads int) float64 {
	var (
		lock  sync.Mutex
		table [size]int
	)
	return measure(func(place int) {
		lock.Lock() // readers too, one at a time
		_ = table[place]
		lock.Unlock()
	}, func(place int) {
		lock.Lock()
		table[place]++
		lock.Unlock()
	}, reads)
}

func withRWMutex(reads int) float64 {
	var (
		lock  sync.RWMutex
		table [size]int
	)
	return measure(func(place int) {
		lock.RLock() // beside other readers
		_ = table[place]
		lock.RUnlock()
	}, func(place int) {
		lock.Lock() // alone
		table[place]++
		lock.Unlock()
	}, reads)
}

// measure lets the goroutines at it; reads of a hundred operations only read.
func measure(read, write func(place int), reads int) float64 {
	var all sync.WaitGroup
	start := time.Now()
	for id := range goroutines {
		all.Go(func() {
			for number := range each {
				place := (id*131 + number*7) % size
				if (number*37+id)%100 < reads {
					read(place)
				} else {
					write(place)
				}
			}
		})
	}
	all.Wait()
	return float64(time.Since(start).Nanoseconds()) / (goroutines * each)
}

func main() {
	for _, reads := range []int{100, 95, 50, 0} {
		var mutex, rwmutex []float64
		for range rounds { // the two take turns
			mutex = append(mutex, withMutex(reads))
			rwmutex = append(rwmutex, withRWMutex(reads))
		}
		fmt.Printf("%3d of 100 reads: Mutex %.0f ns, RWMutex %.0f ns\n",
			reads, median(mutex), median(rwmutex))
	}
}

func median(measured []float64) float64 {
	slices.Sort(measured)
	return measured[len(measured)/2]
}
