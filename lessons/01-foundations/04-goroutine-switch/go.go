// Two hand a token to and fro: two goroutines, then two threads.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

func main() {
	fmt.Println("goroutines:", play(20_000, false), "a hand-over")
	fmt.Println("threads:", play(1000, true), "a hand-over")
	fmt.Println("done")
}

// play lets the token go to and fro so many times. With threads each of the two
// goroutines has a thread to itself, so that the system has to switch.
func play(rallies int, threads bool) time.Duration {
	to, fro := make(chan int), make(chan int)
	start := time.Now()
	var both sync.WaitGroup

	both.Go(func() { // ping
		if threads {
			runtime.LockOSThread()
		}
		for token := range rallies {
			to <- token
			<-fro // waits, and the other goroutine runs
		}
	})

	both.Go(func() { // pong
		if threads {
			runtime.LockOSThread()
		}
		for range rallies {
			fro <- <-to
		}
	})

	both.Wait()
	return time.Since(start) / time.Duration(2*rallies)
}
