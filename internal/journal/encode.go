package journal

import (
	"encoding/binary"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// The flags of a kind.
const (
	flagWarmUp = 1 << iota
	flagFinal
	flagAsExpected
	flagTruncated
)

// encoder writes readings into a block. Kinds outlive the block.
type encoder struct {
	block    []byte
	kinds    map[string]uint64 // encoded kind → its number, from 1
	seq      uint64            // of the reading before, in this block
	intended time.Duration
}

// begin starts a new block in buf.
func (e *encoder) begin(buf []byte) {
	e.block, e.seq, e.intended = buf, 0, 0
}

// appendReading appends a reading and, where it is new, its kind, as appendKind
// writes it.
//
// The numbers are differences, for they are small: seq and intended from the
// reading before, each other instant from the one before it that was reached.
// An instant that was not reached is 0, another one its difference plus 1. A
// retry also has what came before it.
func (e *encoder) appendReading(kind []byte, r *contract.Reading) {
	n, known := e.kinds[string(kind)]
	if !known {
		n = e.define(kind)
	}
	b := binary.AppendUvarint(e.block, n)
	b = binary.AppendVarint(b, int64(r.Case.Seq-e.seq))
	b = binary.AppendVarint(b, int64(r.Intended-e.intended))
	e.seq, e.intended = r.Case.Seq, r.Intended
	last := max(0, r.Intended)
	for _, at := range [...]time.Duration{r.Dequeued, r.Connected, r.FirstByte, r.LastByte} {
		if at < 0 {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, zigzag(int64(at-last))+1)
		last = at
	}
	if r.Attempt > 1 {
		b = binary.AppendVarint(b, int64(r.Intended-r.First))
		b = binary.AppendVarint(b, int64(r.Intended-r.PriorEnd))
		b = binary.AppendVarint(b, int64(r.Pause))
	}
	b = binary.AppendUvarint(b, uint64(len(r.Case.Body)))
	e.block = binary.AppendUvarint(b, uint64(len(r.Body)))
}

// define writes a kind and returns its number.
func (e *encoder) define(kind []byte) uint64 {
	if e.kinds == nil || len(e.kinds) == maxKinds {
		e.kinds = make(map[string]uint64)
	}
	n := uint64(len(e.kinds)) + 1
	e.kinds[string(kind)] = n
	e.block = append(e.block, 0)
	e.block = binary.AppendUvarint(e.block, uint64(len(kind)))
	e.block = append(e.block, kind...)
	return n
}

// appendKind writes everything about a reading that is not a number of its own.
func appendKind(b []byte, r *contract.Reading, j *checks.Judgement) []byte {
	c := r.Case
	b = append(b, flag(r.WarmUp, flagWarmUp)|flag(r.Final, flagFinal)|flag(j.AsExpected, flagAsExpected)|flag(r.Truncated, flagTruncated),
		byte(r.Failure), byte(j.Verdict))
	b = binary.AppendVarint(b, int64(r.Stage))
	b = binary.AppendVarint(b, int64(r.Attempt))
	b = binary.AppendVarint(b, int64(r.Status))
	for _, s := range [...]string{c.Method, c.Class, c.Fault, c.Expect.Requirement} {
		b = appendString(b, s)
	}
	for i := range j.Findings {
		f := &j.Findings[i]
		b = append(b, byte(f.Level), byte(f.Verdict))
		b = appendString(b, f.Requirement)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	if len(s) < 1<<7 { // the same, faster
		return append(append(b, byte(len(s))), s...)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func flag(on bool, bit byte) byte {
	if on {
		return bit
	}
	return 0
}

// zigzag makes a small number of one that is near 0.
func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }

func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }
