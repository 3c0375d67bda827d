// if in place of for: a consumer trusts that its wake-up means an item.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const consumers, items = 3, 5
	var (
		lock   sync.Mutex
		queue  []int // guarded by lock
		filled = sync.NewCond(&lock)
		all    sync.WaitGroup
	)
	for id := 1; id <= consumers; id++ {
		all.Go(func() {
			for range items {
				lock.Lock()
				if len(queue) == 0 { // looks once
					filled.Wait()
				}
				item := queue[0] // another may have taken it
				queue = queue[1:]
				lock.Unlock()
				fmt.Printf("consumer %d takes %d\n", id, item)
				time.Sleep(150 * ms)
			}
		})
	}

	all.Go(func() { // producer
		for item := 1; item <= consumers*items; item++ {
			time.Sleep(100 * ms)
			lock.Lock()
			queue = append(queue, item)
			lock.Unlock()
			filled.Broadcast() // wakes all, for one item
		}
	})

	all.Wait()
}
