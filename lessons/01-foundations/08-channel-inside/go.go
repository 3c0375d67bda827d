// A channel step by step. A Go program sees len and cap; sendx, recvx, sendq and
// recvq are the runtime's own.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const capacity, sends, receives = 3, 5, 7
	ch := make(chan int, capacity)
	var all sync.WaitGroup

	for n := 1; n <= sends; n++ {
		all.Go(func() { ch <- n }) // may wait in sendq
		time.Sleep(200 * ms)       // until it is done, or waits
		fmt.Printf("send %d: %d of %d\n", n, len(ch), cap(ch))
	}

	for n := 1; n <= receives; n++ {
		got := "nothing yet"
		var mu sync.Mutex
		all.Go(func() {
			value, ok := <-ch // may wait in recvq
			mu.Lock()
			defer mu.Unlock()
			if ok {
				got = fmt.Sprint(value)
			}
		})
		time.Sleep(200 * ms)
		mu.Lock()
		fmt.Printf("receive %d got %s: %d of %d\n", n, got, len(ch), cap(ch))
		mu.Unlock()
	}

	close(ch) // whoever is in recvq goes on
	all.Wait()
	fmt.Println("closed: two receivers go on")
}
