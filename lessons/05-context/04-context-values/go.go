// Values in a context, each under a key of a type of its own.
package main

import (
	"context"
	"fmt"
)

// Types that no other package can name, so no other can have the same key.
type userKey struct{}
type requestKey struct{}

func authenticate(ctx context.Context, user int) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

func trace(ctx context.Context, request int) context.Context {
	return context.WithValue(ctx, requestKey{}, request)
}

func handle(ctx context.Context, id int) {
	user, _ := ctx.Value(userKey{}).(int)
	request, _ := ctx.Value(requestKey{}).(int)
	fmt.Printf("request %d: user %d, request id %d\n", id, user, request)
}

func main() {
	server := context.Background()
	for id := 1; id <= 3; id++ {
		ctx := trace(authenticate(server, 100+id), 7000+id)
		handle(ctx, id)
	}
}
