package main

import "time"

// One publisher, eight subscribers with a buffer of 128 each; every message
// goes to all of them. One delivery is an operation. By hand, over channels: the
// library has no such part.
func pubSub8(operations int) float64 {
	const subscribers = 8
	messages := (operations + subscribers - 1) / subscribers
	var subscriptions []chan uint64
	sums := make(chan uint64, subscribers)
	start := time.Now()
	for range subscribers {
		subscription := make(chan uint64, 128)
		subscriptions = append(subscriptions, subscription)
		go func() {
			sum := uint64(0)
			for message := range subscription {
				sum += message
			}
			sums <- sum
		}()
	}
	for message := range messages {
		for _, subscription := range subscriptions {
			subscription <- uint64(message)
		}
	}
	for _, subscription := range subscriptions {
		close(subscription)
	}
	sum := uint64(0)
	for range subscribers {
		sum += <-sums
	}
	took := time.Since(start)
	check(sum, subscribers*sumBelow(messages))
	return perOperation(took, subscribers*messages)
}
