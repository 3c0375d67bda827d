// A deadline goes down from hop to hop, and none can give itself more.
package main

import (
	"context"
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

const hops = 4

// hop is the service n: it works, and calls the next.
func hop(ctx context.Context, n int) error {
	if deadline, ok := ctx.Deadline(); ok {
		fmt.Printf("hop %d: %.0f ms left\n", n, time.Until(deadline).Seconds()*1000)
	}
	select {
	case <-time.After(800 * ms):
	case <-ctx.Done():
		return ctx.Err()
	}
	if n == hops {
		return nil
	}

	// The earlier of the two counts: its own wish, or the deadline above.
	next, cancel := context.WithDeadline(ctx, time.Now().Add(5000*ms))
	defer cancel()
	answers := make(chan error, 1)
	go func() { answers <- hop(next, n+1) }()
	select {
	case err := <-answers:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func main() {
	start := time.Now()
	ctx, cancel := context.WithDeadline(context.Background(), start.Add(3000*ms))
	defer cancel()
	err := hop(ctx, 1)
	fmt.Printf("%v after %.0f ms\n", err, time.Since(start).Seconds()*1000)
}
