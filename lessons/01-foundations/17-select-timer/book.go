// The book's loop sets the timer anew only after it fired: it reports a silence
// in the middle of the messages.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const messages, silence = 20, 5000 * ms
	ch := make(chan int)
	go func() { // sender: never silent for long
		for n := 1; n <= messages; n++ {
			time.Sleep(500 * ms)
			ch <- n
		}
		close(ch)
	}()

	timer := time.NewTimer(silence)
	for {
		select {
		case n, ok := <-ch:
			if !ok {
				return
			}
			fmt.Println("message", n) // the timer goes on as if nothing had come
		case <-timer.C:
			fmt.Println("silence")
			timer.Reset(silence)
		}
	}
}
