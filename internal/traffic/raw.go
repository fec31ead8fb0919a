package traffic

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"sdegauge/internal/contract"
)

// RawExchanger sends what no HTTP client would: bytes as they stand, in parts,
// with pauses, and ends a connection in any way. Each script has a connection of
// its own, over TCP or TLS. What comes back is read as [FastExchanger] reads it,
// so HTTP/1.0 and HTTP/1.1 are understood and nothing else.
type RawExchanger struct {
	to      endpoint
	files   TLSFiles
	secrets []contract.HeaderField // the fields that may hold secrets
}

// NewRawExchanger makes a raw exchanger. It speaks HTTP/1.1 whatever o.HTTP says;
// its errors are those of [NewExchanger].
func NewRawExchanger(ctx context.Context, o ExchangeOptions) (*RawExchanger, error) {
	o.HTTP = HTTP1
	x := &RawExchanger{files: o.TLS}
	if err := x.to.open(ctx, o); err != nil {
		return nil, err
	}
	x.secrets = x.to.extra[:len(o.Header):len(o.Header)]
	return x, nil
}

// Target is the scheme and host that scripts go to.
func (x *RawExchanger) Target() string { return x.to.Target() }

// RawScript is what one connection carries.
type RawScript struct {
	Steps []RawStep
	// Await holds the method of every request that a response is awaited for, in
	// their order: a response to HEAD has no entity. Empty: none is awaited, and
	// what comes all the same is surplus.
	Await []string
	// Linger is how long the connection is watched after the last awaited
	// response, for surplus and for its end; 0 means [DefaultLinger].
	Linger time.Duration
	// TLS is the one version of TLS that is offered, [tls.VersionTLS10] for
	// instance; 0: those that every exchange offers.
	TLS uint16
	// ClearPort is a port of the target's host to which the script goes in clear
	// text; empty: the target as it is.
	ClearPort string
}

// DefaultLinger is enough for the close that follows a response at once.
const DefaultLinger = 50 * time.Millisecond

// RawStep is one part of a script. It waits for After, Continue and Pause, in
// that order, and then writes and ends.
type RawStep struct {
	// After is how many awaited responses have to be there first.
	After int
	// Continue is how long at most an interim response 100 is waited for. One
	// that was there before counts, but for those that earlier steps waited for.
	Continue time.Duration
	Pause    time.Duration
	// Bytes leave in one write.
	Bytes []byte
	// End is what happens to the connection then. Nothing can be written after it.
	End RawHangUp
}

// RawHangUp is how this side ends a connection.
type RawHangUp uint8

// The ways to end a connection.
const (
	StayOn    RawHangUp = iota // not at all
	HalfClose                  // nothing more is sent, responses are still read
	HangUp                     // an orderly close
	Abort                      // a reset; an orderly close where there is no TCP
)

// RawAnswer is what came of a script. Its instants count from the call of Send;
// one that was not reached is negative.
type RawAnswer struct {
	// Responses are the awaited responses that came whole, or were cut at the
	// bound.
	Responses []RawResponse
	// Interim are the statuses of all interim responses (1xx, but for 101).
	Interim []int
	// Partial is the response that broke off within its entity; nil: none did.
	Partial *RawResponse
	// Surplus is what came and belongs to no awaited response, at most the bound:
	// what followed the last one, or what is no response at all.
	Surplus []byte
	// End is how the connection ended, Ended when that was seen.
	End   RawEnd
	Ended time.Duration
	// Connected is when the connection was there, TLS included, Sent when all
	// steps were done.
	Connected, Sent time.Duration
	// Written is how many bytes were written.
	Written int
	// TLS is the version agreed on; 0 in clear text.
	TLS uint16
	// Failure says why an awaited response is missing or a step was not done;
	// [contract.NoFailure] where neither is so.
	Failure contract.Failure
	// Err is the account of it.
	Err error
}

// RawResponse is one response, its header in the order and letter case of the
// wire.
type RawResponse struct {
	Status    int
	Proto     string
	Header    []contract.HeaderField
	Body      []byte // at most the bound of the options
	Truncated bool   // the entity was longer
	// Close says that by its header and protocol the connection ends with it.
	Close               bool
	FirstByte, LastByte time.Duration
}

