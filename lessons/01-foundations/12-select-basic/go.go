// A select waits for several channels and takes whichever is ready.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const rounds = 1
	first := make(chan string)
	second := make(chan string)

	for range rounds {
		start := time.Now()
		var both sync.WaitGroup
		both.Go(func() { // first
			time.Sleep(1000 * ms)
			first <- "one"
		})
		both.Go(func() { // second
			time.Sleep(2000 * ms)
			second <- "two"
		})

		time.Sleep(0 * ms) // main does something else
		for range 2 {
			var word string
			select {
			case word = <-first:
			case word = <-second:
			}
			fmt.Printf("%s after %.0f ms\n", word, time.Since(start).Seconds()*1000)
		}
		both.Wait()
	}
}
