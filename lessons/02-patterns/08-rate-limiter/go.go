// A token bucket. It needs no goroutine and no timer: it is a number and a time.
// The library has it as golang.org/x/time/rate.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Bucket struct {
	mu     sync.Mutex
	every  time.Duration // a token grows
	burst  int           // the most it holds
	fullAt time.Time     // when it would be full again
}

// Allow takes a token if there is one.
func (bucket *Bucket) Allow() bool {
	bucket.mu.Lock()
	defer bucket.mu.Unlock()
	now := time.Now()
	fullAt := bucket.fullAt
	if fullAt.Before(now) {
		fullAt = now // full, however long nobody came
	}
	fullAt = fullAt.Add(bucket.every)
	if fullAt.Sub(now) > time.Duration(bucket.burst)*bucket.every {
		return false // more was taken than the bucket holds
	}
	bucket.fullAt = fullAt
	return true
}

func main() {
	const wave, waves = 8, 3
	bucket := Bucket{every: 1000 * ms, burst: 5}
	for number := 1; number <= waves; number++ {
		allowed := 0
		for range wave {
			if bucket.Allow() {
				allowed++
			}
		}
		fmt.Printf("wave %d: %d of %d let through\n", number, allowed, wave)
		time.Sleep(6000 * ms) // nobody comes
	}
}
