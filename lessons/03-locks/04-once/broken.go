// A flag in place of a Once: several callers find it unset and load.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Config struct {
	loaded bool
	port   int // 0 until it is loaded
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
			if !config.loaded { // looks …
				config.load()
				config.loaded = true // … and acts, long after
			}
			fmt.Printf("caller %d: port %d\n", id, config.port)
		})
	}
	all.Wait()
}
