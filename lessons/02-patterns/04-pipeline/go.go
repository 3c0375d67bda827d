// Stages in a row: the slowest sets the pace, and a context ends them all.
package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func generate(ctx context.Context, words int, to chan<- string) {
	defer close(to)
	for n := range words {
		time.Sleep(10 * ms)
		select {
		case to <- fmt.Sprintf("word %d", n+1):
		case <-ctx.Done():
			return
		}
	}
}

// stage takes a word, works on it, passes it on; until there are no more, or
// the context ends. Whatever it waits for, it waits for the context too.
func stage(ctx context.Context, from <-chan string, to chan<- string,
	takes time.Duration, change func(string) string) {
	defer close(to) // the next stage ends too
	for {
		var word string
		select {
		case next, open := <-from:
			if !open {
				return
			}
			word = next
		case <-ctx.Done():
			return
		}
		time.Sleep(takes) // works on it
		select {
		case to <- change(word):
		case <-ctx.Done():
			return
		}
	}
}

func main() {
	const words, take, capacity = 30, 5, 1
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // in any case
	first := make(chan string, capacity)
	second := make(chan string, capacity)
	lines := make(chan string, capacity)

	var stages sync.WaitGroup
	stages.Go(func() { generate(ctx, words, first) })
	stages.Go(func() { stage(ctx, first, second, 50*ms, strings.ToUpper) })
	stages.Go(func() {
		stage(ctx, second, lines, 20*ms, func(word string) string { return "> " + word })
	})

	taken := 0
	for line := range lines {
		fmt.Println(line)
		if taken++; taken == take {
			break // that is enough
		}
	}
	cancel()
	stages.Wait()
	fmt.Println("all stages have ended")
}
