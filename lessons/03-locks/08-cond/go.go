// A Cond: consumers wait until the queue has something, and look again when woken.
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
				for len(queue) == 0 {
					filled.Wait() // gives the lock up meanwhile
				}
				item := queue[0]
				queue = queue[1:]
				lock.Unlock()
				fmt.Printf("consumer %d takes %d\n", id, item)
				time.Sleep(150 * ms) // works on it, without the lock
			}
		})
	}

	all.Go(func() { // producer
		for item := 1; item <= consumers*items; item++ {
			time.Sleep(100 * ms)
			lock.Lock()
			queue = append(queue, item)
			lock.Unlock()
			filled.Signal()
		}
	})

	all.Wait()
	fmt.Println("left in the queue:", len(queue))
}
