// Four goroutines write one map: a fatal error, which no recover catches.
package main

import (
	"fmt"
	"sync"
)

func main() {
	const writers, batches, keys = 4, 20_000, 1000
	counts := make(map[int]int)
	var all sync.WaitGroup
	for id := range writers {
		all.Go(func() {
			defer func() {
				if err := recover(); err != nil { // is never reached
					fmt.Println("recovered:", err)
				}
			}()
			for n := range batches {
				for key := id * keys; key < (id+1)*keys; key++ { // keys of its own
					counts[key] = n
				}
			}
		})
	}
	all.Wait()
	fmt.Println(len(counts), "keys")
}
