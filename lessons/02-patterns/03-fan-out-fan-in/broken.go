// Each input closes the merged channel when it ends: the others still send.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	merged := make(chan int)
	var inputs sync.WaitGroup
	for id := range 3 {
		inputs.Go(func() {
			time.Sleep(time.Duration(100*(id+1)) * ms)
			merged <- id + 1
			close(merged) // wrong: others may still send
		})
	}
	for id := range merged {
		fmt.Println("from input", id)
	}
	inputs.Wait() // the second of them sends on a closed channel
}
