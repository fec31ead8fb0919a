// Package compare judges whether a server got worse: it holds the runs of a new
// build against those of a base, quantity by quantity, each change with an
// interval and a verdict at a margin.
//
//	report.json, folder, baseline ─► Run ─┐
//	                                      ├─► Compare ─► Comparison ─► text, Markdown, JSON
//	                              options ┘
//
// # Units of replication
//
// Readings of one run are alike: they share a machine in a mood, a heap, a layout
// of memory. A thousand of them tell little of the next run, and an interval that
// takes them for independent cries wolf. So the unit is the run; and within a run
// a batch of at least five seconds, because neighbouring seconds are alike too.
//
// A quantile is that of all readings of a side together; quantiles are never
// averaged. Its change is the logarithm of new over base, and how certain that is
// comes from leaving out one run at a time (a jackknife), and inside each run one
// batch at a time.
//
// # One run a side
//
// One run cannot see how runs differ. Then what runs of this instrument usually
// differ by stands in, a [quantity.spread], and counts as if it had been seen in
// [priorRuns] runs more. Each run that is given takes weight from it: with two
// sides of six the runs' own spread has more than half. This is the moderated t
// statistic of Smyth (2004), with the batches' variance beside the prior.
//
// # Verdicts
//
//	regressed   the change is at least the margin, and surely above zero
//	not worse   the change is surely below the margin
//	undecided   neither
//
// Surely above zero is a doubt of 3 in 1,000 for each quantity, so that of a
// hundred comparisons of equal servers, each of them of all quantities, at most
// one is a false alarm; surely below the margin is a doubt of 1 in 20. A
// simulation among the tests measures what comes of it.
//
// # Two servers by turns
//
// Where both were live and had their blocks by turns, [Paired] holds block against
// block: a pair, not a run, is then the unit of replication.
package compare
