// WaitGroup.Go (since Go 1.25) counts a goroutine from before it begins to its end.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const tasks = 5
	var group sync.WaitGroup
	for id := 1; id <= tasks; id++ {
		group.Go(func() { // adds one, and takes it off at the end
			time.Sleep(time.Duration(id) * 200 * ms) // works
			fmt.Printf("task %d done\n", id)
		})
	}

	start := time.Now()
	group.Wait() // until the counter is zero
	fmt.Printf("all done after %.0f ms\n", time.Since(start).Seconds()*1000)
}
