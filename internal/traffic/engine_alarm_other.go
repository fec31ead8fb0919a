//go:build !linux

package traffic

import "time"

// alarm does nothing here: timers are as precise as the system makes them.
type alarm struct{}

func newAlarm() alarm           { return alarm{} }
func (alarm) set(time.Duration) {}
func (alarm) close()            {}
