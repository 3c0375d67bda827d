// The five operations of sync.Map.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var (
		ages sync.Map
		all  sync.WaitGroup
	)
	for name, age := range map[string]int{"ann": 31, "ben": 27, "cid": 44} {
		all.Go(func() { ages.Store(name, age) })
	}
	all.Wait()

	age, ok := ages.Load("ann")
	fmt.Println("Load ann:", age, ok)
	age, ok = ages.Load("dan")
	fmt.Println("Load dan:", age, ok)

	// One step: of several that come at once, one stores and the others load.
	age, loaded := ages.LoadOrStore("ben", 99)
	fmt.Printf("LoadOrStore ben: %v, was there: %t\n", age, loaded)
	age, loaded = ages.LoadOrStore("dan", 52)
	fmt.Printf("LoadOrStore dan: %v, was there: %t\n", age, loaded)

	age, ok = ages.LoadAndDelete("cid")
	fmt.Println("LoadAndDelete cid:", age, ok)

	left := 0
	ages.Range(func(name, age any) bool {
		fmt.Printf("Range: %v is %v\n", name, age) // in no certain order
		left++
		return true // go on
	})
	fmt.Println("left:", left)
}
