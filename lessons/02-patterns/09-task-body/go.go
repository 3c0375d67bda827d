// Tasks that compute, in a pool of workers. In Go the body would be run by a
// WebAssembly runtime too; here it is written out.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// task counts the steps of the Collatz sequence from n to 1.
func task(n int64) int64 {
	steps := int64(0)
	for ; n > 1; steps++ {
		if n%2 == 1 {
			n = 3*n + 1
		} else {
			n /= 2
		}
	}
	return steps
}

func main() {
	const workers, tasks = 5, 100
	queue := make(chan int64, tasks)
	var sum atomic.Int64
	var pool sync.WaitGroup
	for range workers {
		pool.Go(func() {
			for n := range queue {
				sum.Add(task(n))
			}
		})
	}
	for n := int64(1); n <= tasks; n++ {
		queue <- n
	}
	close(queue)
	pool.Wait()
	fmt.Printf("%d tasks, sum %d\n", tasks, sum.Load())
}
