// High before low: look at high by itself, then wait for both. A closed channel
// becomes nil, and the loop ends when both are.
package main

import "fmt"

func main() {
	const values = 5
	high := make(chan int, values)
	low := make(chan int, values)
	for n := 1; n <= values; n++ {
		low <- n
		high <- n
	}
	close(high)
	close(low)

	for high != nil || low != nil {
		select {
		case n, ok := <-high:
			if !ok {
				high = nil // closed: as nil it is never ready again
				continue
			}
			fmt.Println("high", n)
			continue
		default: // nothing high at this moment
		}
		select {
		case n, ok := <-high:
			if !ok {
				high = nil
				continue
			}
			fmt.Println("high", n)
		case n, ok := <-low:
			if !ok {
				low = nil
				continue
			}
			fmt.Println("low", n)
		}
	}
	fmt.Println("the loop ends")
}
