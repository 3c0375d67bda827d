// A span for the pool with a child for each task, carried by the context.
package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func pool(ctx context.Context, workers, total int) {
	ctx, span := start(ctx, "worker_pool")
	defer span.End()
	span.SetAttributes("worker.count", workers)
	span.SetAttributes("task.total", total)

	tasks := make(chan int)
	var all sync.WaitGroup
	for worker := 1; worker <= workers; worker++ {
		all.Go(func() {
			for task := range tasks {
				// The parent is in ctx; with context.Background() it would be lost.
				_, span := start(ctx, fmt.Sprintf("worker_%d", worker))
				span.SetAttributes("worker.id", worker)
				if err := run(task); err != nil {
					span.RecordError(err)
					span.SetStatus("error")
				}
				span.End()
			}
		})
	}

	for task := 1; task <= total; task++ {
		tasks <- task
	}
	close(tasks)
	all.Wait() // a parent ends after its children
	span.SetAttributes("goroutine.final_count", runtime.NumGoroutine())
}

func run(task int) error {
	time.Sleep(100 * ms)
	if task == 4 {
		return fmt.Errorf("task %d found no file", task)
	}
	return nil
}

func main() {
	pool(context.Background(), 3, 9)
}

// What follows stands in for go.opentelemetry.io/otel: the same calls, and an
// exporter that prints.

type key struct{}

type Span struct {
	name, parent, status string
	attributes           []string
	mu                   sync.Mutex
}

// start begins a span under that of ctx, as tracer.Start does.
func start(ctx context.Context, name string) (context.Context, *Span) {
	span := &Span{name: name, parent: "none", status: "unset"}
	if parent, ok := ctx.Value(key{}).(*Span); ok {
		span.parent = parent.name
	}
	return context.WithValue(ctx, key{}, span), span
}

func (span *Span) SetAttributes(name string, value any) {
	span.mu.Lock()
	defer span.mu.Unlock()
	span.attributes = append(span.attributes, fmt.Sprintf("%s=%v", name, value))
}

// RecordError adds an event. It leaves the status alone, as OpenTelemetry does.
func (span *Span) RecordError(err error) {
	span.SetAttributes("exception.message", err)
}

func (span *Span) SetStatus(status string) {
	span.mu.Lock()
	defer span.mu.Unlock()
	span.status = status
}

func (span *Span) End() {
	fmt.Println("span", span.name, "of", span.parent, "status", span.status, span.attributes)
}
