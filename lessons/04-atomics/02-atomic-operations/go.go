// What the types of sync/atomic can do.
package main

import (
	"fmt"
	"math"
	"sync/atomic"
)

type limits struct{ low, high int }

func main() {
	var n atomic.Int64
	n.Store(5)
	fmt.Println("Int64: load", n.Load())
	n.Store(7)
	fmt.Println("Int64: after store, add 3 gives", n.Add(3)) // the new value
	fmt.Println("Int64: swap for 1 gives", n.Swap(1))        // the old value
	fmt.Println("Int64: 1 for 2:", n.CompareAndSwap(1, 2))
	fmt.Println("Int64: 1 for 3:", n.CompareAndSwap(1, 3)) // it is 2 by now

	var small atomic.Int32
	small.Store(math.MaxInt32)
	fmt.Println("Int32: the largest, add 1:", small.Add(1)) // goes around

	var started atomic.Bool
	first := started.CompareAndSwap(false, true)
	second := started.CompareAndSwap(false, true)
	fmt.Printf("Bool: first %v, second %v\n", first, second) // one wins

	var current atomic.Pointer[limits]
	fmt.Println("Pointer: nil at first:", current.Load() == nil)
	current.Store(&limits{10, 20})
	seen := current.Load() // both numbers of one moment
	swapped := current.CompareAndSwap(seen, &limits{30, 40})
	fmt.Printf("Pointer: %v, replaced: %v\n", *seen, swapped)

	var config atomic.Value
	config.Store("fast") // its type is fixed now
	before := config.Swap("safe")
	fmt.Printf("Value: %v, then %v\n", before, config.Load())
}
