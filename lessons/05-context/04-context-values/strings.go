// The same with a string as key, which two packages happened to choose.
package main

import (
	"context"
	"fmt"
)

// As a package would have it. (Staticcheck warns: SA1029.)
const id = "id"

func authenticate(ctx context.Context, user int) context.Context {
	return context.WithValue(ctx, id, user)
}

func trace(ctx context.Context, request int) context.Context {
	return context.WithValue(ctx, id, request) // hides the user above
}

func handle(ctx context.Context, n int) {
	user, _ := ctx.Value(id).(int)
	request, _ := ctx.Value(id).(int)
	fmt.Printf("request %d: user %d, request id %d\n", n, user, request)
}

func main() {
	server := context.Background()
	for n := 1; n <= 3; n++ {
		ctx := trace(authenticate(server, 100+n), 7000+n)
		handle(ctx, n)
	}
}
