// Once: ten callers need the configuration, one of them loads it.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Config struct {
	once sync.Once
	port int // 0 until it is loaded
}

func (config *Config) load() {
	fmt.Println("loading the configuration")
	time.Sleep(500 * ms) // from a disk, say
	config.port = 8080
}

func main() {
	const callers = 10
	var (
		config Config
		all    sync.WaitGroup
	)
	for id := 1; id <= callers; id++ {
		all.Go(func() {
			// The first runs load; all others wait until it is through.
			config.once.Do(config.load)
			fmt.Printf("caller %d: port %d\n", id, config.port)
		})
	}
	all.Wait()
}
