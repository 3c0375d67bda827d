// A pool of as many workers as its queue needs, between two bounds.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The book's waits, a hundred times faster.
const ms = time.Millisecond / 100

type Pool struct {
	min, max int64
	present  atomic.Int64 // workers that are there
	tasks    chan struct{}
	group    sync.WaitGroup
	done     atomic.Int64
}

// monitor looks at the queue every so often, and adds workers while it is long.
func (pool *Pool) monitor(stop <-chan struct{}) {
	ticker := time.NewTicker(5000 * ms)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-stop:
			return
		}
		if queued := len(pool.tasks); queued*2 > cap(pool.tasks) {
			pool.addWorkers(max(1, queued/10))
		}
	}
}

// addWorkers adds up to count workers. Only one at a time asks for that.
func (pool *Pool) addWorkers(count int) {
	for range count {
		if pool.present.Load() >= pool.max {
			return
		}
		pool.present.Add(1)
		pool.group.Go(pool.work)
	}
}

func (pool *Pool) work() {
	for {
		idle := time.NewTimer(30_000 * ms)
		select {
		case _, open := <-pool.tasks:
			idle.Stop()
			if !open {
				return // closed, and empty
			}
			time.Sleep(1000 * ms)
			pool.done.Add(1)
		case <-idle.C:
			if pool.leaves() {
				return
			}
		}
	}
}

// leaves looks and counts the worker off in one step.
func (pool *Pool) leaves() bool {
	for {
		present := pool.present.Load()
		if present <= pool.min {
			return false
		}
		if pool.present.CompareAndSwap(present, present-1) {
			time.Sleep(1000 * ms) // closes its connection
			return true
		}
	}
}

// bring submits tasks at even distances, for a while.
func (pool *Pool) bring(lasts, every time.Duration) int64 {
	over, submitted := time.After(lasts), int64(0)
	for {
		select {
		case pool.tasks <- struct{}{}:
			submitted++
		case <-over:
			return submitted
		}
		select {
		case <-time.After(every):
		case <-over:
			return submitted
		}
	}
}

func main() {
	pool := &Pool{min: 2, max: 10, tasks: make(chan struct{}, 20)}
	pool.addWorkers(int(pool.min))
	stop := make(chan struct{})
	var monitor sync.WaitGroup
	monitor.Go(func() { pool.monitor(stop) })

	submitted := pool.bring(10_000*ms, 20_000*ms)
	submitted += pool.bring(40_000*ms, 100*ms)
	fmt.Println("after the busy time:", pool.present.Load(), "workers")
	submitted += pool.bring(60_000*ms, 20_000*ms)
	fmt.Println("after the quiet time:", pool.present.Load(), "workers")

	// The monitor first: nobody is added while all are waited for.
	close(stop)
	monitor.Wait()
	close(pool.tasks)
	pool.group.Wait()
	fmt.Println("lost:", submitted-pool.done.Load())
}
