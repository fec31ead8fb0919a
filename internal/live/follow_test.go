package live

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/traffic"
)

// recorder is a display that remembers.
type recorder struct {
	shown  []time.Duration
	closed []bool
}

func (r *recorder) Show(v View)      { r.shown = append(r.shown, v.Elapsed) }
func (r *recorder) Close(ended bool) { r.closed = append(r.closed, ended) }

// clock is traffic that began at an instant.
type clock struct{ began time.Time }

func (c clock) Progress() (traffic.Progress, bool) {
	elapsed := time.Since(c.began)
	return traffic.Progress{Elapsed: elapsed, Planned: time.Minute}, elapsed >= 0
}

func TestFollow(t *testing.T) {
	for _, test := range []struct {
		name  string
		ended bool
		shown []time.Duration
	}{
		{"to its end, and that too", true, []time.Duration{ms(100), ms(300), ms(500), ms(700), ms(701)}},
		{"until an interrupt", false, []time.Duration{ms(100), ms(300), ms(500), ms(700)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				var d recorder
				stop, err := Follow(ctx, Run{Stages: stages, Traffic: clock{time.Now().Add(300 * time.Millisecond)}, Meter: NewMeter()}, &d)
				require.NoError(t, err)
				time.Sleep(time.Second + time.Millisecond)
				if !test.ended {
					interrupt()
					time.Sleep(time.Second)
				}
				stop()
				assert.Equal(t, test.shown, d.shown, "nothing before it began, nothing after it ended")
				assert.Equal(t, []bool{test.ended}, d.closed)
			})
		})
	}
	_, err := Follow(t.Context(), Run{Stages: []traffic.Stage{{Arrival: "gallop", Duration: 1}}, Meter: NewMeter()}, &recorder{})
	assert.ErrorContains(t, err, "gallop")
}
