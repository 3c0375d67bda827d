package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

func parkedBytes(operations int) float64 {
	gate := make(chan uint64)
	var started, ended sync.WaitGroup
	var woken atomic.Uint64
	started.Add(operations)
	before := residentBytes()
	for range operations {
		ended.Go(func() {
			started.Done()
			<-gate
			woken.Add(1)
		})
	}
	started.Wait()
	runtime.GC()
	after := residentBytes()
	close(gate)
	ended.Wait()
	check(woken.Load(), uint64(operations))
	return float64(after-before) / float64(operations)
}

// The second field of statm counts pages.
func residentBytes() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.ParseUint(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		panic(err)
	}
	return pages * uint64(os.Getpagesize())
}
