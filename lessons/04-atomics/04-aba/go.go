// ABA, step by step: slots of an array that are used again at once.
package main

import (
	"fmt"
	"sync/atomic"
)

// none is below the lowest slot.
const none = 255

// Stack links slots by number. Its head is a slot, and above it a tag that
// grows with each change, if it is asked for.
type Stack struct {
	head  atomic.Uint64
	below [4]uint64
	step  uint64 // what is added to the head's tag: 0, or 1<<8
}

func slot(head uint64) uint64 { return head & 255 }

// swap puts a slot on top, if the head still is old.
func (s *Stack) swap(old, slot uint64) bool {
	return s.head.CompareAndSwap(old, old&^255+s.step|slot)
}

func (s *Stack) push(n uint64) {
	old := s.head.Load()
	s.below[n] = slot(old)
	s.swap(old, n)
}

func (s *Stack) pop() uint64 {
	old := s.head.Load()
	s.swap(old, s.below[slot(old)])
	return slot(old)
}

func try(name string, step uint64) {
	s := &Stack{step: step}
	s.head.Store(none)
	for n := range uint64(3) {
		s.push(n)
	}

	// A pop reads: 2 on top, 1 below. Then it is interrupted.
	top := s.head.Load()
	below := s.below[slot(top)]

	// Others take 2, take 1, which they go on using, and give 2 back.
	two, one := s.pop(), s.pop()
	s.push(two)

	// The pop goes on.
	swapped := s.swap(top, below)
	fmt.Printf("%s: swapped %v", name, swapped)
	if slot(s.head.Load()) == one {
		fmt.Printf(", slot %d is on top and in use", one)
	}
	fmt.Println()
}

func main() {
	try("without a tag", 0)
	try("with a tag", 1<<8)
}
