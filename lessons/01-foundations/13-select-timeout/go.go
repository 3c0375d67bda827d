// A select with a timer gives up waiting; the worker does not know of it.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const capacity = 1 // 0: a worker that comes too late stays blocked for ever
	result := make(chan string, capacity)
	go func() { // worker
		time.Sleep(3000 * ms)
		fmt.Println("the worker has its result")
		result <- "done" // waits here if nobody takes it and there is no room
		fmt.Println("the worker ends")
	}()

	start := time.Now()
	timer := time.After(2000 * ms)
	select {
	case word := <-result:
		fmt.Printf("%s after %.0f ms\n", word, time.Since(start).Seconds()*1000)
	case <-timer:
		fmt.Printf("gave up after %.0f ms\n", time.Since(start).Seconds()*1000)
	}

	time.Sleep(3500 * ms) // the program does other things
}
