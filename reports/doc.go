// Package reports turns the readings of a run into numbers, the numbers into a
// verdict, and both into documents: tables on a terminal, report.json,
// summary.md.
//
//	reading, judgement ─► Collector ─┐
//	summary of the traffic ──────────┼─► New ─► Report ─► WriteTable, WriteJSON,
//	checks, thresholds, the run ─────┘                    WriteMarkdown, Save
//
// The [Report] is the one source of every document and is report.json itself:
// what a document shows can be made again from the file. It drives nothing and
// knows no scenario.
//
// # What is counted
//
// An update is counted when it is final, an attempt whenever it ended. Totals
// cover everything that was on the wire, warm-up included, so that they can be
// held against the server's own count; every other number is of the measured
// stages only.
//
// # What is timed
//
// Response and service time are those of the attempts that got a complete
// response, and of those that ran into the time-out, which waited at least so
// long: to leave them out would flatter the server that answers least. An
// attempt that failed in another way has no response time and is found among
// the failures. Lag is the lag of every attempt.
//
// Quantiles come from HDR histograms, which merge exactly; they are never
// averaged, and never given where the sample is too small ([Needs]).
package reports
