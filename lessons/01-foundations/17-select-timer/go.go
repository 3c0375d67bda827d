// One timer, set anew in each turn of the loop.
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
		time.Sleep(8000 * ms) // a real silence
		close(ch)
	}()

	timer := time.NewTimer(silence)
	defer timer.Stop()
	alarms := 0
	for {
		select {
		case n, ok := <-ch:
			if !ok {
				fmt.Println("alarms", alarms)
				return
			}
			fmt.Println("message", n)
		case <-timer.C:
			alarms++
			fmt.Println("silence")
		}
		timer.Reset(silence) // whatever came, the waiting begins anew
	}
}
