package traffic

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStagesUntil: two open stages of 10/s for 2 s and 20/s for 1 s, then a
// closed one.
func TestStagesUntil(t *testing.T) {
	plan := Plan{Stages: []Stage{
		{Name: "warm", Arrival: Constant, Rate: 10, Duration: 2 * time.Second, WarmUp: true},
		{Name: "open", Arrival: Constant, Rate: 20, Duration: time.Second},
		{Name: "closed", Arrival: Closed, Workers: 2, Duration: time.Second},
	}}
	for _, row := range []struct {
		reason    string
		elapsed   time.Duration
		total     uint64
		sent      []uint64
		scheduled []uint64
		unsent    []uint64
	}{
		{"nothing has begun", 0, 0, nil, []uint64{0, 0, 0}, []uint64{0, 0, 0}},
		{"in the first stage, one behind", time.Second, 0, []uint64{9}, []uint64{10, 0, 0}, []uint64{1, 0, 0}},
		{"in the second", 2500 * time.Millisecond, 0, []uint64{20, 10}, []uint64{20, 10, 0}, []uint64{0, 0, 0}},
		{"more known to be sent than was due", time.Second, 0, []uint64{11}, []uint64{11, 0, 0}, []uint64{0, 0, 0}},
		{"a closed stage asks for what it sends", time.Hour, 0, []uint64{20, 20, 77}, []uint64{20, 20, 77}, []uint64{0, 0, 0}},
		{"the limit ends the schedule", time.Hour, 25, []uint64{20, 5}, []uint64{20, 5, 0}, []uint64{0, 0, 0}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			p := plan
			p.Limits.Total = row.total
			stages, err := StagesUntil(p, row.elapsed, row.sent)
			require.NoError(t, err)
			require.Len(t, stages, 3)
			for i, s := range stages {
				assert.Equal(t, row.scheduled[i], s.Scheduled, s.Name)
				assert.Equal(t, row.unsent[i], s.Unsent, s.Name)
				assert.Equal(t, s.Scheduled, s.Sent+s.Unsent, s.Name)
			}
			assert.Equal(t, 2*time.Second, stages[1].Start)
			assert.True(t, stages[0].WarmUp)
		})
	}
	_, err := StagesUntil(Plan{Stages: []Stage{{Arrival: "odd", Duration: 1}}}, 0, nil)
	require.ErrorContains(t, err, "no arrival process")
}
