// A loop around a select with default never waits: it asks, and asks again.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	ch := make(chan int)
	go func() {
		for n := 1; n <= 5; n++ {
			time.Sleep(100 * ms)
			ch <- n
		}
		close(ch)
	}()

	looks := 0
	for open := true; open; {
		select {
		case n, ok := <-ch:
			if open = ok; ok {
				fmt.Println("received", n)
			}
		default:
			looks++ // nothing there: once more around, at full speed
		}
	}
	fmt.Println("spun:", looks > 1000)
}
