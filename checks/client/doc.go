// Package client judges the retry behaviour of a client of the Update Session
// call: a server answers it by scripts, and what the client then sends, and
// when, is held against a retry policy (S:L111–116, requirements RT-01 to
// RT-20).
//
// Every script lives under an account id of its own, so that all run at once:
//
//	client ──► server ──► trial of the account ──► attempts ──► judge ──► Report
//	   ▲                        │ the next step
//	   └────────────────────────┘
//
// # What is measured
//
// A pause counts from the end of an answer to the arrival of the next request.
// The server takes the first instant before it hands over the last byte, so
// that the way there and back is part of the pause and no client is called
// early that was not. Early is a failure, late is a warning.
//
// # When a script is over
//
// An answer that should be the last is followed by a watch of 20 s and the
// tolerance: whoever goes on counting 5, 10, 15 comes back after 20. The same
// watch follows the pause of an answer that should be repeated; then the client
// is said to have given up. Scripts of the specification's policy so take at
// most 51 s. A command that has ended sends nothing more, which ends its script
// at once: then the whole takes little over 30 s. However short the time scale,
// the watch is at least 5 s.
//
// A step that no client asked for has not happened: a script without a call is
// inconclusive, never passed.
package client
