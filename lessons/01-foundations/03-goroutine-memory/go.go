// Goroutines that wait: how much memory their stacks take.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	const count = 100_000
	gate := make(chan struct{})
	var begun, all sync.WaitGroup

	before := stacks()
	begun.Add(count)
	for range count {
		all.Go(func() {
			begun.Done()
			<-gate // waits, and keeps its stack
		})
	}
	begun.Wait()
	grown := stacks() - before
	fmt.Printf("%d goroutines: %d bytes of stack each\n", count, grown/count)

	close(gate) // all go on
	all.Wait()
	fmt.Printf("all %d have gone on\n", count)
}

// stacks is the memory of all stacks in use.
func stacks() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.StackInuse
}
