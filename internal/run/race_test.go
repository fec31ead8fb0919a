//go:build race

package run_test

// raceDetector says that the race detector is on: everything takes ten times as
// long.
const raceDetector = true
