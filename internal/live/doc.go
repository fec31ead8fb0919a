// Package live shows a run while it lasts: on a terminal as a block of lines that
// is drawn again and again, elsewhere as a plain line now and then, and to
// Prometheus as metrics.
//
//	reading ──► Meter ──┐ what came back
//	Progress ───────────┼─► watch ─► View ─► Screen, Lines
//	schedule ───────────┘                └─► Server: /metrics
//
// It counts what the report counts, warm-up included, but apart from it: the
// report's collector is never asked while readings come in. Times are known to a
// bucket, 2 % wide. What is shown here decides nothing.
package live
