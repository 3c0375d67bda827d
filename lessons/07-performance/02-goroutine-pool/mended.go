// The same with a round-robin that is one, and workers that steal.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Task func()

// Pool keeps all queues under one lock: short, and enough to steal by.
type Pool struct {
	lock   sync.Mutex
	work   *sync.Cond
	queues [][]Task
	next   int
	closed bool
	done   []int
	stolen []int
	all    sync.WaitGroup
}

func NewPool(workers int) *Pool {
	pool := &Pool{
		queues: make([][]Task, workers),
		done:   make([]int, workers),
		stolen: make([]int, workers),
	}
	pool.work = sync.NewCond(&pool.lock)
	for id := range workers {
		pool.all.Go(func() {
			for {
				task, from := pool.take(id)
				if task == nil {
					return
				}
				if from != id {
					pool.stolen[id]++
				}
				task()
				pool.done[id]++
			}
		})
	}
	return pool
}

// Submit gives tasks out in turn. Whoever idles is called.
func (pool *Pool) Submit(task Task) {
	pool.lock.Lock()
	defer pool.lock.Unlock()
	id := pool.next % len(pool.queues)
	pool.next++
	pool.queues[id] = append(pool.queues[id], task)
	pool.work.Signal()
}

// take returns the next task of worker id: its own, or another's.
func (pool *Pool) take(id int) (Task, int) {
	pool.lock.Lock()
	defer pool.lock.Unlock()
	for {
		for offset := range pool.queues {
			from := (id + offset) % len(pool.queues)
			if queue := pool.queues[from]; len(queue) > 0 {
				pool.queues[from] = queue[1:]
				return queue[0], from
			}
		}
		if pool.closed {
			return nil, id
		}
		pool.work.Wait()
	}
}

func (pool *Pool) Shutdown() {
	pool.lock.Lock()
	pool.closed = true
	pool.work.Broadcast()
	pool.lock.Unlock()
	pool.all.Wait()
}

func main() {
	pool := NewPool(4)
	for id := range 40 {
		takes := 100 * ms
		if id == 0 {
			takes = 1000 * ms // the slow one
		}
		pool.Submit(func() { time.Sleep(takes) })
		time.Sleep(40 * ms)
	}
	pool.Shutdown()

	total := 0
	for id, done := range pool.done {
		fmt.Printf("worker %d did %d tasks, %d of them stolen\n", id+1, done, pool.stolen[id])
		total += done
	}
	fmt.Println(total, "tasks in all")
}
