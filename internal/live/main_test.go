package live

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ms(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }

// answered is a final first attempt that left a lag after its instant and was
// answered 200 after its service time.
func answered(intended, lag, service time.Duration) *contract.Reading {
	sent := intended + lag
	return &contract.Reading{
		Attempt: 1, Final: true, Status: 200, First: intended,
		Instants: contract.Instants{Intended: intended, Dequeued: sent, Connected: sent, FirstByte: sent + service, LastByte: sent + service},
	}
}

// standing is traffic that stands where it was put; nil has not begun.
type standing struct{ at *traffic.Progress }

func (s *standing) Progress() (traffic.Progress, bool) {
	if s.at == nil {
		return traffic.Progress{}, false
	}
	return *s.at, true
}
