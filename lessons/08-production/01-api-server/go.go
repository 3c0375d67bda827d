// An API server under load: a rate limit, a bounded queue, a time limit, and a
// stop that loses no request that was let in.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	load      = 1500 // requests a second
	duration  = 500 * time.Millisecond
	rateLimit = 1000 // requests a second
	workers   = 8
	queue     = 32
	workTime  = 10 * time.Millisecond
	timeLimit = 100 * time.Millisecond
)

type job struct {
	Numbers []float64 `json:"numbers"`
}

type sum struct {
	Sum   float64 `json:"sum"`
	Count int     `json:"count"`
}

type api struct {
	limiter  *limiter
	tasks    chan func()
	pool     sync.WaitGroup
	accepted atomic.Int64
}

func newAPI() *api {
	a := &api{
		limiter: &limiter{perSecond: rateLimit, burst: rateLimit / 50, at: time.Now()},
		tasks:   make(chan func(), queue),
	}
	for range workers {
		a.pool.Go(func() {
			for task := range a.tasks {
				task()
			}
		})
	}
	return a
}

// POST /api/process
func (a *api) process(w http.ResponseWriter, r *http.Request) {
	if !a.limiter.allow() {
		http.Error(w, "over the rate limit", http.StatusTooManyRequests)
		return
	}
	var numbers job
	if err := json.NewDecoder(r.Body).Decode(&numbers); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	// The work ends with its request: both have this context.
	ctx, cancel := context.WithTimeout(r.Context(), timeLimit)
	defer cancel()
	results := make(chan sum, 1)
	task := func() {
		if result, err := work(ctx, numbers); err == nil {
			results <- result // there is room for one: nobody is waited for
		}
	}
	select {
	case a.tasks <- task:
		a.accepted.Add(1)
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	select {
	case result := <-results:
		json.NewEncoder(w).Encode(result)
	case <-ctx.Done():
		http.Error(w, "over the time limit", http.StatusServiceUnavailable)
	}
}

// work sums the numbers up, once its database has answered.
func work(ctx context.Context, numbers job) (sum, error) {
	select {
	case <-time.After(workTime):
	case <-ctx.Done():
		return sum{}, ctx.Err()
	}
	total := sum{Count: len(numbers.Numbers)}
	for _, n := range numbers.Numbers {
		total.Sum += n
	}
	return total, nil
}

func main() {
	api := newAPI()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/process", api.process)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: mux}
	go server.Serve(listener)

	answers := send("http://" + listener.Addr().String() + "/api/process")

	// Shutdown lets no one in any more and waits for those who are in. Only
	// then may the queue be closed: nobody can be sending.
	if err := server.Shutdown(context.Background()); err != nil {
		panic(err)
	}
	close(api.tasks)
	api.pool.Wait()

	fmt.Println("200:", answers.of(http.StatusOK))
	fmt.Println("429:", answers.of(http.StatusTooManyRequests))
	fmt.Println("503:", answers.of(http.StatusServiceUnavailable))
	lost := api.accepted.Load() - answers.of(http.StatusOK) - answers.late.Load()
	fmt.Println("accepted and never answered:", lost)
}

// answers counts what came back, by status.
type answers struct {
	byStatus sync.Map // int to *atomic.Int64
	late     atomic.Int64
}

func (a *answers) of(status int) int64 {
	count, _ := a.byStatus.LoadOrStore(status, new(atomic.Int64))
	return count.(*atomic.Int64).Load()
}

func (a *answers) add(status int, body []byte) {
	count, _ := a.byStatus.LoadOrStore(status, new(atomic.Int64))
	count.(*atomic.Int64).Add(1)
	if bytes.Contains(body, []byte("time limit")) {
		a.late.Add(1)
	}
}

// send sends at a rate that does not wait for answers.
func send(url string) *answers {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	var got answers
	var requests sync.WaitGroup
	started := time.Now()
	for sent := 0; time.Since(started) < duration; {
		due := int(time.Since(started).Seconds() * load)
		for ; sent < due; sent++ {
			requests.Go(func() {
				body := bytes.NewReader([]byte(`{"numbers":[1,2,3,4]}`))
				response, err := client.Post(url, "application/json", body)
				if err != nil {
					fmt.Println(err)
					return
				}
				defer response.Body.Close()
				text, err := io.ReadAll(response.Body)
				if err != nil && !errors.Is(err, io.EOF) {
					fmt.Println(err)
				}
				got.add(response.StatusCode, text)
			})
		}
		time.Sleep(2 * time.Millisecond)
	}
	requests.Wait()
	return &got
}

// limiter is a token bucket.
type limiter struct {
	mu        sync.Mutex
	perSecond float64
	burst     float64
	tokens    float64
	at        time.Time
}

func (l *limiter) allow() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.tokens = min(l.burst, l.tokens+now.Sub(l.at).Seconds()*l.perSecond)
	l.at = now
	if l.tokens < 1 {
		return false
	}
	l.tokens--
	return true
}
