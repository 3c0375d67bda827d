// Each function uses the end that it does not have. The compiler refuses it.
package main

func produce(numbers chan<- int) {
	n := <-numbers // it may only send
	numbers <- n
}

func consume(squares <-chan int) {
	squares <- 1   // it may only receive
	close(squares) // and closing is for those who send
}

func main() {
	numbers := make(chan int)
	go produce(numbers)
	consume(numbers)
}
