// A weighted semaphore: takes all units at once, first come, first served. The
// library has it as golang.org/x/sync/semaphore.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type demand struct {
	count int
	given chan struct{}
}

type Semaphore struct {
	mu      sync.Mutex
	free    int
	waiting []demand
}

func (s *Semaphore) Acquire(count int) {
	s.mu.Lock()
	if len(s.waiting) == 0 && count <= s.free {
		s.free -= count
		s.mu.Unlock()
		return
	}
	mine := demand{count, make(chan struct{})}
	s.waiting = append(s.waiting, mine)
	s.mu.Unlock()
	<-mine.given // holds nothing while it waits
}

func (s *Semaphore) Release(count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free += count
	for len(s.waiting) > 0 && s.waiting[0].count <= s.free {
		s.free -= s.waiting[0].count
		close(s.waiting[0].given)
		s.waiting = s.waiting[1:]
	}
}

func main() {
	const units, weight, jobs = 3, 2, 12
	semaphore := Semaphore{free: units}
	var all sync.WaitGroup
	for range jobs {
		all.Go(func() {
			semaphore.Acquire(weight)
			defer semaphore.Release(weight)
			time.Sleep(100 * ms)
		})
	}
	all.Wait()
	fmt.Println("all done, free again:", semaphore.free)
}
