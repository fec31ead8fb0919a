package traffic

import (
	"math/rand/v2"
	"sort"
	"sync/atomic"
	"time"
)

// poisson starts updates independently of one another: the gaps between them
// are exponential. A Poisson process has no memory, so the stage is cut into
// chunks that are drawn each from its own generator, seeded by the run, the
// stage and the chunk. That makes any instant computable from its number alone:
//
//	chunk     0           1           2           3
//	      |· ··   · |   ·   · ·|·    ·     |  ··  ·· ·|
//	before    0           4          7          9       14
type poisson struct {
	rate  float64 // updates a second
	seed  uint64
	chunk time.Duration
	end   time.Duration
	// before[k] counts the updates of the chunks before k; the last entry all.
	before []uint64
	// last is the chunk looked at last: instants are asked for in order.
	last atomic.Pointer[poissonChunk]
}

type poissonChunk struct {
	first uint64
	at    []time.Duration
}

// chunkUpdates bounds the mean number of updates in a chunk, and so what the
// one update pays that is the first of it to be looked at.
const chunkUpdates = 1000

func newPoisson(s Stage, seed uint64, index int) *poisson {
	p := &poisson{rate: s.Rate, seed: seed ^ scatter(uint64(index)), chunk: time.Second, end: s.Duration}
	for p.rate*p.chunk.Seconds() > chunkUpdates {
		p.chunk /= 2
	}
	chunks := int((s.Duration-1)/p.chunk) + 1
	p.before = make([]uint64, chunks+1)
	for k := range chunks {
		p.before[k+1] = p.before[k]
		p.walk(k, func(time.Duration) { p.before[k+1]++ })
	}
	return p
}

// walk draws the instants of chunk k in order.
func (p *poisson) walk(k int, visit func(time.Duration)) {
	if p.rate == 0 {
		return
	}
	r := rand.New(rand.NewPCG(p.seed, scatter(uint64(k))))
	start := time.Duration(k) * p.chunk
	end := min(start+p.chunk, p.end)
	mean := 1e9 / p.rate // ns
	for ns := r.ExpFloat64() * mean; ns < float64(end-start); ns += r.ExpFloat64() * mean {
		visit(start + time.Duration(ns))
	}
}

func (p *poisson) At(i uint64) time.Duration {
	c := p.last.Load()
	if c == nil || i < c.first || i >= c.first+uint64(len(c.at)) {
		if i >= p.before[len(p.before)-1] {
			return p.end
		}
		k := sort.Search(len(p.before), func(k int) bool { return p.before[k] > i }) - 1
		c = &poissonChunk{p.before[k], make([]time.Duration, 0, p.before[k+1]-p.before[k])}
		p.walk(k, func(at time.Duration) { c.at = append(c.at, at) })
		p.last.Store(c)
	}
	return c.at[i-c.first]
}

func (p *poisson) Len() (uint64, bool) { return p.before[len(p.before)-1], true }

// scatter spreads neighbouring numbers over 64 bits (the finalizer of
// SplitMix64), so that neighbouring chunks share nothing.
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
