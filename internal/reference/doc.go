// Package reference is a server that keeps the whole contract of Update Session
// and Create Session, with switches that make it slow or faulty on purpose. It
// serves three uses: the target of a run that names none, a mock for the tests
// of a client, and the opponent of the checks. So that it can disagree with
// them it shares nothing with them but the field table of package contract: it
// reads requests with a validator of its own.
//
// One request's way through the server:
//
//	request ─► body read, bounded
//	              │ PUT only
//	              ▼
//	           switches: stall ─► outage ─► queue ─► latency ─► errors
//	              │
//	              ▼
//	           path ─► account ─► version ─► visitor ─► session ─► body
//	              │                                                 │
//	              ▼ the first that fails                            ▼ nothing failed
//	           400, 401, 404 with an envelope                 stored as a whole, 200, no byte
//
// A [Deviation] makes the server break the contract, or read it otherwise, in a
// chosen way; package deviations is a catalogue of them. [Control] gives tools
// what no client of the call has: failures on demand, sessions grown old, and
// what is stored.
//
// Create Session has no switches but the cold account, which is asked after the
// version. A body that cannot be received — too large, too slow, badly framed —
// is a broken body, and counts last like any other.
//
// # What it does where the specification is silent
//
// The specification lists the statuses and maps no fault to any of them. The
// server answers as the sibling APIs do: 404 with code 6, 37, 39 or 12 for an
// account, visitor or session that is not there (VIS, MO), 400 with code 33 for
// a version and 400 with code 5 for everything else (MO). Then:
//
//   - JSON is read strictly: no comment, no byte-order mark, no duplicate
//     member, no text that is not UTF-8, no lone surrogate, nothing after the
//     object; names keep their letter case.
//   - null is not a value of any field but those only ever seen as null.
//   - Members the table does not know are read, must be JSON, and are ignored.
//   - A value outside the documented ones is refused; those that only the read
//     side knows are accepted. An integer may be written 30.0 (S:L83).
//   - pageId must be one the session was given, an older one included.
//   - The ids of an impression may be left out; the ones that are there must be
//     those of the session's engagement. Its validForSeconds is not enforced.
//   - Repeated query parameters must agree.
//   - Content-Type, Content-Encoding and Authorization are not looked at, so
//     there is no 401 but an injected one.
//   - An accepted update, and Create Session with live ids, start the idle time
//     anew; a refused update does not.
//   - A method other than PUT and POST is answered 405, a path outside the API
//     404, both with an envelope.
//   - No message repeats what the client sent.
package reference
