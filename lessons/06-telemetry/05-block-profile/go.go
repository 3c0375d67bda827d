// A lock held over a wait, and the profile that names its line.
package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

// query asks the database for the price of an order.
func query(order int) int {
	time.Sleep(50 * ms)
	return order * 10
}

func main() {
	runtime.SetBlockProfileRate(1)
	todo := make(chan int)
	var lock sync.Mutex
	var all sync.WaitGroup
	sum := 0

	for range 4 {
		all.Go(func() {
			for order := range todo {
				lock.Lock() // the others wait here
				sum += query(order)
				lock.Unlock()
			}
		})
	}
	for order := 1; order <= 40; order++ {
		todo <- order
	}
	close(todo)
	all.Wait()
	fmt.Println("40 orders cost", sum)
	report()
}

// report prints where goroutines blocked, the longest first.
func report() {
	records := make([]runtime.BlockProfileRecord, 100)
	n, _ := runtime.BlockProfile(records)
	records = records[:n]
	slices.SortFunc(records, func(a, b runtime.BlockProfileRecord) int {
		return cmp.Compare(b.Cycles, a.Cycles)
	})
	for _, record := range records {
		frames := runtime.CallersFrames(record.Stack())
		what, _ := frames.Next()
		where := what
		for more := true; more && !strings.HasPrefix(where.Function, "main."); {
			where, more = frames.Next()
		}
		file := filepath.Base(where.File)
		fmt.Printf("%4d times %-24s %s:%d\n", record.Count, what.Function, file, where.Line)
	}
}
