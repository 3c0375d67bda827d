// Whoever needs both locks takes them in one order, whatever is moved.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type account struct {
	number int // the order of the locks
	mu     sync.Mutex
	coins  int
}

func transfer(from, to *account) {
	first, second := from, to
	if to.number < from.number {
		first, second = to, from
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	time.Sleep(100 * ms)
	second.mu.Lock()
	defer second.mu.Unlock()
	from.coins--
	to.coins++
}

func main() {
	anna := &account{number: 1, coins: 100}
	ben := &account{number: 2, coins: 100}
	var both sync.WaitGroup
	both.Go(func() { transfer(anna, ben) })
	both.Go(func() { transfer(ben, anna) })
	both.Wait()
	fmt.Println("all done:", anna.coins, ben.coins)
}
