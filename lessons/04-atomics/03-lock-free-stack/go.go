// Treiber's stack: the head is swapped, if it still is what was read.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type node struct {
	value int
	below *node
}

type Stack struct {
	head    atomic.Pointer[node]
	retries atomic.Int64
}

func (s *Stack) Push(value int) {
	top := &node{value: value}
	for {
		top.below = s.head.Load()
		if s.head.CompareAndSwap(top.below, top) {
			return
		}
		s.retries.Add(1) // another was first: read again
	}
}

func (s *Stack) Pop() (int, bool) {
	for {
		top := s.head.Load()
		if top == nil {
			return 0, false
		}
		// Safe to read: the collector keeps a node as long as we know it.
		if s.head.CompareAndSwap(top, top.below) {
			return top.value, true
		}
		s.retries.Add(1)
	}
}

func main() {
	const goroutines, pairs = 8, 50_000
	var stack Stack
	var users sync.WaitGroup
	var missing atomic.Int64
	for range goroutines {
		users.Go(func() {
			for n := range pairs {
				stack.Push(n)
				top, _ := stack.Pop()
				missing.Add(int64(n - top))
			}
		})
	}
	users.Wait()
	fmt.Println("missing:", missing.Load())
	fmt.Println("retries:", stack.retries.Load())
}
