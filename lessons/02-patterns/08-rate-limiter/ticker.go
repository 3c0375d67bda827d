// A ticker as a limiter: one tick at most is kept, and none is there at first.
package main

import (
	"fmt"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

func main() {
	const wave, waves = 8, 3
	ticker := time.NewTicker(1000 * ms)
	defer ticker.Stop() // the book forgets it
	for number := 1; number <= waves; number++ {
		allowed := 0
		for range wave {
			select {
			case <-ticker.C:
				allowed++
			default: // refused
			}
		}
		fmt.Printf("wave %d: %d of %d let through\n", number, allowed, wave)
		time.Sleep(6000 * ms) // nobody comes: five ticks are lost
	}
}
