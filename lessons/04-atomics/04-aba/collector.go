// The same steps with nodes that the collector looks after: no ABA.
package main

import (
	"fmt"
	"sync/atomic"
)

type node struct {
	value int
	below *node
}

var head atomic.Pointer[node]

func push(value int) {
	head.Store(&node{value, head.Load()}) // a new node, at a new address
}

func pop() int {
	top := head.Load()
	head.Store(top.below)
	return top.value
}

func main() {
	for n := range 3 {
		push(n)
	}

	// A pop reads the top and what is below. Then it is interrupted.
	top := head.Load()
	below := top.below

	// Others take 2, take 1, and give the value 2 back. While top points at
	// the old node, no new one can have its address.
	two, _ := pop(), pop()
	push(two)

	fmt.Println("swapped", head.CompareAndSwap(top, below))
}
