// The same by hand: Add before go, Done at the end.
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
		group.Add(1) // before the goroutine is there
		go func() {
			defer group.Done()                       // also if it panics
			time.Sleep(time.Duration(id) * 200 * ms) // works
			fmt.Printf("task %d done\n", id)
		}()
	}
	group.Wait()
	fmt.Println("all done")
}
