package reference

import "math/rand/v2"

// stream keeps the draws for different purposes apart.
type stream uint64

// The streams; any distinct numbers would do.
const (
	streamSession stream = 0x5e55_1000 + iota
	streamLatency
	streamService
	streamErrors
)

// source is the n-th source of a stream. Every draw is a function of the seed
// and a number, never of what was drawn before, so order of execution between
// goroutines does not matter.
func source(seed uint64, s stream, n uint64) *rand.PCG {
	return rand.NewPCG(seed^uint64(s)*0x9e3779b97f4a7c15, n)
}

// uniform is the n-th uniform number of a stream, strictly between 0 and 1.
func uniform(seed uint64, s stream, n uint64) float64 {
	src := source(seed, s, n)
	src.Uint64() // neighbouring seeds differ little before the first step
	return (float64(src.Uint64()>>11) + 0.5) / (1 << 53)
}
