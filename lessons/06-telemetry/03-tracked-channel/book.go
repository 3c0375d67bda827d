// The same as it is often written: it counts calls, and waits for ever.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type BookChannel struct {
	values         chan int
	sent, received atomic.Int64
	// A gauge of the buffer is declared elsewhere, and nothing ever sets it.
}

func (ch *BookChannel) Send(value int) {
	ch.values <- value // whatever became of the caller's context
	ch.sent.Add(1)
}

func (ch *BookChannel) Recv() int {
	value := <-ch.values // 0 once the channel is closed
	ch.received.Add(1)   // counted all the same
	return value
}

func main() {
	orders := &BookChannel{values: make(chan int, 5)}
	var both sync.WaitGroup
	both.Go(func() { // sender
		for n := 1; n <= 20; n++ {
			orders.Send(n)
		}
		close(orders.values)
	})
	both.Go(func() { // receiver
		for range 25 {
			orders.Recv()
		}
	})
	both.Wait()
	fmt.Println(orders.sent.Load(), "sent,", orders.received.Load(), "received")
}
