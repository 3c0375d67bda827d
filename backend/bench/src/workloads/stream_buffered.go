package main

func streamBuffered(operations int) float64 {
	return stream(operations, 128)
}
