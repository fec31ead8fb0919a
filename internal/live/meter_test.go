package live

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"sdegauge/internal/contract"
)

func TestMeter(t *testing.T) {
	m := NewMeter()
	m.Take(answered(0, ms(1), ms(4)), true)
	m.Take(answered(0, ms(1), ms(4)), false)

	retried := answered(0, ms(1), ms(4))
	retried.Final, retried.Status = false, 503
	m.Take(retried, false)

	timeout := answered(0, ms(1), ms(4000))
	timeout.Status, timeout.Failure = 0, contract.FailTimeout
	m.Take(timeout, false)

	refused := answered(0, ms(1), ms(4))
	refused.Status, refused.Failure = 0, contract.FailRefused
	m.Take(refused, false)

	odd := answered(0, ms(1), ms(4))
	odd.Status = 7_000
	m.Take(odd, false)

	unsent := &contract.Reading{Failure: contract.FailInterrupted, Instants: contract.Instants{Dequeued: -1, LastByte: -1}}
	m.Take(unsent, false)

	c := m.Counts()
	assert.EqualValues(t, 5, c.Updates)
	assert.EqualValues(t, 1, c.AsExpected)
	assert.EqualValues(t, 4, c.Unexpected())
	assert.Equal(t, map[int]uint64{200: 2, 503: 1, 0: 1}, c.Statuses)
	assert.Equal(t, map[contract.Failure]uint64{contract.FailTimeout: 1, contract.FailRefused: 1, contract.FailInterrupted: 1}, c.Failures)
	assert.EqualValues(t, 6, c.Lag.Count(), "whatever was sent")
	assert.EqualValues(t, 5, c.Response.Count(), "what was answered, and the time-out")
	assert.Equal(t, 4*ms(5)+ms(4001), c.Response.Sum)
	assert.Equal(t, 4*ms(4)+ms(4000), c.Service.Sum)
}

func TestMeterLosesNothing(t *testing.T) {
	m := NewMeter()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 1000 {
				m.Take(answered(0, ms(0.1), time.Duration(i)*time.Microsecond), i%2 == 0)
				if i%100 == 0 {
					c := m.Counts()
					assert.LessOrEqual(t, c.AsExpected, c.Updates)
				}
			}
		})
	}
	all.Wait()
	c := m.Counts()
	assert.EqualValues(t, 4000, c.Updates)
	assert.EqualValues(t, 2000, c.AsExpected)
	assert.EqualValues(t, 4000, c.Response.Count())
	assert.EqualValues(t, 4000, c.Statuses[200])
}

func BenchmarkMeter(b *testing.B) {
	m := NewMeter()
	r := answered(0, ms(0.1), ms(3))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Take(r, true)
		}
	})
}
