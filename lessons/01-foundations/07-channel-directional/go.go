// The two ends of a channel, handed to functions.
package main

import (
	"fmt"
	"sync"
)

// produce has the end that sends. It can send and close, and nothing else.
func produce(numbers chan<- int, values int) {
	for n := 1; n <= values; n++ {
		numbers <- n
	}
	close(numbers) // whoever sends says that no more will come
}

// square receives from one channel and sends to another.
func square(numbers <-chan int, squares chan<- int) {
	for n := range numbers {
		squares <- n * n
	}
}

// consume has the end that receives. It cannot even close it.
func consume(squares <-chan int) {
	for square := range squares {
		fmt.Println("received", square)
	}
}

func main() {
	const values, squarers, capacity = 6, 1, 0
	numbers := make(chan int, capacity)
	squares := make(chan int, capacity)
	var squaring, all sync.WaitGroup

	all.Go(func() { produce(numbers, values) })
	for range squarers {
		squaring.Go(func() { square(numbers, squares) })
	}
	all.Go(func() { consume(squares) })

	squaring.Wait()
	close(squares) // several may send: it is closed when the last is done
	all.Wait()
}
