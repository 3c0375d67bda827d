// Four channels that always have a value: which does a select take?
package main

import "fmt"

func main() {
	const turns, ready = 4000, 4
	var channels [ready]chan int
	for number := range channels {
		channels[number] = make(chan int, 1)
		channels[number] <- number // from now on each has a value
	}

	var chosen [ready]int
	for range turns {
		var number int
		select {
		case number = <-channels[0]:
		case number = <-channels[1]:
		case number = <-channels[2]:
		case number = <-channels[3]:
		}
		chosen[number]++
		channels[number] <- number // ready again
	}

	fair := true
	for number, times := range chosen {
		fmt.Printf("channel %d: %d\n", number+1, times)
		// A thousand each, give or take ten standard deviations.
		fair = fair && 700 < times && times < 1300
	}
	fmt.Println("about equal:", fair)
}
