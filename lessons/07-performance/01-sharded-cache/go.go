// A map under one lock against a map of many shards with a lock each.
package main

import (
	"fmt"
	"hash/maphash"
	"sync"
	"time"
)

type shard struct {
	sync.RWMutex
	values map[string]uint64
	_      [96]byte // its neighbour is on another cache line
}

type ShardedMap struct {
	shards []shard
	seed   maphash.Seed
}

func NewShardedMap(shards int) *ShardedMap {
	m := &ShardedMap{shards: make([]shard, shards), seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].values = make(map[string]uint64)
	}
	return m
}

// of finds the shard of a key. It allocates nothing, unlike fnv.New32.
func (m *ShardedMap) of(key string) *shard {
	return &m.shards[maphash.String(m.seed, key)%uint64(len(m.shards))]
}

func (m *ShardedMap) Get(key string) uint64 {
	shard := m.of(key)
	shard.RLock()
	defer shard.RUnlock()
	return shard.values[key]
}

func (m *ShardedMap) Add(key string, delta uint64) {
	shard := m.of(key)
	shard.Lock()
	defer shard.Unlock()
	shard.values[key] += delta
}

const (
	goroutines = 8
	each       = 50_000
	writes     = 10 // in a hundred
)

// measure returns the time of one operation. One shard is one lock.
func measure(shards int, keys []string) time.Duration {
	cache := NewShardedMap(shards)
	for _, key := range keys {
		cache.Add(key, 0) // a full map: reads find something
	}

	var all sync.WaitGroup
	start := time.Now()
	for id := range goroutines {
		all.Go(func() {
			for n := range each {
				key := keys[(id*each+n)*389%len(keys)] // made before the clock starts
				if n*37%100 < writes {
					cache.Add(key, 1)
				} else {
					cache.Get(key)
				}
			}
		})
	}
	all.Wait()
	return time.Since(start) / (goroutines * each)
}

func main() {
	keys := make([]string, 1024)
	for number := range keys {
		keys[number] = fmt.Sprintf("user:%d", number)
	}
	fmt.Println(len(keys), "keys")
	fmt.Println("one lock:", measure(1, keys), "an operation")
	fmt.Println("32 shards:", measure(32, keys), "an operation")
}
