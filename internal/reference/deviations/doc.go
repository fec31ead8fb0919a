// Package deviations is the catalogue of servers that differ from the reference
// server on purpose, in one way each. Mutants break a requirement and have to be
// caught; innocents do what the contract leaves open and have to pass. Both keep
// whoever judges servers honest.
//
// The catalogue knows the reference server's hooks and nothing of the checks. So
// that no entry is an empty promise, each carries a [Probe]: requests that the
// deviating server answers differently from the unmodified one.
package deviations
