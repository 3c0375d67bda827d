// An unbuffered channel: a send waits until somebody takes the value.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const values = 1
	ch := make(chan int)
	var both sync.WaitGroup

	both.Go(func() { // sender
		for n := 1; n <= values; n++ {
			ch <- n // waits here until somebody takes it
			fmt.Println("sent", n)
		}
		close(ch)
	})

	both.Go(func() { // receiver
		time.Sleep(1000 * ms) // is late
		for n := range ch {
			fmt.Println("received", n)
		}
	})

	both.Wait()
}
