// Two goroutines take the same two locks in opposite order.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type account struct {
	name  string
	mu    sync.Mutex
	coins int
}

func transfer(from, to *account) {
	from.mu.Lock()
	defer from.mu.Unlock()
	time.Sleep(1000 * ms)
	fmt.Printf("holds %s, wants %s\n", from.name, to.name)
	to.mu.Lock() // held by the other, who waits for ours
	defer to.mu.Unlock()
	from.coins--
	to.coins++
}

func main() {
	anna := &account{name: "anna", coins: 100}
	ben := &account{name: "ben", coins: 100}
	var both sync.WaitGroup
	both.Go(func() { transfer(anna, ben) })
	both.Go(func() { transfer(ben, anna) })
	both.Wait()
	fmt.Println("all done")
}
