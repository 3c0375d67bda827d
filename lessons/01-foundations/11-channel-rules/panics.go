// Operations on channels in several states: those that panic.
package main

import "fmt"

func main() {
	closed := make(chan int, 1)
	close(closed)
	var never chan int // nil

	try(func() { closed <- 1 })
	try(func() { close(closed) })
	try(func() { close(never) })
}

// try prints what the call panics with.
func try(call func()) {
	defer func() { fmt.Println(recover()) }()
	call()
}
