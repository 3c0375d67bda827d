// Go's side of the benchmark: one program, a workload chosen by a flag. It
// prints what one operation cost, in ns, or the bytes of a goroutine.
//
// Each workload lies beside its Rust file, does the same work, and checks its
// own result. GOMAXPROCS comes from the environment.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/trace"
	"time"
)

// Runs so many operations, and returns what one of them cost.
type workload func(operations int) float64

var workloads = map[string]workload{
	"spawn_join":        spawnJoin,
	"parked_bytes":      parkedBytes,
	"pingpong":          pingpong,
	"stream_unbuffered": streamUnbuffered,
	"stream_buffered":   streamBuffered,
	"buffered_4x4":      buffered4x4,
	"select_2_ready":    select2Ready,
	"select_4_ready":    select4Ready,
	"select_4_blocking": select4Blocking,
	"select_default":    selectDefault,
	"close_10k":         close10k,
	"mutex_8":           mutex8,
	"rwmutex_read":      rwmutexRead,
	"map_read":          mapRead,
	"sharded_read":      shardedRead,
	"lock_free_stack":   lockFreeStack,
	"worker_pool":       workerPool,
	"pub_sub_8":         pubSub8,
	"scaling_spawn":     scalingSpawn,
	"scaling_park":      scalingPark,
	"scaling_join":      scalingJoin,
}

func main() {
	name := flag.String("workload", "", "which one")
	operations := flag.Int("operations", 0, "operations that are timed")
	warmUp := flag.Int("warm-up", 0, "operations before that, not timed")
	traced := flag.Bool("traced", false, "with the execution tracer on")
	flag.Parse()
	run, known := workloads[*name]
	if !known || *operations < 1 {
		fmt.Fprintf(os.Stderr, "no workload %q of %d operations\n", *name, *operations)
		os.Exit(2)
	}
	if *traced {
		if err := trace.Start(io.Discard); err != nil {
			panic(err)
		}
		defer trace.Stop()
	}
	if *warmUp > 0 {
		run(*warmUp)
		runtime.GC()
	}
	fmt.Println(run(*operations))
}

// ns an operation.
func perOperation(took time.Duration, operations int) float64 {
	return float64(took.Nanoseconds()) / float64(operations)
}

// Every workload calls it with its result, so that no work can be left out.
func check(got, want uint64) {
	if got != want {
		panic(fmt.Sprintf("the result is %d and should be %d", got, want))
	}
}

// The sum of the numbers below n.
func sumBelow(n int) uint64 {
	return uint64(n) * uint64(n-1) / 2
}
