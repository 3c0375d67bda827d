// The book's loop takes "empty for a moment" for the end.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func send(ch chan<- int, values int) {
	for n := 1; n <= values; n++ {
		time.Sleep(1000 * ms) // later than the loop looks
		ch <- n
	}
	close(ch)
}

func main() {
	const values = 5
	high, low := make(chan int, values), make(chan int, values)
	go send(high, values)
	go send(low, values)

	received := 0
	for {
		select {
		case <-high:
			received++
			continue
		default:
		}
		select {
		case <-low:
			received++
			continue
		default:
		}
		break // both are empty: for good, or for a moment?
	}
	fmt.Println("received", received)
}
