// How it was mended in a module that says go 1.21: a copy for each turn.
package main

import (
	"fmt"
	"sync"
)

func main() {
	const turns = 5
	seen := make([]int, turns)
	var all sync.WaitGroup
	for i := 0; i < turns; i++ {
		i := i // this turn's own; not needed since go 1.22
		all.Add(1)
		go func() {
			defer all.Done()
			seen[i] = i
		}()
	}
	all.Wait()
	fmt.Println(seen)
}
