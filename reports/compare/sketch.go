package compare

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"sdegauge/reports"
)

// digits are the significant digits of every sketch. Within a bucket a quantile
// is interpolated, so that it is far more certain than a bucket is wide.
const digits = 2

// exactBits are the bits of a value that its bucket keeps.
const exactBits = 8

// longest is the greatest value of a sketch, in µs.
const longest = int64(10 * time.Minute / time.Microsecond)

// countMost bounds what a file may say of a count, so that sums stay in range.
const countMost = 1 << 40

// sketch is a sample of times: buckets in order, none empty. The zero sketch is
// the empty sample.
type sketch []bucket

// bucket counts the readings from value on, in µs, to the next bucket there can
// be.
type bucket struct {
	value int64
	count int64
}

// decodeSketch reads a sketch as reports carry it; an empty text is the empty
// sample.
func decodeSketch(text string) (sketch, error) {
	if text == "" {
		return nil, nil
	}
	h, err := reports.DecodeHistogram(text)
	if err != nil {
		return nil, err
	}
	if h.SignificantFigures() != digits || h.LowestTrackableValue() != 1 {
		return nil, fmt.Errorf("a sketch has %d significant digits from %d on, not %d from 1 on",
			h.SignificantFigures(), h.LowestTrackableValue(), digits)
	}
	var s sketch
	for value, count := range h.ForEachBucket {
		if count < 0 || count > countMost || value > 2*longest {
			return nil, errors.New("a sketch counts what cannot be")
		}
		s = append(s, bucket{value, count})
	}
	return s, nil
}

// encode is the inverse of decodeSketch.
func (s sketch) encode() (string, error) {
	if len(s) == 0 {
		return "", nil
	}
	h := hdrhistogram.NewPacked(1, longest, digits)
	for _, b := range s {
		if err := h.RecordValues(b.value, b.count); err != nil {
			return "", fmt.Errorf("encode a sketch: %w", err)
		}
	}
	text, err := h.Encode()
	if err != nil {
		return "", fmt.Errorf("encode a sketch: %w", err)
	}
	return string(text), nil
}

// merged is the sample of all sketches together.
func merged(list ...sketch) sketch {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0] // sketches are never changed
	}
	half := len(list) / 2
	return merged(list[:half]...).and(merged(list[half:]...))
}

// and is the sample of two sketches.
func (s sketch) and(other sketch) sketch {
	switch {
	case len(s) == 0:
		return other
	case len(other) == 0:
		return s
	}
	sum := make(sketch, 0, max(len(s), len(other)))
	for len(s) > 0 && len(other) > 0 {
		switch a, b := s[0], other[0]; {
		case a.value < b.value:
			sum, s = append(sum, a), s[1:]
		case a.value > b.value:
			sum, other = append(sum, b), other[1:]
		default:
			sum, s, other = append(sum, bucket{a.value, a.count + b.count}), s[1:], other[1:]
		}
	}
	return append(append(sum, s...), other...)
}

// without is the sample less a part of it.
func (s sketch) without(part sketch) sketch {
	rest := make(sketch, 0, len(s))
	for _, b := range s {
		if len(part) > 0 && part[0].value == b.value {
			b.count -= part[0].count
			part = part[1:]
		}
		if b.count > 0 {
			rest = append(rest, b)
		}
	}
	return rest
}

func (s sketch) count() (n int64) {
	for _, b := range s {
		n += b.count
	}
	return n
}

// quantile is the quantile q in µs, interpolated within its bucket; the sample
// MUST not be empty.
func (s sketch) quantile(q float64) float64 { return s.at(q * float64(s.count())) }

// at is the time that a number of readings, not whole in general, are below.
func (s sketch) at(rank float64) float64 {
	rank = max(rank, 0.5) // half a reading: the least is not at the very start of its bucket
	below := 0.0
	for i, b := range s {
		if below+float64(b.count) >= rank || i == len(s)-1 {
			share := min(1, (rank-below)/float64(b.count))
			// A value is rounded to the microsecond, which is where its bucket begins.
			return max(float64(b.value)-0.5+share*b.width(), 0.25)
		}
		below += float64(b.count)
	}
	return 0
}

// width is how many microseconds the bucket spans.
func (b bucket) width() float64 {
	return float64(int64(1) << max(0, bits.Len64(uint64(b.value))-exactBits))
}
