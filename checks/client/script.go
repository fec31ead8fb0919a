package client

import (
	"fmt"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// Script is what the server does to one client, and which requirement that
// tries.
type Script struct {
	// ID is the requirement's, with a suffix where it has several scripts:
	// "RT-07/400". It is never given to another script.
	ID    string
	Title string
	// Steps answer the requests in turn, the last one for ever.
	Steps []Step
	// judges are what the verdict rests on besides the first request.
	judges aspects
	// policy is the only one under which the script runs; empty: any.
	policy string
	// notUnder is a policy under which the script does not run, and why.
	notUnder, notWhy string
	// skip says why no server can run the script at all.
	skip string
	// whole has the policy's slow outer loop waited for as well.
	whole bool
}

// aspects of what a client does.
type aspects uint8

const (
	count     aspects = 1 << iota // how many attempts it makes
	pauses                        // how long it waits between them
	repeat                        // whether they are the same
	interrupt                     // what it does when it is interrupted in a pause
	spread                        // by how much pauses exceed the policy's, over all scripts
)

func (a aspects) has(b aspects) bool { return a&b != 0 }

// Requirement is the id of the requirement that the script tries.
func (s Script) Requirement() string {
	id, _, _ := strings.Cut(s.ID, "/")
	return id
}

// Account is the account id under which the script lives: "rt07_400".
func (s Script) Account() string {
	return strings.NewReplacer("-", "", "/", "_").Replace(strings.ToLower(s.ID))
}

// step is the answer to the n-th request, from 1.
func (s Script) step(n int) Step { return s.Steps[min(n, len(s.Steps))-1] }

// kind is the way in which a step ends.
type kind uint8

const (
	answered    kind = iota // a complete response
	half                    // a response that breaks off in its entity
	closed                  // the request is read, the connection is closed
	reset                   // the request is read, the connection is reset
	resetUnread             // the connection is reset before the body is read
	hang                    // no answer comes; in the end the connection is closed
)

// entity is what a response carries.
type entity uint8

const (
	fitting   entity = iota // an envelope on an error, nothing on a success
	none                    // nothing
	page                    // HTML, as a proxy sends it
	malformed               // JSON that breaks off
	wrapped                 // an envelope within a member "error", with text for numbers
)

// Step is what the server does with one request.
type Step struct {
	kind   kind
	status int
	entity entity
	// retryAfter is the field Retry-After; 0: none.
	retryAfter time.Duration
}

// outcome is the status as a retry policy sees it, 0 where no complete response
// came.
func (s Step) outcome() int {
	if s.kind != answered {
		return 0
	}
	return s.status
}

// String names the step: "503", "500 with no entity", "a reset".
func (s Step) String() string {
	switch s.kind {
	case half:
		return fmt.Sprintf("half a %d", s.status)
	case closed:
		return "a closed connection"
	case reset:
		return "a reset"
	case resetUnread:
		return "a reset before the body was read"
	case hang:
		return "silence"
	}
	text := fmt.Sprint(s.status)
	switch s.entity {
	case none:
		text += " with no entity"
	case page:
		text += " with a page of HTML"
	case malformed:
		text += " with half an envelope"
	case wrapped:
		text += " with a wrapped envelope"
	}
	if s.retryAfter > 0 {
		text += fmt.Sprintf(" with Retry-After: %.0f", s.retryAfter.Seconds())
	}
	return text
}

// wait is what a policy has the client do between two attempts.
type wait struct {
	pause time.Duration
	// open says that the pause is only the shortest.
	open bool
}

// waits are the waits that a policy has between the attempts on a script; there
// is one attempt more.
func (s Script) waits(p contract.RetryPolicy) (all []wait) {
	for n := 1; ; n++ {
		status := s.step(n).outcome()
		pause, again := p.Next(n, status)
		if !again {
			return all
		}
		w := wait{pause: pause}
		if status == 429 {
			w = wait{p.After429, true}
		}
		all = append(all, w)
	}
}
