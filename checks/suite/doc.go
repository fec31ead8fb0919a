// Package suite is the conformance suite: it asks a server every requirement of
// the contract, one by one, and says with evidence which of them hold.
//
//	row ─► cases ─► probe ─► requests ─► server
//	                              │
//	        verdicts ◄─ checks judge every answer
//
// A [Row] is one requirement with its cases; the rows stand in one file per
// section of the contract. [Run] probes the cases of the rows that are asked
// for, several at a time, each with sessions of its own where state matters, and
// returns a [Report]. What an answer means is never decided by a case itself
// where the shared rules can: an expectation goes with each request, and
// [checks.Judge] holds the answer against it.
//
// Three kinds of rows:
//
//   - generated: the request is a fault or a valid update of package generators,
//     sent right after its valid twin on the same session and connection
//   - scripted: a function sends what has to be sent, in order
//   - gathered: no request of its own; judged on the answers to all other cases
package suite
