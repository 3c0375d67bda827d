// Add inside the goroutine: Wait may find the counter at zero before that.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const tasks = 5
	var (
		group sync.WaitGroup
		done  atomic.Int32
	)
	for id := 1; id <= tasks; id++ {
		go func() {
			group.Add(1) // too late, if main waits already
			defer group.Done()
			time.Sleep(200 * ms) // works
			fmt.Printf("task %d done\n", id)
			done.Add(1)
		}()
	}
	group.Wait()
	fmt.Printf("Wait returned: %d of %d done\n", done.Load(), tasks)
}
