// Four uses of a channel, each with the capacity that suits it.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	notice(make(chan int)) // no buffer: a send that comes back was heard
	queue(make(chan int, 6), 3)
	limit(make(chan int, 4), 12)
	stage(make(chan int, 4), 20)
}

// notice: each step is done, and somebody is to hear of it.
func notice(done chan int) {
	const steps = 3
	heard := 0
	var all sync.WaitGroup
	all.Go(func() { // worker
		for step := 1; step <= steps; step++ {
			time.Sleep(100 * ms)
			done <- step // without a buffer: from here on it was heard
		}
		close(done)
	})
	all.Go(func() { // listener
		for range done {
			heard++
			time.Sleep(400 * ms) // is busy with other things
		}
	})
	all.Wait()
	if heard == steps {
		fmt.Println("notice: every step was heard")
	}
}

// queue: tasks come in bursts, and a few workers see to them.
func queue(tasks chan int, workers int) {
	var done atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range tasks {
				time.Sleep(200 * ms)
				done.Add(1)
			}
		})
	}
	for range 3 {
		time.Sleep(700 * ms)
		for task := range 3 * workers {
			tasks <- task // a full queue holds up whoever brings tasks
		}
	}
	close(tasks)
	all.Wait()
	fmt.Printf("queue: all %d tasks done\n", done.Load())
}

// limit: whoever has put a token into the channel may work.
func limit(tokens chan int, goroutines int) {
	var working, over atomic.Int64
	var all sync.WaitGroup
	for id := range goroutines {
		all.Go(func() {
			tokens <- id // waits while as many work as there is room
			if working.Add(1) > int64(cap(tokens)) {
				over.Add(1)
			}
			time.Sleep(200 * ms)
			working.Add(-1)
			<-tokens // makes room
		})
	}
	all.Wait()
	if over.Load() == 0 {
		fmt.Printf("limit: at most %d at once\n", cap(tokens))
	}
}

// stage: of two stages one is uneven, every fifth value takes long.
func stage(between chan int, values int) {
	through := 0
	var all sync.WaitGroup
	all.Go(func() { // uneven
		for n := 1; n <= values; n++ {
			if n%5 == 0 {
				time.Sleep(800 * ms)
			} else {
				time.Sleep(50 * ms)
			}
			between <- n
		}
		close(between)
	})
	all.Go(func() { // even
		for range between {
			time.Sleep(200 * ms)
			through++
		}
	})
	all.Wait()
	fmt.Printf("stage: all %d values through\n", through)
}
