// A data race: a thousand goroutines add to one counter, and updates are lost.
package main

import (
	"fmt"
	"sync"
)

const goroutines, work = 1000, 2000

func main() {
	counter := 0
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			before := counter
			compute(work)
			counter = before + 1 // adds one to what it read
		})
	}
	all.Wait()

	fmt.Printf("%d of %d\n", counter, goroutines)
}

var sink uint64

// compute keeps a processor busy for so many steps.
func compute(steps int) {
	number := uint64(1)
	for range steps {
		number = number*6364136223846793005 + 1
	}
	if number == 0 {
		sink = number
	}
}
