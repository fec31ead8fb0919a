// Package expect says what must, may and must not come back for a request as it
// goes on the wire. It looks at the final bytes alone: how a request was made,
// and what its maker claims of it, is not an argument here, for an edit can turn
// out harmless and a shrinking step can take a defect away.
//
// Two readers judge each request, written independently of one another:
//
//	           body                               target
//	[ByTable]  a tolerant parser of its own,      taken apart byte by byte
//	           then contract's field table
//	[BySchema] repaired until encoding/json       matched by regular expressions
//	           reads it, then two JSON Schemas
//	           written by hand
//
// [Derive] believes them where they agree. Where they do not, the mistake is
// this program's own and nothing may be concluded about a server.
//
// # Three answers
//
// Where the documents are silent, nothing can be expected. So each reader asks
// twice: is the request valid by everything that is written (Accept), and would
// even the most tolerant reading refuse it (Refuse)? In between lies Open:
//
//	number where T has text     a mapper may coerce it     Open
//	object where T has text     nothing explains it        Refuse
//	pageId twice                first wins, last wins, or  Open, unless both
//	                            the body is refused        readings are refused
//
// A defect counts whatever else is odd: an unknown member excuses no missing
// total. What makes the body unreadable as such — a coding, a charset, more
// than 64 KiB, more than 64 levels — leaves it Open.
package expect

import (
	"fmt"

	"sdegauge/internal/contract"
)

// Request is a request as it goes on the wire.
type Request struct {
	Method string
	// Target is the request target: path and query, percent-encoded as sent.
	Target string
	// Header are the header fields; nil stands for [contract.DefaultHeader].
	Header []contract.HeaderField
	Body   []byte
}

// Of is the request of a case, without what the case says about it.
func Of(c *contract.Case) Request {
	return Request{Method: c.Method, Target: c.Target, Header: c.Header, Body: c.Body}
}

// Known is what is live on the server.
type Known struct {
	// Session is whom the request is for where its ids do not say otherwise.
	Session *contract.Session
	// Others are further live sessions.
	Others []*contract.Session
}

// all are the sessions, the one in question first.
func (k Known) all() []*contract.Session {
	var all []*contract.Session
	for _, s := range append([]*contract.Session{k.Session}, k.Others...) {
		if s != nil {
			all = append(all, s)
		}
	}
	return all
}

// Class is what may be expected of the answer.
type Class uint8

// The classes.
const (
	// Accept: 200 with an empty entity has to come (S:L104, S:L118).
	Accept Class = iota + 1
	// Refuse: 400, 401 or 404 has to come, and no 2xx (S:L105–107).
	Refuse
	// Open: the documents are silent or contradict one another; whatever comes
	// is observed.
	Open
)

var classNames = [...]string{Accept: "accept", Refuse: "refuse", Open: "open"}

// String is the class's name: accept, refuse or open.
func (c Class) String() string {
	if int(c) < len(classNames) && classNames[c] != "" {
		return classNames[c]
	}
	return fmt.Sprintf("Class(%d)", uint8(c))
}

// Opinion is what one reader thinks of a request.
type Opinion struct {
	Class Class
	// Level says how binding the class is: [contract.Must] where the
	// specification alone decides, [contract.Should] where it takes a page beside
	// it, [contract.Obs] with Open.
	Level contract.Level
	// Because is the first reason, with its place in the request:
	// "engagementAttributes[0].total: missing, and mandatory (T)".
	Because string
}

// String writes the opinion on one line.
func (o Opinion) String() string { return fmt.Sprintf("%v (%v): %s", o.Class, o.Level, o.Because) }

// Derive is the opinion of both readers, in the table's words. Of the profile
// they heed whether searchInfo has to be accepted, and nothing else. The error, where class or level differ,
// names both opinions: the verdict on an answer is then inconclusive.
func Derive(r Request, k Known, p contract.Profile) (Opinion, error) {
	table, schema := ByTable(r, k, p), BySchema(r, k, p)
	if table.Class != schema.Class || table.Level != schema.Level {
		return Opinion{}, fmt.Errorf("the two readers of the request disagree, so nothing can be expected of its answer: "+
			"by the field table %v; by the schema %v", table, schema)
	}
	return table, nil
}

// The bounds beyond which no document says anything.
const (
	openBody   = 64 << 10 // bytes of a body (B-22)
	openTarget = 4 << 10  // bytes of a request target (EP-26, AC-12)
	openDepth  = 64       // levels of nesting (B-20, B-21)
)
