// A request divides its time between two calls; a worker of a pool makes them.
package main

import (
	"context"
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Task struct {
	ctx     context.Context // of its request: a task is a call that waits in a queue
	answers chan<- error
}

func call(ctx context.Context, name string, budget, takes time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	deadline, _ := ctx.Deadline()
	fmt.Printf("%s: has %.0f ms\n", name, time.Until(deadline).Seconds()*1000)
	select {
	case <-time.After(takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func run(ctx context.Context) error {
	if err := call(ctx, "database", 1000*ms, 500*ms); err != nil {
		return err
	}
	return call(ctx, "api", 2000*ms, 1500*ms)
}

func main() {
	pool, shutDown := context.WithCancel(context.Background())
	defer shutDown()
	tasks := make(chan Task, 1)
	go func() { // worker
		for task := range tasks {
			_ = pool // run(pool) would be the mistake: it knows nothing of the request
			task.answers <- run(task.ctx)
		}
	}()

	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 3000*ms)
	defer cancel()
	answers := make(chan error, 1)
	tasks <- Task{ctx, answers}
	close(tasks)
	var err error
	select {
	case err = <-answers:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		fmt.Println("request:", err)
		return
	}
	fmt.Printf("request: answered after %.0f ms\n", time.Since(start).Seconds()*1000)
}
