package reports

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The words and the length of the V2 encoding's header.
const (
	sketchCookie     = uint32(hdrhistogram.V2EncodingCookieBase | 0x10)
	compressedCookie = uint32(hdrhistogram.V2CompressedEncodingCookieBase | 0x10)
	sketchHeader     = 40
)

// sketchEncoder writes histograms in HDR's compressed V2 encoding. The library
// does so as well, with a new compressor of 0.8 MB for each; a report has
// thousands of histograms of some hundred bytes.
type sketchEncoder struct {
	plain, packed bytes.Buffer
	zip           *zlib.Writer
	scratch       []byte
}

// sketchEncoders are those that wait to be used again: a compressor is large, and
// keeps nothing of what it compressed.
var sketchEncoders = make(chan *sketchEncoder, 4)

func newSketchEncoder() *sketchEncoder {
	e := new(sketchEncoder)
	// A level that exists gives no error. A report of a long run has thousands of
	// sketches: the quickest will do.
	e.zip, _ = zlib.NewWriterLevel(&e.packed, zlib.BestSpeed)
	return e
}

// encodeSketch is the histogram as [DecodeHistogram] reads it.
func encodeSketch(h *hdrhistogram.PackedHistogram) string {
	var e *sketchEncoder
	select {
	case e = <-sketchEncoders:
	default:
		e = newSketchEncoder()
	}
	text := e.encode(h)
	select {
	case sketchEncoders <- e:
	default:
	}
	return text
}

func (e *sketchEncoder) encode(h *hdrhistogram.PackedHistogram) string {
	e.counts(h)
	header := make([]byte, 0, sketchHeader)
	header = binary.BigEndian.AppendUint32(header, sketchCookie)
	header = binary.BigEndian.AppendUint32(header, uint32(e.plain.Len()))
	header = binary.BigEndian.AppendUint32(header, 0) // offset of the first bucket
	header = binary.BigEndian.AppendUint32(header, uint32(h.SignificantFigures()))
	header = binary.BigEndian.AppendUint64(header, uint64(h.LowestTrackableValue()))
	header = binary.BigEndian.AppendUint64(header, uint64(h.HighestTrackableValue()))
	header = binary.BigEndian.AppendUint64(header, math.Float64bits(1)) // values are integers

	e.packed.Reset()
	e.packed.Write(make([]byte, 8)) // for the cookie and the length
	e.zip.Reset(&e.packed)
	_, _ = e.zip.Write(header) // it writes to memory
	_, _ = e.zip.Write(e.plain.Bytes())
	_ = e.zip.Close()
	all := e.packed.Bytes()
	binary.BigEndian.PutUint32(all, compressedCookie)
	binary.BigEndian.PutUint32(all[4:], uint32(len(all)-8))
	return base64.StdEncoding.EncodeToString(all)
}

// counts writes the counts of the buckets in order, each as a varint, and where
// several are empty their negative number.
func (e *sketchEncoder) counts(h *hdrhistogram.PackedHistogram) {
	e.plain.Reset()
	exact := bits.Len64(uint64(2*math.Pow10(int(h.SignificantFigures())) - 1))
	next := 0
	for value, count := range h.ForEachBucket {
		index := bucketIndex(value, exact)
		switch gap := index - next; gap {
		case 0:
		case 1:
			e.varint(0)
		default:
			e.varint(-int64(gap))
		}
		e.varint(count)
		next = index + 1
	}
}

// bucketIndex is the place of a value's bucket: 1 << exact of a unit each, then
// half as many for each doubling.
func bucketIndex(value int64, exact int) int {
	shift := max(0, bits.Len64(uint64(value))-exact)
	half := 1 << (exact - 1)
	return (shift+1)*half + int(value>>shift) - half
}

// varint appends a number in zigzag order, seven bits a byte. HDR's differs from
// Go's in the ninth byte, which counts never reach: 1<<55 readings.
func (e *sketchEncoder) varint(v int64) {
	e.scratch = binary.AppendVarint(e.scratch[:0], v)
	e.plain.Write(e.scratch)
}
