// One Done too many: the counter falls below zero, and that panics.
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
		group.Add(1)
		go func() {
			time.Sleep(time.Duration(id) * 200 * ms) // works
			fmt.Printf("task %d done\n", id)
			group.Done()
			group.Done() // one too many
		}()
	}
	group.Wait()
	time.Sleep(1000 * ms) // other work of main: the tasks go on
}
