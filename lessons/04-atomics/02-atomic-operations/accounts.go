// Two numbers of which the sum is always 100, or should be.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const transfers = 1000

// audit moves 1 again and again while it looks at the sum.
func audit(name string, transfer func(), sum func() int64) {
	var office sync.WaitGroup
	for range 2 { // clerks
		office.Go(func() {
			for range transfers {
				transfer()
				runtime.Gosched() // looks for the next order
			}
		})
	}
	wrong := 0
	for range transfers {
		if sum() != 100 {
			wrong++
		}
		runtime.Gosched() // writes it down
	}
	office.Wait()
	fmt.Printf("%s: %d wrong\n", name, wrong)
}

func main() {
	var a, b atomic.Int64
	a.Store(100)
	audit("two atomics", func() {
		a.Add(-1)
		runtime.Gosched() // between the two, one is missing
		b.Add(1)
	}, func() int64 { return a.Load() + b.Load() })

	type both struct{ a, b int64 }
	var pointer atomic.Pointer[both]
	pointer.Store(&both{100, 0})
	audit("pointer", func() {
		for {
			old := pointer.Load()
			if pointer.CompareAndSwap(old, &both{old.a - 1, old.b + 1}) {
				return // nobody replaced it meanwhile
			}
		}
	}, func() int64 {
		both := pointer.Load()
		return both.a + both.b
	})
}
