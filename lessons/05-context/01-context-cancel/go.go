// One cancel ends a tree of contexts, and everybody who listens stops.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func work(ctx context.Context, id int, takes time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	query, endQuery := context.WithTimeout(ctx, time.Minute)
	defer endQuery()

	select {
	case <-time.After(takes):
		fmt.Printf("worker %d is done\n", id)
	case <-query.Done():
		fmt.Printf("worker %d stops: %v\n", id, context.Cause(query))
	}
}

func main() {
	request, cancel := context.WithCancelCause(context.Background())
	child, cancelChild := context.WithCancel(request)
	defer cancelChild()
	closed := make(chan struct{})
	context.AfterFunc(request, func() {
		fmt.Println("the connection is closed")
		close(closed)
	})

	var workers sync.WaitGroup
	for id := 1; id <= 3; id++ {
		workers.Go(func() { work(request, id, 5000*ms) })
	}

	time.Sleep(2000 * ms)
	cancel(errors.New("the user went away")) // all below have ended when it returns
	fmt.Println("one call ended all:", request.Err() != nil, child.Err() != nil)

	workers.Wait()
	<-closed
}