// RawEnd is what was seen of a connection's end.
type RawEnd uint8

// The ends of a connection.
const (
	EndUnseen RawEnd = iota // there was none, or what it carried was not read to its end
	EndKept                 // the server kept it for as long as it was watched
	EndClosed               // the server closed it
	EndReset                // the server reset it
	EndOurs                 // the script ended it
)

var rawEndNames = [...]string{EndUnseen: "unseen", EndKept: "kept", EndClosed: "closed", EndReset: "reset", EndOurs: "ours"}

// String is the end's name.
func (e RawEnd) String() string {
	if int(e) < len(rawEndNames) {
		return rawEndNames[e]
	}
	return fmt.Sprintf("RawEnd(%d)", uint8(e))
}

// Reading is the i-th response as a reading of case c, for who judges readings.
// Without such a response it carries the failure.
func (a *RawAnswer) Reading(i int, c *contract.Case) *contract.Reading {
	r := &contract.Reading{Case: c, Attempt: 1, Final: true}
	r.Connected, r.FirstByte, r.LastByte = a.Connected, -1, a.Ended
	if i >= len(a.Responses) {
		r.Failure, r.Err = a.Failure, a.Err
		return r
	}
	from := &a.Responses[i]
	r.FirstByte, r.LastByte = from.FirstByte, from.LastByte
	r.Status, r.Proto, r.Header, r.Body, r.Truncated = from.Status, from.Proto, from.Header, from.Body, from.Truncated
	return r
}

// check refuses a script that contradicts itself.
func (s *RawScript) check(scheme string) error {
	ended := StayOn
	for i, step := range s.Steps {
		switch {
		case step.Pause < 0 || step.Continue < 0 || step.After < 0:
			return fmt.Errorf("%w: its step %d waits for less than nothing", errUnsendable, i)
		case step.Continue > 0 && len(s.Await) == 0:
			return fmt.Errorf("%w: its step %d waits for a 100, and no response is awaited", errUnsendable, i)
		case step.After > len(s.Await):
			return fmt.Errorf("%w: its step %d waits for %d responses, and %d are awaited", errUnsendable, i, step.After, len(s.Await))
		case ended != StayOn && (ended != HalfClose || len(step.Bytes) > 0 || step.End == HalfClose):
			return fmt.Errorf("%w: its step %d follows the end of the connection", errUnsendable, i)
		case step.End > Abort:
			return fmt.Errorf("%w: its step %d ends in no known way (%d)", errUnsendable, i, step.End)
		case step.End > HalfClose && step.After < len(s.Await):
			return fmt.Errorf("%w: its step %d hangs up before the last awaited response; have it wait for that, or await fewer", errUnsendable, i)
		}
		ended = max(ended, step.End)
	}
	switch {
	case s.Linger < 0:
		return fmt.Errorf("%w: it lingers for less than nothing", errUnsendable)
	case s.TLS != 0 && (scheme != "https" || s.ClearPort != ""):
		return fmt.Errorf("%w: it names a version of TLS and goes in clear text", errUnsendable)
	}
	return nil
}

// patience is how long the script itself wants to take.
func (s *RawScript) patience() time.Duration {
	var sum time.Duration
	for _, step := range s.Steps {
		sum += step.Pause + step.Continue
	}
	return sum
}

// connect opens the connection that a script asks for.
func (x *RawExchanger) connect(ctx context.Context, s *RawScript) (conn, raw net.Conn, err error) {
	switch {
	case s.ClearPort != "":
		return x.to.connectTo(ctx, net.JoinHostPort(x.to.hostname, s.ClearPort), nil)
	case s.TLS == 0:
		return x.to.connect(ctx)
	}
	config := x.to.handshake.Clone()
	config.MinVersion, config.MaxVersion = s.TLS, s.TLS
	// Offer all there is: what is refused then is the version, not the ciphers.
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	return x.to.connectTo(ctx, x.to.hostport, config)
}
