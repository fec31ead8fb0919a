package contract

import (
	"fmt"
	"time"
)

// Instants are the moments of one attempt, each as the time since the run
// began on the monotonic clock.
//
//	intended   dequeued  connected                first byte   last byte
//	   |--- lag ---|---------|------------------------|------------|
//	   |           |------------------ service time ---------------|
//	   |--------------------- response time -----------------------|
//
// An instant that was not reached is negative.
type Instants struct {
	Intended  time.Duration // when the schedule, or the retry policy, wanted it sent
	Dequeued  time.Duration // when it was handed to the transport: the send
	Connected time.Duration // when it had a connection
	FirstByte time.Duration // when the first byte of the response was there
	LastByte  time.Duration // when the response was read, or the attempt had failed
}

// Response is the response time: from the intended start to the last byte.
func (i Instants) Response() time.Duration { return i.LastByte - i.Intended }

// Service is the service time: from the send to the last byte.
func (i Instants) Service() time.Duration { return i.LastByte - i.Dequeued }

// Lag is the instrument's own error: from the intended start to the send.
func (i Instants) Lag() time.Duration { return i.Dequeued - i.Intended }

// Reading is one attempt with its instants and what came back.
//
// A reading and all it points to is valid only during the call that hands it
// over: who wants to keep a part copies it.
type Reading struct {
	Case *Case
	// Attempt counts the HTTP exchanges of the update from 1.
	Attempt int
	// Final says that no further attempt follows for this update.
	Final bool
	// Stage is the index of the stage that scheduled the update.
	Stage int
	// WarmUp says that the stage is not measured.
	WarmUp bool
	Instants
	// First is the intended start of the update's first attempt; of a first
	// attempt its own.
	First time.Duration
	// PriorEnd is when the attempt before a retry ended, and Pause how long the
	// policy had the update wait from there on. Both are 0 for a first attempt.
	PriorEnd, Pause time.Duration
	// Status is the response's status code, 0 where no complete response came.
	Status int
	// Proto is the response's protocol, for instance "HTTP/1.1".
	Proto string
	// Header are the response's header fields as the transport knows them.
	Header []HeaderField
	// Body is the response's entity, cut at the run's bound.
	Body []byte
	// Truncated says that the entity was longer than the bound.
	Truncated bool
	// Failure says why there is no complete response; [NoFailure] where there is.
	Failure Failure
	// Err is the transport's own account of a failure.
	Err error
}

// Excess is by how much a retry waited longer than the policy asked for. It is
// lag, and in a closed stage also the wait for a worker; it is never negative.
func (r *Reading) Excess() time.Duration { return r.Dequeued - r.PriorEnd - r.Pause }

// Timed reports whether the attempt has a response time: it got a complete
// response, or ran into the time-out, which waited at least so long.
func (r *Reading) Timed() bool {
	return r.Dequeued >= 0 && r.LastByte >= 0 && (r.Failure == NoFailure || r.Failure == FailTimeout)
}

// Failure is the way in which an attempt ended without a complete response.
type Failure uint8

// The failures of the network, and of the run itself.
const (
	NoFailure       Failure = iota
	FailRefused             // the connection was refused
	FailClosed              // the connection was closed or reset before the response was complete
	FailTimeout             // nothing complete came within the time-out
	FailProtocol            // what came was not HTTP
	FailTLS                 // the handshake failed
	FailResolve             // the host name has no address
	FailForbidden           // the address is neither loopback nor consented to
	FailResources           // this machine ran out of ports or descriptors
	FailInterrupted         // the run was stopped while the attempt was under way
	FailOther
)

var failureNames = [...]string{
	NoFailure: "", FailRefused: "refused", FailClosed: "closed", FailTimeout: "timeout",
	FailProtocol: "protocol", FailTLS: "tls", FailResolve: "resolve", FailForbidden: "forbidden",
	FailResources: "resources", FailInterrupted: "interrupted", FailOther: "other",
}

// String is the failure's name in reports.
func (f Failure) String() string {
	if int(f) < len(failureNames) {
		return failureNames[f]
	}
	return fmt.Sprintf("Failure(%d)", uint8(f))
}
