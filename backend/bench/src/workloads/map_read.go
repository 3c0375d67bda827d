package main

import "sync"

// Eight goroutines look up numbers in one sync.Map. Its keys and values are of
// type any; the keys are made before, since a read that makes one anew pays for
// an allocation and not for the map.
func mapRead(operations int) float64 {
	var squares sync.Map
	keys := make([]any, entries)
	for key := range uint64(entries) {
		keys[key] = key
		squares.Store(keys[key], key*key)
	}
	return readers(operations, func(key uint64) uint64 {
		value, _ := squares.Load(keys[key])
		return value.(uint64)
	})
}
