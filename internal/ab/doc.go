// Package ab holds two servers against each other while both are live: short
// blocks of a scenario's load go to the one and to the other by turns, so that a
// noisy machine hits both alike.
//
//	base  ▇▇▇▇      ▇▇▇▇      ▇▇▇▇▇▇▇▇      …
//	new       ▇▇▇▇▇▇    ▇▇▇▇▇▇        ▇▇▇▇▇▇
//	pair  ─── 1 ─── ─── 2 ─── ─── 3 ─── ─ 4 ─
//
// Two neighbouring blocks are a pair. Both send the same bodies at the same
// instants, each in sessions of its server; which of the two goes first follows
// the sequence of Thue and Morse (ABBA BAAB …), which keeps drifts of any simple
// form out of the difference. The pair is the unit of replication; what is said of
// pairs is said by [compare.Paired].
//
// # When it ends
//
// After every few pairs the answer is looked at. Looking often makes false alarms
// likelier, so each look may be only so unsure that all of them together keep the
// doubt of one comparison (see boundary). The first look with an answer ends the
// run: a quantity regressed, or all that are gated did not. Otherwise the time
// ends it.
//
// # What keeps it honest
//
// A pair in which the instrument sent late is dropped and counted; where a quarter
// is, nothing is said. Base blocks against base blocks measure false alarms with
// the noise of this very run (see [Control]); where there are more than 1 in 100, a
// regression is not called one.
package ab
