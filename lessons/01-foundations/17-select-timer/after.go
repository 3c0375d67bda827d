// time.After makes a new timer in each turn. Right, and a little more work for
// the garbage collector.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const messages, silence = 10, 5000 * ms
	ch := make(chan int)
	go func() { // sender
		for n := 1; n <= messages; n++ {
			time.Sleep(300 * ms)
			ch <- n
		}
		close(ch)
	}()

	timers := 0
	for open := true; open; {
		timers++
		select {
		case _, open = <-ch:
		case <-time.After(silence):
			fmt.Println("silence")
		}
	}
	fmt.Println("timers", timers)
}
