// A buffer that nobody cleared: the next one finds what the last one wrote.
package main

import (
	"bytes"
	"fmt"
	"sync"
)

func main() {
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	stale := 0
	for n := 1; n <= 8; n++ {
		message := buffers.Get().(*bytes.Buffer)
		// message.Reset() belongs here.
		fmt.Fprintf(message, "[hello %d]", n)
		fmt.Printf("message %d: %s\n", n, message)
		if message.String() != fmt.Sprintf("[hello %d]", n) {
			stale++
		}
		buffers.Put(message)
	}
	fmt.Println("some had another's words:", stale > 0)
}
