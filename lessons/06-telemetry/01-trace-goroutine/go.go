// A span around a goroutine. A panic is its error, with status, and goes on.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

// traced runs work in a goroutine with a span of its own.
func traced(ctx context.Context, all *sync.WaitGroup, name string, work func()) {
	all.Go(func() {
		_, span := start(ctx, "goroutine")
		defer span.End()
		span.SetAttributes("goroutine.name", name)
		span.SetAttributes("goroutine.count", runtime.NumGoroutine())
		defer func() {
			if cause := recover(); cause != nil {
				span.RecordError(fmt.Errorf("panic: %v", cause))
				span.SetStatus("error") // RecordError does not
				panic(cause)            // recorded, and not swallowed
			}
		}()
		work()
	})
}

func main() {
	var all sync.WaitGroup
	for id := 1; id <= 3; id++ {
		name := fmt.Sprintf("worker %d", id)
		traced(context.Background(), &all, name, func() {
			time.Sleep(time.Duration(id) * 100 * ms)
			if id == 2 {
				panic(name + " divides by zero")
			}
			time.Sleep(time.Duration(id) * 100 * ms)
		})
	}
	all.Wait()
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
	fmt.Fprintln(os.Stdout, "span", span.name, "status", span.status, span.attributes)
}
