// A caller gives up after a second; the worker listens, and cleans up.
package main

import (
	"context"
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

// wait takes so long, unless ctx ends earlier.
func wait(ctx context.Context, takes time.Duration) error {
	select {
	case <-time.After(takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cleanUp takes back what was begun, as a database rolls back.
func cleanUp(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, 1000*ms)
	defer cancel()
	if err := wait(ctx, 200*ms); err != nil {
		return err.Error()
	}
	return "cleaned up"
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 1000*ms)
	defer cancel()
	answers := make(chan string, 1) // room for one that nobody waits for
	cleaned := make(chan [2]string, 1)

	go func() { // worker
		if wait(ctx, 2000*ms) == nil {
			answers <- "42"
		}
		same := cleanUp(ctx)
		detached := cleanUp(context.WithoutCancel(ctx)) // the values, not the end
		cleaned <- [2]string{same, detached}
	}()

	select {
	case answer := <-answers:
		fmt.Println(answer)
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	}
	ends := <-cleaned
	fmt.Println("the same context:", ends[0])
	fmt.Println("without its cancel:", ends[1])
}
