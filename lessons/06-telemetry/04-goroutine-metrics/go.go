// Metrics of the scheduler, as Go's own runtime has them.
package main

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	busy, idle = 8, 20
	piece      = time.Millisecond
	length     = 200 * time.Millisecond
)

// compute uses a processor for so long.
func compute(d time.Duration) {
	for start := time.Now(); time.Since(start) < d; {
	}
}

// read returns the number of goroutines and how long they waited for a P.
func read() (uint64, *metrics.Float64Histogram) {
	samples := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/sched/latencies:seconds"},
	}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Float64Histogram()
}

// quantile is the upper end of the bucket in which that share is reached.
func quantile(h *metrics.Float64Histogram, share float64) time.Duration {
	var all, seen uint64
	for _, count := range h.Counts {
		all += count
	}
	for bucket, count := range h.Counts {
		seen += count
		if float64(seen) >= share*float64(all) {
			return time.Duration(h.Buckets[bucket+1] * 1e9)
		}
	}
	return 0
}

func main() {
	runtime.GOMAXPROCS(2)
	var all sync.WaitGroup
	done := make(chan struct{})
	start := time.Now()
	for range busy {
		all.Go(func() {
			for time.Since(start) < length {
				compute(piece)
				runtime.Gosched() // to the end of the queue
			}
		})
	}
	for range idle {
		all.Go(func() {
			<-done // waits, and costs nothing
		})
	}

	samples, most := 0, uint64(0)
	for time.Since(start) < length {
		time.Sleep(10 * time.Millisecond)
		goroutines, _ := read()
		samples++
		most = max(most, goroutines)
	}
	close(done)
	all.Wait()

	_, latencies := read()
	fmt.Println("sampled:", samples > 0, "most goroutines:", most)
	for _, share := range []float64{0.5, 0.99} {
		fmt.Printf("%.0f in 100 waited at most %v for a P\n", share*100, quantile(latencies, share))
	}
}
