package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// Treiber's stack. Go's collector keeps a node for as long as anybody looks at
// it, so that it needs no tag against its reuse.
type stack struct {
	top atomic.Pointer[node]
}

type node struct {
	value uint64
	next  *node
}

func (s *stack) push(value uint64) {
	added := &node{value: value}
	for {
		top := s.top.Load()
		added.next = top
		if s.top.CompareAndSwap(top, added) {
			return
		}
	}
}

func (s *stack) pop() (uint64, bool) {
	for {
		top := s.top.Load()
		if top == nil {
			return 0, false
		}
		if s.top.CompareAndSwap(top, top.next) {
			return top.value, true
		}
	}
}

// Four goroutines push and pop in turn on one stack; both together
// are an operation.
func lockFreeStack(operations int) float64 {
	const goroutines = 4
	share := (operations + goroutines - 1) / goroutines
	var values stack
	var sum atomic.Uint64
	var group sync.WaitGroup
	start := time.Now()
	for range goroutines {
		group.Go(func() {
			popped := uint64(0)
			for i := range share {
				values.push(uint64(i))
				value, ok := values.pop()
				if !ok {
					panic("as many were pushed as popped")
				}
				popped += value
			}
			sum.Add(popped)
		})
	}
	group.Wait()
	took := time.Since(start)
	check(sum.Load(), goroutines*sumBelow(share))
	return perOperation(took, goroutines*share)
}
