package main

import "fmt"

func main() {
	values := make(chan int, 3)
	go func() {
		defer close(values)
		for value := 1; value <= 5; value++ {
			values <- value
		}
	}()
	for value := range values {
		fmt.Println("received", value)
	}
}
