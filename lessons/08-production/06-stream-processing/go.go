// Readings summed in windows of the time at which they were taken.
package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// The waits of the text, ten times faster.
const ms = time.Millisecond / 10

type Reading struct{ taken, value int } // taken in milliseconds

// source sends readings as they arrive: some are slow, and overtaken.
func source(readings chan<- Reading) {
	defer close(readings)
	type arrival struct {
		at int
		Reading
	}
	var arrivals []arrival
	for n := range 60 {
		taken, delay := n*10, 0
		if n%10 == 9 { // the last of each window
			delay = n % 40 * 5
		}
		arrivals = append(arrivals, arrival{taken + delay, Reading{taken, 1}})
	}
	slices.SortStableFunc(arrivals, func(a, b arrival) int { return a.at - b.at })
	start := time.Now()
	for _, next := range arrivals {
		time.Sleep(time.Duration(next.at)*ms - time.Since(start))
		readings <- next.Reading // waits while the buffer is full: back-pressure
	}
}

func main() {
	const window, lateness, buffer = 100, 50, 8
	readings := make(chan Reading, buffer)
	late := make(chan Reading)
	go source(readings)

	tooLate := 0
	var outputs sync.WaitGroup
	outputs.Go(func() {
		for reading := range late {
			fmt.Printf("too late: the reading of %d ms\n", reading.taken)
			tooLate++
		}
	})

	open := map[int]int{}   // sums by the start of the window
	watermark := -1_000_000 // up to here all are believed to be there
	closeUpTo := func(mark int) {
		var starts []int
		for start := range open {
			if start+window <= mark {
				starts = append(starts, start)
			}
		}
		slices.Sort(starts)
		for _, start := range starts {
			fmt.Printf("window up to %d ms: %d\n", start+window, open[start])
			delete(open, start)
		}
	}
	for reading := range readings {
		time.Sleep(5 * ms) // works on it
		start := reading.taken - reading.taken%window
		if start+window <= watermark {
			late <- reading // its window is closed
			continue
		}
		open[start] += reading.value
		watermark = max(watermark, reading.taken-lateness)
		closeUpTo(watermark)
	}
	closeUpTo(1_000_000) // no more will come
	close(late)
	outputs.Wait()
	fmt.Println("too late:", tooLate)
}
