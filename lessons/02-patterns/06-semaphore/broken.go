// Tokens taken one by one: each holds some, and waits for those of the others.
package main

import (
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const units, weight, jobs = 3, 2, 12
	tokens := make(chan struct{}, units)
	var all sync.WaitGroup
	for range jobs {
		all.Go(func() {
			for range weight {
				tokens <- struct{}{} // holds the first while it waits for the next
			}
			time.Sleep(100 * ms)
			for range weight {
				<-tokens
			}
		})
	}
	all.Wait()
}
