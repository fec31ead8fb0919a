package traffic

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"sdegauge/internal/contract"
)

// DefaultCreateRate is how many Create Session requests are made a second: each
// makes a visitor that agents see, and siblings of the API cap a burst (OV, MO).
const DefaultCreateRate = 10

// CreateOptions say how sessions are created. The zero value of each but
// Exchanger and Account stands for its default.
type CreateOptions struct {
	Exchanger Exchanger
	Account   string
	// AppType is [contract.AppTypeExternal] or [contract.AppTypeMSDK]; empty: the
	// first.
	AppType string
	// NeedEngagement refuses a session for which no engagement is available.
	NeedEngagement bool
	// Rate is the most requests a second.
	Rate float64
	// Retry decides about refused requests; without a name: the policy "spec",
	// which Create Session shares with Update Session (CS).
	Retry contract.RetryPolicy
	// RecycleAfter is the age at which a session is replaced. An engagement that
	// says it is valid for less time is replaced earlier.
	RecycleAfter time.Duration
	// Target names the server in errors.
	Target string
	// Every is how far the numbers of a shard's updates are apart: it has sessions of
	// its own, which are for them alone.
	Every uint64
	// Progress, where it is set, is told how many sessions were created.
	Progress func(created int)
}

// creator makes sessions, one at a time.
type creator struct {
	o        CreateOptions
	body     []byte
	interval time.Duration // the least between two requests
	next     time.Time     // the earliest moment of the next
	bare     bool          // the server knows …/visitors, and not …/visitors/
	posts    atomic.Uint64
}

func newCreator(o CreateOptions) (*creator, error) {
	o.AppType = orDefault(o.AppType, contract.AppTypeExternal)
	o.Rate = orDefault(o.Rate, DefaultCreateRate)
	o.RecycleAfter = orDefault(o.RecycleAfter, DefaultRecycleAfter)
	if o.Retry.Name == "" {
		o.Retry, _ = contract.LookupRetryPolicy("spec")
	}
	switch {
	case o.Exchanger == nil:
		return nil, fmt.Errorf("creating sessions needs an exchanger")
	case o.Account == "":
		return nil, fmt.Errorf("creating sessions needs an account")
	case o.AppType != contract.AppTypeExternal && o.AppType != contract.AppTypeMSDK:
		return nil, fmt.Errorf("%q is no app type; Create Session takes %s and %s", o.AppType, contract.AppTypeExternal, contract.AppTypeMSDK)
	case !(o.Rate > 0 && o.Rate <= 1e6):
		return nil, fmt.Errorf("sessions cannot be created at %g/s; the rate must be above 0 and at most 1,000,000/s", o.Rate)
	case o.RecycleAfter < 0:
		return nil, fmt.Errorf("sessions cannot be recycled after %s", o.RecycleAfter)
	}
	body, err := json.Marshal(map[string]string{"appType": o.AppType})
	if err != nil {
		return nil, err
	}
	return &creator{o: o, body: body, interval: time.Duration(float64(time.Second) / o.Rate)}, nil
}

// lifetime is how long a session is used: shorter than the engagement is valid,
// but not so short that the server is asked all the time.
func (c *creator) lifetime(made created) time.Duration {
	if made.validFor <= 0 {
		return c.o.RecycleAfter
	}
	return min(c.o.RecycleAfter, max(made.validFor/6*5, time.Minute))
}

// create makes one session. A reply that the policy retries is waited for; one
// that says the account is being loaded names the visitor to come back with (CS).
//
//	POST …/visitors/?v=1.0         500 {"internalCode":20, "message":"Loading account: a, vid: V"}
//	5 s later
//	POST …/visitors/V?v=1.0        200 {"sessionId":…}
func (c *creator) create(ctx context.Context) (created, error) {
	visitor := ""
	for attempt := 1; ; attempt++ {
		r, err := c.post(ctx, visitor)
		if err != nil {
			return created{}, err
		}
		if r.Status == http.StatusNotFound && visitor == "" && !c.bare {
			// Which of the two forms of the first call works is open (CR-01).
			c.bare = true
			if r, err = c.post(ctx, visitor); err != nil {
				return created{}, err
			}
		}
		if r.Status == http.StatusOK {
			return c.accept(r, attempt)
		}
		if vid, loading := LoadingVisitor(r.Status, r.Body); loading {
			visitor = vid
		}
		pause, again := c.o.Retry.Next(attempt, r.Status)
		switch {
		case !again && r.Failure != contract.NoFailure:
			return created{}, c.failed(r)
		case !again:
			return created{}, c.refused(r, attempt, "")
		}
		if err := sleep(ctx, pause); err != nil {
			return created{}, err
		}
	}
}

// accept reads the session out of a 200.
func (c *creator) accept(r *contract.Reading, attempt int) (created, error) {
	made, err := decodeCreated(r.Body, c.o.Account)
	switch {
	case err != nil:
		return created{}, c.refused(r, attempt, err.Error())
	case r.Truncated:
		return created{}, c.refused(r, attempt, "the reply is too long")
	case c.o.NeedEngagement && made.session.Engagement == nil:
		return created{}, c.refused(r, attempt, fmt.Sprintf(
			"no engagement is available, and this run needs one; does account %s have a live campaign for app type %s?", c.o.Account, c.o.AppType))
	}
	return made, nil
}

// post sends one Create Session request, not before its turn.
func (c *creator) post(ctx context.Context, visitor string) (*contract.Reading, error) {
	if err := sleep(ctx, time.Until(c.next)); err != nil {
		return nil, err
	}
	began := time.Now()
	c.next = began.Add(c.interval)
	path := contract.VisitorsPath(c.o.Account)
	switch {
	case visitor != "":
		path = contract.Path(c.o.Account, visitor)
	case !c.bare:
		path += "/"
	}
	r := &contract.Reading{
		Case: &contract.Case{
			Method: http.MethodPost,
			Target: path + "?" + contract.ParamVersion + "=" + contract.Version,
			Body:   c.body,
		},
		Attempt: 1,
	}
	c.posts.Add(1)
	c.o.Exchanger.Exchange(ctx, r, began)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return r, nil
}

// failed is the error of a request without a complete response.
func (c *creator) failed(r *contract.Reading) error {
	if r.Failure == contract.FailForbidden {
		return r.Err
	}
	return unreachable(c.o.Target, r.Failure, r.Err)
}

// refused is the error of a response that yields no session.
func (c *creator) refused(r *contract.Reading, attempts int, reason string) error {
	return &SetupError{
		Request:  r.Case.Method + " " + c.o.Target + r.Case.Target,
		Status:   r.Status,
		Attempts: attempts,
		Reason:   reason,
		Reply:    visible(r.Body, maxShown),
	}
}
