// Since go 1.22 in go.mod: each turn has an i of its own.
package main

import (
	"fmt"
	"slices"
	"sync"
)

func main() {
	const turns = 5
	gate := make(chan struct{})
	results := make(chan int, turns)
	var all sync.WaitGroup
	for i := 0; i < turns; i++ {
		all.Add(1)
		see := func() {
			defer all.Done()
			<-gate
			results <- i // which i?
		}
		go see()
	}
	close(gate) // the loop is over: all go on
	all.Wait()
	close(results)

	var seen []int
	for i := range results {
		seen = append(seen, i)
	}
	slices.Sort(seen)
	fmt.Println(seen)
}
