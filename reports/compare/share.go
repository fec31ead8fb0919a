package compare

import "math"

// shares are the unexpected updates of a side.
type shares struct {
	updates, unexpected float64
	// crowding is how much more they vary from batch to batch than independent
	// ones would, as a factor of the variance; at least 1.
	crowding float64
}

func (s shares) share() float64 {
	if s.updates == 0 {
		return 0
	}
	return s.unexpected / s.updates
}

// sharesOf counts a side.
func sharesOf(runs []Run) shares {
	s := shares{crowding: 1}
	var batches []Batch
	for _, r := range runs {
		for _, b := range r.Batches {
			s.updates += float64(b.Updates)
			s.unexpected += float64(b.Unexpected)
			if b.Updates > 0 {
				batches = append(batches, b)
			}
		}
	}
	p := s.share()
	if p <= 0 || p >= 1 || len(batches) < 2 {
		return s
	}
	squares := 0.0
	for _, b := range batches {
		n := float64(b.Updates)
		excess := float64(b.Unexpected) - n*p
		squares += excess * excess / (n * p * (1 - p))
	}
	s.crowding = max(1, squares/float64(len(batches)-1))
	return s
}

// wilson is the score interval of a share, each end missed with a doubt that z
// stands for. It is sound for shares near and at 0.
func (s shares) wilson(z float64) (low, high float64) {
	n, p := s.updates/s.crowding, s.share()
	if n <= 0 {
		return 0, 1
	}
	centre := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	whole := 1 + z*z/n
	return max(0, (centre-half)/whole), min(1, (centre+half)/whole)
}

// shareChange is by how much the share grew, with an end at each side missed by
// its own doubt: Newcombe's interval of a difference.
func shareChange(base, changed shares, zLow, zHigh float64) (change, from, to float64) {
	pb, pc := base.share(), changed.share()
	lowC, _ := changed.wilson(zLow)
	_, highB := base.wilson(zLow)
	_, highC := changed.wilson(zHigh)
	lowB, _ := base.wilson(zHigh)
	change = pc - pb
	return change, change - math.Hypot(pc-lowC, highB-pb), change + math.Hypot(highC-pc, pb-lowB)
}

// times are the shares of a side n times as large.
func (s shares) times(n float64) shares {
	s.updates *= n
	s.unexpected *= n
	return s
}
