// Buffers from a sync.Pool against new ones, with those made counted.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	size       = 4096
	goroutines = 4
	each       = 16_000
)

// use writes a few bytes, as every user of a buffer does.
func use(buffer *[size]byte, turn int) {
	for i := range 64 {
		buffer[i] = byte(turn)
	}
}

// spread runs work on all goroutines and returns the time of one use.
func spread(work func(turn int)) time.Duration {
	var all sync.WaitGroup
	start := time.Now()
	for range goroutines {
		all.Go(func() {
			for turn := range each {
				work(turn)
			}
		})
	}
	all.Wait()
	return time.Since(start) / (goroutines * each)
}

// sink keeps the compiler from putting the buffer on the stack.
var sink atomic.Pointer[[size]byte]

func main() {
	var made atomic.Int64
	buffers := sync.Pool{New: func() any {
		made.Add(1)
		return new([size]byte)
	}}

	fresh := spread(func(turn int) {
		buffer := new([size]byte)
		use(buffer, turn)
		if turn < 0 {
			sink.Store(buffer)
		}
	})
	pooled := spread(func(turn int) {
		buffer := buffers.Get().(*[size]byte)
		use(buffer, turn)
		buffers.Put(buffer) // the next Get has it
	})

	fmt.Println("new each time:", goroutines*each, "made,", fresh, "a use")
	fmt.Println("from the pool:", made.Load(), "made,", pooled, "a use")
	fmt.Println("few were made:", made.Load() < goroutines*each/10)
}
