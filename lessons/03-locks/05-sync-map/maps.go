// Three maps that goroutines share, on the clock: ns an operation.
package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	goroutines = 8
	each       = 10_000 // operations of each goroutine
	keys       = 1024
	rounds     = 5
)

type Shared interface {
	load(key int) (int, bool)
	store(key, value int)
}

type syncMap struct{ sync.Map }

func (shared *syncMap) load(key int) (int, bool) {
	value, ok := shared.Load(key)
	if !ok {
		return 0, false
	}
	return value.(int), true
}

func (shared *syncMap) store(key, value int) { shared.Store(key, value) }

type withMutex struct {
	sync.Mutex
	plain map[int]int
}

func (shared *withMutex) load(key int) (int, bool) {
	shared.Lock()
	defer shared.Unlock()
	value, ok := shared.plain[key]
	return value, ok
}

func (shared *withMutex) store(key, value int) {
	shared.Lock()
	defer shared.Unlock()
	shared.plain[key] = value
}

type withRWMutex struct {
	sync.RWMutex
	plain map[int]int
}

func (shared *withRWMutex) load(key int) (int, bool) {
	shared.RLock() // beside other readers
	defer shared.RUnlock()
	value, ok := shared.plain[key]
	return value, ok
}

func (shared *withRWMutex) store(key, value int) {
	shared.Lock()
	defer shared.Unlock()
	shared.plain[key] = value
}

func main() {
	for _, reads := range []int{99, 91, 50} {
		fmt.Printf("%d of 100 reads:\n", reads)
		measured := make([][]float64, 3)
		for range rounds { // the three take turns
			for which, shared := range []Shared{
				new(syncMap),
				&withMutex{plain: map[int]int{}},
				&withRWMutex{plain: map[int]int{}},
			} {
				measured[which] = append(measured[which], measure(shared, reads))
			}
		}
		for which, name := range []string{"sync.Map", "map + Mutex", "map + RWMutex"} {
			slices.Sort(measured[which])
			fmt.Printf("  %-14s %.0f ns\n", name, measured[which][rounds/2])
		}
	}
}

// measure lets the goroutines at a map; reads of a hundred operations only read.
func measure(shared Shared, reads int) float64 {
	for key := range keys {
		shared.store(key, key)
	}
	var all sync.WaitGroup
	start := time.Now()
	for id := range goroutines {
		all.Go(func() {
			for number := range each {
				key := (id*131 + number*7) % keys
				if (number*37+id)%100 < reads {
					shared.load(key)
				} else {
					shared.store(key, number)
				}
			}
		})
	}
	all.Wait()
	return float64(time.Since(start).Nanoseconds()) / (goroutines * each)
}
