// The two mends: a Mutex around a plain map, and sync.Map.
package main

import (
	"fmt"
	"sync"
)

const writers, batches, keys = 4, 20, 1000

func withMutex() int {
	var mu sync.Mutex // guards counts
	counts := make(map[int]int)
	var all sync.WaitGroup
	for id := range writers {
		all.Go(func() {
			for n := range batches {
				mu.Lock()
				for key := id * keys; key < (id+1)*keys; key++ {
					counts[key] = n
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return len(counts)
}

func withSyncMap() (found int) {
	var counts sync.Map
	var all sync.WaitGroup
	for id := range writers {
		all.Go(func() {
			for n := range batches {
				for key := id * keys; key < (id+1)*keys; key++ {
					counts.Store(key, n)
				}
			}
		})
	}
	all.Wait()
	counts.Range(func(_, _ any) bool {
		found++
		return true
	})
	return found
}

func main() {
	fmt.Println("mutex:", withMutex(), "keys")
	fmt.Println("sync.Map:", withSyncMap(), "keys")
}
