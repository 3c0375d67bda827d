// A channel that counts what happened, whose waits end with their context.
package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type TrackedChannel[T any] struct {
	name           string
	values         chan T
	sent, received atomic.Int64
	gauge          func(name string, value int) // reports the buffer
}

func (ch *TrackedChannel[T]) Send(ctx context.Context, value T) error {
	select {
	case ch.values <- value:
		ch.sent.Add(1) // channel_send_total{channel="orders"}
		ch.gauge(ch.name, len(ch.values))
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Recv tells a value from the zero that a closed channel gives.
func (ch *TrackedChannel[T]) Recv(ctx context.Context) (value T, open bool, err error) {
	select {
	case value, open = <-ch.values:
		if open {
			ch.received.Add(1) // channel_recv_total{channel="orders"}
			ch.gauge(ch.name, len(ch.values))
		}
		return value, open, nil
	case <-ctx.Done():
		return value, false, ctx.Err()
	}
}

func main() {
	var reports atomic.Int64
	orders := &TrackedChannel[int]{
		name:   "orders",
		values: make(chan int, 5),
		gauge:  func(string, int) { reports.Add(1) },
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5000*ms)
	defer cancel()
	var both sync.WaitGroup

	both.Go(func() { // sender
		for n := 1; n <= 20; n++ {
			if err := orders.Send(ctx, n); err != nil {
				fmt.Println("sender gives up:", err)
				return
			}
			time.Sleep(50 * ms)
		}
		close(orders.values)
	})

	both.Go(func() { // receiver
		for range 25 {
			_, open, err := orders.Recv(ctx)
			if err != nil {
				fmt.Println("receiver gives up:", err)
				return
			}
			if !open {
				return // closed and empty: nothing was received
			}
			time.Sleep(100 * ms)
		}
	})

	both.Wait()
	fmt.Println(orders.sent.Load(), "sent,", orders.received.Load(), "received")
	fmt.Println("gauge reported", reports.Load(), "times")
}
