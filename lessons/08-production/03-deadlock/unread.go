// Main waits for those who wait for main: nobody reads the channel.
package main

import (
	"fmt"
	"sync"
)

func main() {
	receipts := make(chan int)
	var clerks sync.WaitGroup
	for id := 1; id <= 2; id++ {
		clerks.Go(func() {
			receipts <- id // waits for a reader
		})
	}
	clerks.Wait() // who waits here cannot read
	close(receipts)
	for id := range receipts {
		fmt.Println("receipt", id)
	}
}
