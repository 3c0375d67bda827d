// One counter for ten goroutines: with a lock, as an atomic, and unprotected.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	goroutines = 10
	total      = 1_000_000
)

// count calls increment from several goroutines, total times in all.
func count(name string, increment func(), value func() int64) {
	var adders sync.WaitGroup
	start := time.Now()
	for range goroutines {
		adders.Go(func() {
			for range total / goroutines {
				increment()
			}
		})
	}
	adders.Wait()
	each := time.Since(start) / total
	fmt.Printf("%s: %d of %d\n", name, value(), total)
	fmt.Printf("about %v each\n", each)
}

func main() {
	var lock sync.Mutex
	var locked int64
	count("mutex", func() {
		lock.Lock()
		locked++
		lock.Unlock()
	}, func() int64 { return locked })

	var added atomic.Int64
	count("atomic", func() { added.Add(1) }, added.Load)

	// A load and then a store, as of a plain counter: go run -race would not
	// complain about these two, and the updates are lost all the same.
	var raced atomic.Int64
	count("plain", func() {
		read := raced.Load()
		raced.Store(read + 1) // another may have stored meanwhile
	}, raced.Load)
}
