// Operations on channels in several states: those that come back.
package main

import "fmt"

func main() {
	open := make(chan int, 1)
	open <- 42
	fmt.Println("open: sent")

	value, ok := <-open
	fmt.Println("full: received", value, ok)

	open <- 42
	close(open)
	value, ok = <-open
	fmt.Println("closed with a value: received", value, ok)
	value, ok = <-open
	fmt.Println("closed: received", value, ok)

	var never chan int // nil
	select {
	case never <- 1:
		fmt.Println("nil: sent")
	default:
		fmt.Println("nil: default")
	}

	full := make(chan int, 1)
	full <- 42
	select {
	case full <- 1:
		fmt.Println("full: sent")
	default:
		fmt.Println("full: default")
	}
}
