// A select with default does not wait: the sender drops what finds no room.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const values, buffer = 20, 1
	ch := make(chan int, buffer)
	dropped := make(chan int, 1)

	go func() { // sender
		lost := 0
		for n := 1; n <= values; n++ {
			time.Sleep(100 * ms)
			select {
			case ch <- n:
			default:
				lost++ // no room, and nobody waits for it
			}
		}
		close(ch)
		dropped <- lost
	}()

	received := 0
	for range ch {
		received++
		time.Sleep(300 * ms) // works on it
	}
	lost := <-dropped
	fmt.Println("received", received, "dropped", lost)
	fmt.Println("together", received+lost)
}
