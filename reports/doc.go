// Package reports turns the readings of a run into numbers, the numbers into a
// verdict, and both into documents: tables on a terminal, report.json,
// report.html, summary.md, junit.xml, series.csv, annotations for GitHub.
//
//	reading, judgement ─► Collector ─┐
//	summary of the traffic ──────────┼─► New ─► Report ─► WriteTable, WriteJSON,
//	checks, thresholds, the run ─────┘                    WriteHTML, WriteMarkdown, Save
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
//
// Each quantile of a run comes with its 95 % confidence interval: two readings
// of the sample, by their rank, whatever the distribution. A histogram knows a
// reading to its bucket, 0.1 % wide; the interval reaches to the outer ends of
// the buckets. It is of readings that are independent. Where one waits behind
// another, as in a queue, the truth is less certain than it says.
//
// # What is doubted
//
// A run is inconclusive where the instrument was the limit. How late it may send
// is the [LagBudget]; what broke it is looked for among what was counted and
// measured of the process and its machine ([Usage]), by the tables at limits.
package reports
