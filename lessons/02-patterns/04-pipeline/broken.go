// The consumer goes away and tells nobody: every stage is left behind.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func generate(words int) <-chan string {
	to := make(chan string)
	go func() {
		defer close(to)
		for n := range words {
			to <- fmt.Sprintf("word %d", n+1) // for ever, once nobody receives
		}
	}()
	return to
}

func stage(from <-chan string, change func(string) string) <-chan string {
	to := make(chan string)
	go func() {
		defer close(to)
		for word := range from {
			to <- change(word)
		}
	}()
	return to
}

func main() {
	upper := stage(generate(30), strings.ToUpper)
	lines := stage(upper, func(word string) string { return "> " + word })
	for range 5 {
		fmt.Println(<-lines)
	}
	time.Sleep(1000 * ms) // the program goes on for a while
	fmt.Println("goroutines left behind:", runtime.NumGoroutine()-1)
}
