// A buffered channel: the sender runs ahead until the buffer is full.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const capacity, sends = 3, 5
	values := make(chan int, capacity)
	var both sync.WaitGroup

	both.Go(func() { // sender
		for n := 1; n <= sends; n++ {
			start := time.Now()
			values <- n // waits here while the buffer is full
			fmt.Printf("sent %d after %.0f ms\n", n, time.Since(start).Seconds()*1000)
			time.Sleep(500 * ms)
		}
		close(values)
	})

	both.Go(func() { // receiver
		time.Sleep(2000 * ms)
		for n := range values {
			fmt.Printf("received %d\n", n)
			time.Sleep(1000 * ms) // works on it
		}
	})

	both.Wait()
}
