// Tasks over several processes: leases, heartbeats, and one that is killed.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

const (
	workers   = 3
	tasks     = 24
	takes     = 40 * time.Millisecond
	heartbeat = 20 * time.Millisecond
	lease     = 200 * time.Millisecond
)

// message is what a worker says: alive, or done with a task under a lease.
type message struct {
	done        bool
	task, token int
}

// desk has the tasks, and what has become of them.
type desk struct {
	tasks   chan int
	settled chan struct{}

	mu      sync.Mutex
	tokens  int         // leases so far
	token   map[int]int // the latest lease of each task
	effects map[int]int
}

// lease gives a task to a worker. Older leases count no more.
func (d *desk) lease(task int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tokens++
	d.token[task] = d.tokens
	return d.tokens
}

// finish is the effect of a task, unless its lease has passed to another.
func (d *desk) finish(task, token int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.token[task] != token {
		fmt.Println("a late result, refused")
		return
	}
	d.effects[task]++
	if len(d.effects) == tasks {
		close(d.settled)
	}
}

func (d *desk) putBack(task int) {
	d.mu.Lock()
	d.token[task] = 0
	d.mu.Unlock()
	d.tasks <- task // there is room for every task
}

// keep keeps one worker process busy until every task is settled.
func keep(d *desk, name string, orders io.WriteCloser, heard <-chan message) {
	defer orders.Close()
	for {
		var task int
		select {
		case task = <-d.tasks:
		case <-d.settled:
			return
		}
		token := d.lease(task)
		fmt.Fprintln(orders, task, token)

		timer := time.NewTimer(lease)
		for working := true; working; {
			select {
			case said := <-heard:
				if said.done {
					d.finish(said.task, said.token)
					working = false
				} else {
					timer.Reset(lease)
				}
			case <-timer.C:
				fmt.Printf("%s: the lease of a task ran out\n", name)
				d.putBack(task)
				return // this worker is given up
			}
		}
		timer.Stop()
	}
}

func main() {
	if len(os.Args) > 1 {
		work()
		return
	}
	d := &desk{
		tasks:   make(chan int, tasks),
		settled: make(chan struct{}),
		token:   map[int]int{},
		effects: map[int]int{},
	}
	for task := 1; task <= tasks; task++ {
		d.tasks <- task
	}
	var keepers sync.WaitGroup
	var processes []*exec.Cmd
	for number := 1; number <= workers; number++ {
		name := fmt.Sprintf("worker %d", number)
		process, orders, heard := start()
		processes = append(processes, process)
		keepers.Go(func() { keep(d, name, orders, heard) })
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Println("worker 1 is killed")
	processes[0].Process.Kill()

	keepers.Wait()
	for _, process := range processes {
		process.Wait()
	}
	twice := 0
	for _, times := range d.effects {
		if times > 1 {
			twice++
		}
	}
	fmt.Printf("%d of %d tasks done, %d of them twice\n", len(d.effects), tasks, twice)
}

// start starts this program once more, as a worker.
func start() (*exec.Cmd, io.WriteCloser, <-chan message) {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	process := exec.Command(self, "worker")
	orders, err := process.StdinPipe()
	if err != nil {
		panic(err)
	}
	output, err := process.StdoutPipe()
	if err != nil {
		panic(err)
	}
	if err := process.Start(); err != nil {
		panic(err)
	}
	heard := make(chan message, 64)
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			var said message
			n, _ := fmt.Sscanf(lines.Text(), "done %d %d", &said.task, &said.token)
			said.done = n == 2
			heard <- said
		}
		// A closed pipe is our luck: over a network nothing tells.
	}()
	return process, orders, heard
}

// work is the life of a worker process.
func work() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		for left := takes; left > 0; left -= heartbeat {
			time.Sleep(min(left, heartbeat))
			fmt.Println("beat")
		}
		fmt.Println("done", lines.Text())
	}
}
