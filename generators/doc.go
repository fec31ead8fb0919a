// Package generators makes the bodies and requests of a run: valid updates with
// values from gofakeit, and faults — valid updates with one deliberate defect,
// each tied to the requirement that it probes.
//
// Everything here is a pure function of (seed, seq, session). A [Generator]
// draws its vocabulary (names, products, sentences …) from gofakeit once, by
// the seed; each update then picks from it with a generator of its own, seeded
// by (seed, seq):
//
//	seed ──► gofakeit ──► vocabulary ─┐
//	seed, seq ──► PCG ──► choices ────┼──► body
//	session ──► live ids ─────────────┘
//
// So update N is the same whichever goroutine makes it, whatever was made
// before it and wherever a run starts. The values change between versions of
// gofakeit: who keeps a seed keeps the version with it.
//
// A [Mix] is the weighted choice among classes and faults that a run sends.
package generators
