// One topic, two subscribers, one of them slow: what happens at its full queue.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Policy int

const (
	DropNewest Policy = iota
	DropOldest
	Block
)

type Subscription struct {
	news               chan int
	policy             Policy
	delivered, dropped int
}

type Topic struct {
	mu          sync.Mutex
	closed      bool
	subscribers map[string]*Subscription
}

var (
	errClosed    = errors.New("the topic is closed")
	errDuplicate = errors.New("there is a subscriber of that id")
)

func (topic *Topic) Subscribe(id string, capacity int, policy Policy) (*Subscription, error) {
	topic.mu.Lock()
	defer topic.mu.Unlock()
	if topic.closed {
		return nil, errClosed
	}
	if topic.subscribers[id] != nil {
		return nil, errDuplicate
	}
	s := &Subscription{news: make(chan int, capacity), policy: policy}
	topic.subscribers[id] = s
	return s, nil
}

// Publish gives the message to all. One publisher at a time: it holds the lock,
// also while a subscriber blocks it.
func (topic *Topic) Publish(message int) error {
	topic.mu.Lock()
	defer topic.mu.Unlock()
	if topic.closed {
		return errClosed
	}
	for _, s := range topic.subscribers {
		s.offer(message)
	}
	return nil
}

func (s *Subscription) offer(message int) {
	if s.policy == Block {
		s.news <- message
		s.delivered++
		return
	}
	for {
		select {
		case s.news <- message:
			s.delivered++
			return
		default: // full
		}
		if s.policy == DropNewest {
			s.dropped++
			return
		}
		select {
		case <-s.news: // the oldest makes room
			s.delivered--
			s.dropped++
		default: // the reader was quicker
		}
	}
}

func (topic *Topic) Close() {
	topic.mu.Lock()
	defer topic.mu.Unlock()
	topic.closed = true
	for _, s := range topic.subscribers {
		close(s.news)
	}
}

func main() {
	const messages, capacity, policy = 20, 4, DropNewest
	topic := &Topic{subscribers: map[string]*Subscription{}}
	var all sync.WaitGroup
	for id, work := range map[string]time.Duration{"quick": 10 * ms, "slow": 200 * ms} {
		s, err := topic.Subscribe(id, capacity, policy)
		if err != nil {
			continue
		}
		all.Go(func() {
			for range s.news {
				time.Sleep(work)
			}
			fmt.Printf("%s: sum %d\n", id, s.delivered+s.dropped)
			fmt.Printf("%s lost some: %t\n", id, s.dropped > 0)
		})
	}
	if _, err := topic.Subscribe("slow", capacity, policy); err != nil {
		fmt.Println("a second slow is refused:", err)
	}

	for message := range messages {
		if err := topic.Publish(message + 1); err != nil {
			break
		}
		time.Sleep(50 * ms)
	}
	topic.Close() // they still read what is in their queues
	all.Wait()
}
