package reference

import (
	"net/http"
	"time"

	"sdegauge/internal/contract"
)

// Deviation makes a server depart from the contract on purpose, as a rule in one
// way. Its hooks are small and may be combined; each is called by many
// goroutines at once. The zero Deviation changes nothing.
type Deviation struct {
	// Rules changes what bodies have to be, once, before the server serves.
	Rules func(*Rules)
	// IDs may look for another session than the one an update names.
	IDs func(Finder, IDs) IDs
	// Session changes what sessions hold.
	Session SessionDeviation
	// Answer may change what was decided on, just before it is written.
	Answer func(*Exchange)
	// Around stands around everything else. It may rewrite the request, or the
	// bytes of the answer, or answer by itself; what it answers by itself is not
	// in the counts.
	Around func(http.Handler) http.Handler
	// ClearToo answers plain HTTP on the port of https as well. Such a server
	// speaks HTTP/1.1 only.
	ClearToo bool
}

// SessionDeviation changes what sessions hold.
type SessionDeviation struct {
	// AnyPage takes every pageId, also one that the session was never given.
	AnyPage bool
	// PageMayMiss takes an update of which no pageId could be read.
	PageMayMiss bool
	// AdoptSID makes Create Session use a session id that it does not know, and
	// not make a new one.
	AdoptSID bool
	// KeepRefused stores what a refused body held before its first fault.
	KeepRefused bool
	// Forgets says of a wire type that it is accepted and not stored; nil
	// forgets none.
	Forgets func(wireType string) bool
}

// Cause says why a request was refused.
type Cause uint8

// The causes, in the order in which they are asked.
const (
	Accepted         Cause = iota
	MethodUnknown          // neither PUT nor POST
	FaultInjected          // a switch, or [Handler.FailNext]
	PathUnknown            // not of this API
	AccountMalformed       // not of the pattern
	AccountUnknown
	VersionIllegal
	VisitorUnknown // or missing
	SessionUnknown // or missing
	SessionEnded   // too old, or idle for too long
	AccountCold    // Create Session only
	BodyUnreceived // too large, too slow, or framed badly
	BodyInvalid    // see [Exchange.Fault]
	PageUnknown
)

// Fault is what is wrong with a body.
type Fault struct {
	// Path leads to the place: "engagementAttributes[0].total".
	Path    string
	Problem string
	// Syntax says that the body is not JSON.
	Syntax bool
}

// Exchange is a request with the answer that was decided on; the answer may be
// changed. The request's body has been read: it is Body.
type Exchange struct {
	Request *http.Request
	Body    []byte
	Now     time.Time
	Cause   Cause
	Fault   Fault // of BodyInvalid

	// Header is what the answer carries besides Content-Type and -Length.
	Header  http.Header
	Status  int
	Code    contract.InternalCode
	Message string
	// Entity replaces the envelope of an error, or stands in a success. Nil
	// leaves the envelope, and a success empty; empty leaves nothing.
	Entity []byte
}

// Envelope is the entity that is written where Entity is nil.
func (x *Exchange) Envelope() contract.Envelope {
	return contract.NewEnvelope(x.Now, x.Code, x.Message)
}

// Update reports whether the request is an Update Session.
func (x *Exchange) Update() bool { return x.Request.Method == contract.Method }

// Accept answers as an accepted update is; nothing is stored by it.
func (x *Exchange) Accept() { x.Status, x.Entity = http.StatusOK, nil }

// Refuse answers with an envelope and no message.
func (x *Exchange) Refuse(status int, code contract.InternalCode) {
	x.Status, x.Code, x.Message, x.Entity = status, code, "", nil
}

// deviate lets the deviation change an answer.
func (h *Handler) deviate(w http.ResponseWriter, r *http.Request, body []byte, a answer) answer {
	x := &Exchange{
		Request: r, Body: body, Now: h.options.Now(), Cause: a.cause, Header: w.Header(),
		Status: a.status, Code: a.code, Message: a.message, Entity: a.entity,
	}
	if a.fault != nil {
		x.Fault = Fault{Path: a.fault.path, Problem: a.fault.problem, Syntax: a.fault.syntax}
	}
	h.options.Deviation.Answer(x)
	a.status, a.code, a.message, a.entity = x.Status, x.Code, x.Message, x.Entity
	return a
}

// IDs are the ids that an update names, percent-decoded, and empty where they
// are missing.
type IDs struct{ Account, Visitor, Session string }

// Finder looks into what a server knows, ended sessions included.
type Finder struct{ store *store }

// Account reports whether an account is known.
func (f Finder) Account(id string) bool { return f.store.knows(id) }

// Visitor reports whether an account knows a visitor.
func (f Finder) Visitor(account, visitor string) bool {
	f.store.mu.RLock()
	defer f.store.mu.RUnlock()
	a := f.store.accounts[account]
	return a != nil && a.visitors[visitor] != nil
}

// Newest finds the newest session that matches every id that is not empty.
func (f Finder) Newest(want IDs) (IDs, bool) {
	f.store.mu.RLock()
	defer f.store.mu.RUnlock()
	fits := func(id, wanted string) bool { return wanted == "" || id == wanted }
	for i := len(f.store.order) - 1; i >= 0; i-- {
		x := f.store.order[i]
		if fits(x.account, want.Account) && fits(x.visitor, want.Visitor) && fits(x.id, want.Session) {
			return IDs{x.account, x.visitor, x.id}, true
		}
	}
	return IDs{}, false
}
