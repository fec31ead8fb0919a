package journal

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// Entry is one reading as the log holds it, and what the checks said of it. It
// is valid until the next call of [Scanner.Next].
//
// Of the case there are seq, class, fault, method and the requirement of its
// expectation; of the response its status; of a finding all but its texts. An
// instant that was not reached is −1.
type Entry struct {
	Reading   contract.Reading
	Judgement checks.Judgement
	// BytesOut and BytesIn are the lengths of the bodies.
	BytesOut, BytesIn uint64
}

// errBlock says that a block whose sum is right does not hold what a writer
// writes.
var errBlock = errors.New("a block of readings cannot be understood")

// maxCounted bounds the numbers of stages and of attempts.
const maxCounted = 1 << 16

// kind is a decoded kind: the parts of an entry that it has in common with
// others.
type kind struct {
	reading   contract.Reading
	expect    contract.Case
	judgement checks.Judgement
}

// decoder reads blocks. Kinds outlive the block.
type decoder struct {
	rest     []byte // of the block at hand
	bad      bool
	kinds    []kind
	seq      uint64
	intended time.Duration
	entry    Entry
	theCase  contract.Case
}

// begin starts to read a block.
func (d *decoder) begin(block []byte) {
	d.rest, d.bad, d.seq, d.intended = block, false, 0, 0
}

// next reads the block's next reading; nil at its end.
func (d *decoder) next() (*Entry, error) {
	for len(d.rest) > 0 {
		n := d.uvarint()
		if n == 0 && !d.bad {
			if !d.define() {
				return nil, errBlock
			}
			continue
		}
		if d.bad || n > uint64(len(d.kinds)) {
			return nil, errBlock
		}
		if d.reading(&d.kinds[n-1]); d.bad {
			return nil, errBlock
		}
		return &d.entry, nil
	}
	return nil, nil
}

// reading undoes appendReading.
func (d *decoder) reading(k *kind) {
	e := &d.entry
	e.Reading, e.Judgement, d.theCase = k.reading, k.judgement, k.expect
	e.Reading.Case = &d.theCase
	d.seq += uint64(d.varint())
	d.intended += time.Duration(d.varint())
	d.theCase.Seq, e.Reading.Intended = d.seq, d.intended
	last := max(0, d.intended)
	r := &e.Reading
	for _, at := range [...]*time.Duration{&r.Dequeued, &r.Connected, &r.FirstByte, &r.LastByte} {
		u := d.uvarint()
		if *at = -1; u == 0 {
			continue
		}
		if *at = last + time.Duration(unzigzag(u-1)); *at < 0 {
			d.bad = true
		}
		last = *at
	}
	if r.First = r.Intended; r.Attempt > 1 {
		r.First = r.Intended - time.Duration(d.varint())
		r.PriorEnd = r.Intended - time.Duration(d.varint())
		r.Pause = time.Duration(d.varint())
	}
	e.BytesOut, e.BytesIn = d.uvarint(), d.uvarint()
}

// define reads a kind and keeps it.
func (d *decoder) define() bool {
	text := d.text()
	if d.bad {
		return false
	}
	k, ok := decodeKind(text)
	if !ok {
		return false
	}
	if len(d.kinds) == maxKinds {
		d.kinds = d.kinds[:0]
	}
	d.kinds = append(d.kinds, k)
	return true
}

// decodeKind undoes appendKind.
func decodeKind(text []byte) (kind, bool) {
	d := decoder{rest: text}
	flags, failure, verdict := d.byte(), d.byte(), d.byte()
	k := kind{
		reading: contract.Reading{
			WarmUp: flags&flagWarmUp != 0, Final: flags&flagFinal != 0, Truncated: flags&flagTruncated != 0,
			Failure: contract.Failure(failure), Stage: d.int(), Attempt: d.int(), Status: d.int(),
		},
		expect: contract.Case{
			Method: string(d.text()), Class: string(d.text()), Fault: string(d.text()),
			Expect: contract.Expectation{Requirement: string(d.text())},
		},
		judgement: checks.Judgement{Verdict: contract.Verdict(verdict), AsExpected: flags&flagAsExpected != 0},
	}
	for len(d.rest) > 0 && !d.bad {
		level, verdict := d.byte(), d.byte()
		k.judgement.Findings = append(k.judgement.Findings, checks.Finding{
			Requirement: string(d.text()), Level: contract.Level(level), Verdict: contract.Verdict(verdict),
		})
		d.bad = d.bad || contract.Verdict(verdict) > contract.Fail
	}
	// What becomes the length of a list is held within reason.
	d.bad = d.bad || contract.Verdict(verdict) > contract.Fail ||
		k.reading.Stage < 0 || k.reading.Stage > maxCounted || k.reading.Attempt < 0 || k.reading.Attempt > maxCounted
	return k, !d.bad
}

func (d *decoder) byte() byte {
	if len(d.rest) == 0 {
		d.bad = true
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	d.take(n)
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	d.take(n)
	return v
}

// int is a number that an int of any machine holds.
func (d *decoder) int() int {
	v := d.varint()
	d.bad = d.bad || v < math.MinInt32 || v > math.MaxInt32
	return int(v)
}

// text is a string of bytes with its length before it.
func (d *decoder) text() []byte {
	n := d.uvarint()
	if d.bad || n > uint64(len(d.rest)) {
		d.bad = true
		return nil
	}
	text := d.rest[:n]
	d.rest = d.rest[n:]
	return text
}

// take goes on by n bytes; n is 0 or less where a number was not whole.
func (d *decoder) take(n int) {
	if n <= 0 {
		d.bad, d.rest = true, nil
		return
	}
	d.rest = d.rest[n:]
}
