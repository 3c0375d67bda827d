// The cancel function is thrown away: go vet says so.
package main

import (
	"context"
	"fmt"
	"time"
)

func query(ctx context.Context) {
	ctx, _ = context.WithTimeout(ctx, time.Minute) // its timer stays for a minute
	select {
	case <-time.After(time.Millisecond):
		fmt.Println("done")
	case <-ctx.Done():
	}
}

func main() {
	query(context.Background())
}
