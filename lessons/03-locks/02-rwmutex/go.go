// An RWMutex: readers share the cache, the writer has it alone.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Cache struct {
	sync.RWMutex
	version int
}

func main() {
	const readers, reads = 10, 3
	cache := Cache{version: 1}
	var all sync.WaitGroup

	for id := 1; id <= readers; id++ {
		all.Go(func() { // reader
			time.Sleep(time.Duration(id-1) * 20 * ms)
			for range reads {
				cache.RLock()
				time.Sleep(200 * ms) // reads, and holds the lock
				fmt.Printf("reader %d: version %d\n", id, cache.version)
				cache.RUnlock()
			}
		})
	}

	all.Go(func() { // writer
		time.Sleep(300 * ms)
		start := time.Now()
		cache.Lock() // waits until the readers have left
		defer cache.Unlock()
		fmt.Printf("the writer waited %.0f ms\n", time.Since(start).Seconds()*1000)
		time.Sleep(100 * ms)
		cache.version++
		fmt.Printf("writer: version %d\n", cache.version)
	})

	all.Wait()
}
