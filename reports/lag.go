package reports

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"sdegauge/internal/figure"
)

// LagLimit is how late the instrument may send before its readings are doubted.
// The zero value stands for 99 % of sends within a millisecond.
type LagLimit struct {
	Share  float64 // of the sends that have to be in time, from 0 to 1
	Within time.Duration
}

// The lag limit where none is given.
const (
	defaultLagShare  = 0.99
	defaultLagWithin = time.Millisecond
)

// intervalShare is the share of the mean interval between sends by which a send
// may be late in any case: a slow schedule is not harmed by what would harm a
// fast one.
const intervalShare = 0.01

// LagBudget is how late sends of the measured stages were allowed to be, and
// were.
type LagBudget struct {
	// Share of the sends has to leave at most WithinMS after its instant; WithinMS
	// is the scenario's, or a hundredth of the mean interval between sends where
	// that is longer.
	Share    float64 `json:"share"`
	WithinMS float64 `json:"within_ms"`
	Sends    uint64  `json:"sends"`
	Late     uint64  `json:"late"`
	// Allowed is how many of the sends might be late, rounded up: one late send of
	// forty proves nothing.
	Allowed uint64 `json:"allowed"`
}

// At is the limit as it is held against sends at a rate, in sends a second; 0 is a
// rate that nobody knows.
func (l LagLimit) At(perSecond float64) LagLimit {
	if l.Share <= 0 {
		l.Share = defaultLagShare
	}
	if l.Within <= 0 {
		l.Within = defaultLagWithin
	}
	if perSecond > 0 {
		l.Within = max(l.Within, time.Duration(intervalShare/perSecond*float64(time.Second)))
	}
	return l
}

// Allowed is how many of n sends may be late.
func (l LagLimit) Allowed(n uint64) uint64 {
	// 1-0.99 is a little more than 0.01, and must not allow another send.
	return uint64(math.Ceil((1-l.Share)*float64(n) - 1e-6))
}

// held counts the late sends of a sample that was scheduled at a rate.
func (l LagLimit) held(lag *distribution, perSecond float64) LagBudget {
	l = l.At(perSecond)
	within := micros(l.Within)
	n := lag.count()
	return LagBudget{
		Share: l.Share, WithinMS: millis(within), Sends: n, Late: n - lag.atMost(within),
		Allowed: l.Allowed(n),
	}
}

// broken reports whether more sends were late than might be.
func (b LagBudget) broken() bool { return b.Late > b.Allowed }

// text tells of late sends.
func (b LagBudget) text(lag *Quantiles) string {
	text := fmt.Sprintf("%s of %s left more than %s ms late",
		figure.Share(b.Late, b.Sends), figure.CountOf(b.Sends, "send"), strconv.FormatFloat(b.WithinMS, 'f', -1, 64))
	if lag != nil && lag.P99MS != nil {
		text += fmt.Sprintf(" (p99 %s ms)", figure.Number(*lag.P99MS, 2))
	}
	return text
}
