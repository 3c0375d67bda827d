// Several workers take from one channel; their results flow into one again.
package main

import (
	"fmt"
	"math/rand"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Square struct{ worker, n, square int }

func generate(numbers int) <-chan int {
	all := make(chan int)
	go func() {
		defer close(all)
		for n := range numbers {
			all <- n + 1
		}
	}()
	return all
}

// work takes from a channel that others take from too: who is free is next.
func work(id int, all <-chan int) <-chan Square {
	squares := make(chan Square)
	go func() {
		defer close(squares)
		for n := range all {
			time.Sleep(time.Duration(rand.Intn(100)) * ms)
			squares <- Square{id, n, n * n}
		}
	}()
	return squares
}

// merge passes every input on to one channel, and closes it after the last.
func merge(outputs []<-chan Square) <-chan Square {
	merged := make(chan Square)
	var inputs sync.WaitGroup
	for _, squares := range outputs {
		inputs.Go(func() {
			for square := range squares {
				merged <- square
			}
		})
	}
	go func() { // closer
		inputs.Wait()
		close(merged) // nobody will send any more
	}()
	return merged
}

func main() {
	const numbers, workers = 10, 3
	all := generate(numbers)
	var outputs []<-chan Square
	for id := range workers {
		outputs = append(outputs, work(id+1, all))
	}
	sum := 0
	for s := range merge(outputs) {
		fmt.Printf("%d squared is %d, says worker %d\n", s.n, s.square, s.worker)
		sum += s.square
	}
	fmt.Println("sum", sum)
}
