// Goroutines that work on one thing: the first error counts, and ends the rest.
// The library has the group as golang.org/x/sync/errgroup.
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

type Group struct {
	goroutines sync.WaitGroup
	cancel     context.CancelCauseFunc
	limit      chan struct{} // nil: without a limit
	once       sync.Once
	err        error
}

func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Group{cancel: cancel}, ctx
}

func (group *Group) SetLimit(n int) { group.limit = make(chan struct{}, n) }

// Go starts a goroutine; it waits first while as many are active as may be.
func (group *Group) Go(f func() error) {
	if group.limit != nil {
		group.limit <- struct{}{}
	}
	group.goroutines.Go(func() {
		if err := f(); err != nil {
			group.once.Do(func() { // the first error counts
				group.err = err
				group.cancel(err)
			})
		}
		if group.limit != nil {
			<-group.limit
		}
	})
}

// Wait waits for all, also for those that go on after an error.
func (group *Group) Wait() error {
	group.goroutines.Wait()
	group.cancel(group.err)
	return group.err
}

var errNoHost = errors.New("no such host")

func fetch(ctx context.Context, page int, fails bool) error {
	select {
	case <-time.After(time.Duration(100*page) * ms):
	case <-ctx.Done():
		fmt.Println("page", page, "given up")
		return ctx.Err()
	}
	if fails {
		return fmt.Errorf("page %d: %w", page, errNoHost)
	}
	fmt.Println("page", page, "fetched")
	return nil
}

func main() {
	const pages, failing = 6, 3
	group, ctx := WithContext(context.Background())
	for page := 1; page <= pages; page++ {
		group.Go(func() error { return fetch(ctx, page, page == failing) })
	}
	if err := group.Wait(); err != nil {
		fmt.Println(err)
	}
}
