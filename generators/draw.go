package generators

import (
	"math/bits"
	"math/rand/v2"
)

// The streams of one seq. They are independent, so that a valid twin is made of
// the same draws as the fault it belongs to.
const (
	bodyStream  uint64 = 0
	pickStream  uint64 = 0x9e3779b97f4a7c15
	faultStream uint64 = 0xd1b54a32d192ed03
)

// draw is the random stream of one update.
type draw struct{ pcg rand.PCG }

// start places the stream at the beginning of update seq.
func (d *draw) start(seed, stream, seq uint64) { d.pcg.Seed(seed^stream, seq) }

// below is uniform in [0, n); n is positive.
func (d *draw) below(n int) int {
	high, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(high)
}

// between is uniform in [low, high].
func (d *draw) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true in percent of a hundred draws.
func (d *draw) chance(percent int) bool { return d.below(100) < percent }

// The alphabets of observed ids.
const (
	digits   = "0123456789"
	alphanum = digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "abcdefghijklmnopqrstuvwxyz"
)

// append adds n characters of an alphabet to b.
func (d *draw) append(b []byte, n int, alphabet string) []byte {
	for range n {
		b = append(b, alphabet[d.below(len(alphabet))])
	}
	return b
}

// text is n characters of an alphabet.
func (d *draw) text(n int, alphabet string) string {
	return string(d.append(make([]byte, 0, n), n, alphabet))
}
