// Goroutines that compute, on a few processors.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func main() {
	runtime.GOMAXPROCS(2) // the number of Ps
	const goroutines, below, yields = 8, 100_000, 9
	const pieces = yields + 1
	const hog, callers = false, 2
	var all sync.WaitGroup

	for id := 1; id <= goroutines; id++ {
		all.Go(func() {
			primes := 0
			for piece := range pieces {
				primes += countPrimes(below*piece/pieces, below*(piece+1)/pieces)
				if piece < yields {
					runtime.Gosched() // lets the others run
				}
			}
			fmt.Printf("counter %d: %d primes below %d\n", id, primes, below)
		})
	}

	if hog {
		all.Go(func() {
			const below, pieces = 1_000_000, 200
			found := make(chan int, pieces)
			for piece := range pieces {
				found <- countPrimes(below*piece/pieces, below*(piece+1)/pieces)
			}
			fmt.Println("hog: done")
		})
	}

	for id := 1; id <= callers; id++ {
		all.Go(func() {
			for range 3 {
				call := syscall.NsecToTimespec(int64(20 * time.Millisecond))
				syscall.Nanosleep(&call, nil) // blocks the M: the P goes to another
			}
			fmt.Printf("caller %d: done\n", id)
		})
	}

	all.Wait()
}

// countPrimes counts the primes from first on, up to but without end.
func countPrimes(first, end int) int {
	count := 0
	for n := max(first, 2); n < end; n++ {
		prime := true
		for divisor := 2; divisor*divisor <= n; divisor++ {
			if n%divisor == 0 {
				prime = false
				break
			}
		}
		if prime {
			count++
		}
	}
	return count
}
