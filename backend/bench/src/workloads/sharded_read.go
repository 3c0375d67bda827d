package main

import "sync"

type shard struct {
	mutex   sync.RWMutex
	squares map[uint64]uint64
}

// Eight goroutines look up numbers in a map of 32 shards, each under a lock of
// its own; the FNV-1a hash of the key chooses one.
func shardedRead(operations int) float64 {
	const shards = 32
	var sharded [shards]shard
	for i := range sharded {
		sharded[i].squares = make(map[uint64]uint64)
	}
	for key := range uint64(entries) {
		sharded[fnv(key)%shards].squares[key] = key * key
	}
	return readers(operations, func(key uint64) uint64 {
		shard := &sharded[fnv(key)%shards]
		shard.mutex.RLock()
		defer shard.mutex.RUnlock()
		return shard.squares[key]
	})
}

// Over the eight bytes of the key, without the interface of hash/fnv, which
// would cost an allocation.
func fnv(key uint64) uint64 {
	hash := uint64(14695981039346656037)
	for range 8 {
		hash = (hash ^ (key & 0xff)) * 1099511628211
		key >>= 8
	}
	return hash
}
