package reports

import "github.com/HdrHistogram/hdrhistogram-go"

// fold keeps the sample as a report tells it, in about a tenth of the memory. A
// folded sample may be read and added to; the latter opens it again.
//
// Samples that were merged while they were folded are kept beside each other, and
// become one when they are folded again.
func (d *distribution) fold() {
	if d.count() == 0 || len(d.folded) == 1 {
		return
	}
	told := d.opened().withHistogram()
	d.histogram, d.folded = nil, []Quantiles{told}
}

// sample is the histogram for reading. That of a folded sample is not kept.
func (d *distribution) sample() *hdrhistogram.PackedHistogram {
	if d.histogram != nil {
		return d.histogram
	}
	var whole *hdrhistogram.PackedHistogram
	for i := range d.folded {
		one, err := DecodeHistogram(d.folded[i].Histogram)
		if err != nil {
			panic(err) // it was encoded here
		}
		if whole == nil {
			whole = one
		} else {
			whole.Merge(one)
		}
	}
	return whole
}

// open is the histogram for adding to.
func (d *distribution) open() *hdrhistogram.PackedHistogram {
	if d.histogram == nil {
		d.histogram, d.folded = d.sample(), nil
	}
	return d.histogram
}

// opened is the sample for reading several figures of it.
func (d *distribution) opened() *distribution {
	if d.histogram != nil {
		return d
	}
	return &distribution{histogram: d.sample(), sum: d.sum, greatest: d.greatest}
}

// join puts a folded sample beside one that is folded or empty, without opening
// either; it reports whether they are so.
func (d *distribution) join(other *distribution) bool {
	if other.histogram != nil || d.histogram != nil && d.count() > 0 {
		return false
	}
	d.histogram, d.folded = nil, append(d.folded[:len(d.folded):len(d.folded)], other.folded...)
	return true
}
