package traffic

import (
	"sync/atomic"
	"time"
)

// sinkClock times the sink: for so long a reading that has come to its end keeps
// its worker and its slot.
type sinkClock struct{ total, longest atomic.Int64 } // ns

func (c *sinkClock) add(d time.Duration) {
	c.total.Add(int64(d))
	for {
		longest := c.longest.Load()
		if int64(d) <= longest || c.longest.CompareAndSwap(longest, int64(d)) {
			return
		}
	}
}
