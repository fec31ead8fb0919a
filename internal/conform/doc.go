// Package conform carries the conformance suite to its reports: it finds the way
// to each target or starts the reference server, gives the suite its sessions
// and hooks, and holds what it found against a behaviour lock and waivers. It
// decides nothing itself.
//
// It stands beside package run, which does the same for a load, and takes the
// way to a target from there.
package conform
