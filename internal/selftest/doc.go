// Package selftest proves the instrument on the machine it runs on. Servers
// whose times and answers are known beforehand are measured by whole runs — the
// same generators, engine, transport, checks and report that measure a target —
// and what the report says is held against the truth:
//
//	experiment ─► scenario ─► run ─► report ─► rows: truth, reading, bounds ─► verdict
//	                           │
//	                    server of known truth
//
// Then the ceiling is searched: the highest rate at which the sends are still in
// time against a server that costs next to nothing. Rows and ceiling together
// are a [Calibration], which later reports quote.
//
// # Bounds
//
// Every row has bounds, and says why they lie where they lie. Three kinds of
// error are allowed for, and no other:
//
//   - Chance: a sample differs from its distribution. The bounds hold 99.9 % of
//     samples of that size. Seeds are fixed, so a row that passed passes again.
//   - The way to the server and back: a timer fires late and a socket takes
//     time, never early; so a time may be up to 2 ms or 1 % above the truth, the
//     larger of the two.
//   - The histogram: its resolution is 0.1 %, the most a time may be below.
//
// Counts may not differ at all. A time out of bounds is a failure of the
// instrument, unless its own lag was above 1 ms meanwhile: then the machine was
// too busy to say, and the row is inconclusive.
package selftest
