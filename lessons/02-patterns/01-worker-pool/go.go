// A worker pool: a fixed number of workers and a queue of bounded length.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// The book's waits, ten times faster.
const ms = time.Millisecond / 10

var errShut = errors.New("the pool is shut down")

type Task func() error

type Pool struct {
	tasks   chan Task
	door    chan struct{} // holds one token while the pool takes tasks
	workers sync.WaitGroup
}

func Start(workers, queue int, results chan<- error) *Pool {
	pool := &Pool{
		tasks: make(chan Task, queue),
		door:  make(chan struct{}, 1),
	}
	pool.door <- struct{}{}
	for range workers {
		pool.workers.Go(func() {
			for task := range pool.tasks {
				results <- run(task)
			}
		})
	}
	return pool
}

// run turns a panic of the task into an error. The worker lives on.
func run(task Task) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panicked: %v", cause)
		}
	}()
	return task()
}

// Submit waits while the queue is full; it refuses once the pool is shut.
func (pool *Pool) Submit(task Task) error {
	if _, open := <-pool.door; !open {
		return errShut
	}
	pool.tasks <- task
	pool.door <- struct{}{}
	return nil
}

// ShutDown takes no more tasks, and waits until those in the queue are done.
func (pool *Pool) ShutDown() {
	if _, open := <-pool.door; open {
		close(pool.door)
		close(pool.tasks)
	}
	pool.workers.Wait()
}

func main() {
	const workers, queue, tasks = 5, 100, 100
	const failingEvery, panickingEvery = 30, 50
	results := make(chan error)
	pool := Start(workers, queue, results)
	start := time.Now()

	task := func(id int) Task {
		return func() error {
			time.Sleep(100 * ms)
			if id%panickingEvery == 0 {
				panic(fmt.Sprintf("task %d divides by zero", id))
			}
			if id%failingEvery == 0 {
				return fmt.Errorf("failed: task %d found no file", id)
			}
			return nil
		}
	}

	go func() { // submitter
		for id := 1; id <= tasks; id++ {
			if err := pool.Submit(task(id)); err != nil {
				fmt.Println(err)
			}
		}
		pool.ShutDown()
		close(results)
	}()

	done := 0
	for err := range results {
		if err != nil {
			fmt.Println(err)
		} else {
			done++
		}
	}
	fmt.Printf("%d of %d tasks done in %.0f ms\n", done, tasks, time.Since(start).Seconds()*1000)

	if err := pool.Submit(task(tasks + 1)); err != nil {
		fmt.Println("refused:", err)
	}
}
