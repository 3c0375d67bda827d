// A send on a nil channel waits for ever; so does a receive.
package main

func main() {
	var never chan int // nil
	never <- 1
}
