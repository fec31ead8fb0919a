package checks

import (
	"bytes"
	"math"
	"math/bits"
)

// integral reads a JSON number exactly, without a float in between: 1e3 and 5.0
// have an integral value, 5.5 has not. fits is false where the integral value
// lies outside int64. text must be a number by JSON's grammar.
//
// The number is digits × 10^exponent; with the trailing zeros of digits moved
// into the exponent, it is integral exactly when that is not negative.
//
//	1469543282471.00  →  146954328247100 × 10^-2  →  1469543282471 × 10^0
func integral(text []byte) (value int64, whole, fits bool) {
	negative := text[0] == '-'
	if negative {
		text = text[1:]
	}
	exponent := int64(0)
	if e := bytes.IndexAny(text, "eE"); e >= 0 {
		exponent = decimal(text[e+1:])
		text = text[:e]
	}
	var n magnitude
	fraction := false
	for _, c := range text {
		if c == '.' {
			fraction = true
			continue
		}
		n.digit(c)
		if fraction {
			exponent--
		}
	}
	if n.zero() {
		return 0, true, true
	}
	exponent += n.zeros
	if exponent < 0 {
		return 0, false, false
	}
	n.scale(exponent)
	return n.signed(negative)
}

// magnitude is an unsigned integer read digit by digit, its trailing zeros kept
// apart so that 1 followed by a million zeros, and then e-1000000, is 1.
type magnitude struct {
	value uint64
	over  bool
	zeros int64
}

func (m *magnitude) zero() bool { return m.value == 0 && !m.over }

func (m *magnitude) digit(c byte) {
	if c == '0' {
		if !m.zero() {
			m.zeros++
		}
		return
	}
	m.scale(m.zeros)
	m.zeros = 0
	m.times(10)
	m.value += uint64(c - '0')
}

// scale multiplies by 10^n.
func (m *magnitude) scale(n int64) {
	for ; n > 0 && !m.over; n-- {
		m.times(10)
	}
}

func (m *magnitude) times(k uint64) {
	high, low := bits.Mul64(m.value, k)
	// A value that leaves int64 never comes back into it, so one bit of room
	// above int64 keeps the sum with a digit from wrapping.
	if high != 0 || low > math.MaxInt64+1 {
		m.over = true
		return
	}
	m.value = low
}

func (m *magnitude) signed(negative bool) (value int64, whole, fits bool) {
	switch {
	case m.over:
		return 0, true, false
	case negative && m.value <= 1<<63:
		return -int64(m.value), true, true // -(1<<63) wraps onto itself
	case !negative && m.value <= math.MaxInt64:
		return int64(m.value), true, true
	default:
		return 0, true, false
	}
}

// decimal reads a signed exponent, held within ±2^40: far beyond what any
// number of digits that fits into memory could make up for.
func decimal(text []byte) int64 {
	const bound = 1 << 40
	negative := text[0] == '-'
	if negative || text[0] == '+' {
		text = text[1:]
	}
	var n int64
	for _, c := range text {
		n = min(n*10+int64(c-'0'), bound)
	}
	if negative {
		return -n
	}
	return n
}
