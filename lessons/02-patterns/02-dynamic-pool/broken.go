// Two workers that idle both look, see one too many, and both leave.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The book's waits, a hundred times faster.
const ms = time.Millisecond / 100

const least = 2

func main() {
	var present atomic.Int64
	var workers sync.WaitGroup
	for range 10 {
		present.Add(1)
		workers.Go(func() {
			time.Sleep(30_000 * ms) // nothing to do
			if present.Load() <= least {
				return // stays
			}
			time.Sleep(1000 * ms) // closes its connection
			present.Add(-1)       // others have looked meanwhile
		})
	}
	workers.Wait()
	fmt.Println("below the minimum:", present.Load() < least)

	// The monitor adds a tenth of the queue: of fewer than ten, nobody.
	for _, queued := range []int{20, 10, 9, 5} {
		fmt.Println(queued, "queued, added:", queued/10)
	}
}
