// A queue for each worker, and a dispatcher that always looks from the first.
package main

import (
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

type Task func()

type Worker struct {
	tasks chan Task
	done  int
}

type Pool struct {
	workers []*Worker
	all     sync.WaitGroup
}

func NewPool(workers, queue int) *Pool {
	pool := &Pool{}
	for range workers {
		worker := &Worker{tasks: make(chan Task, queue)}
		pool.workers = append(pool.workers, worker)
		pool.all.Go(func() {
			for task := range worker.tasks {
				task()
				worker.done++
			}
		})
	}
	return pool
}

// Submit looks for room from worker 1 on. All full: it waits for worker 1,
// whoever else may get room meanwhile.
func (pool *Pool) Submit(task Task) {
	for _, worker := range pool.workers {
		select {
		case worker.tasks <- task:
			return
		default:
		}
	}
	pool.workers[0].tasks <- task
}

func (pool *Pool) Shutdown() {
	for _, worker := range pool.workers {
		close(worker.tasks)
	}
	pool.all.Wait()
}

func main() {
	pool := NewPool(4, 8)
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
	for number, worker := range pool.workers {
		fmt.Printf("worker %d did %d tasks\n", number+1, worker.done)
		total += worker.done
	}
	fmt.Println(total, "tasks in all")
}
