package reference

import (
	"crypto/tls"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"sdegauge/internal/contract"
)

// Options shape a server. The zero Options make a strict one: every choice that
// the contract leaves open is then read narrowly, and nothing is injected.
type Options struct {
	// Accounts are the accounts the server knows; none means the one of
	// [contract.ExampleSession]. Each matches [A-Za-z0-9_]{1,20} (CS).
	Accounts []string
	// Seed makes the ids of created sessions, by the order of creation, and
	// every draw of a switch, by the order of arrival.
	Seed uint64
	// Now is the clock of session expiry and of the envelope's time; nil means
	// time.Now. The switches wait on real timers whatever it says.
	Now func() time.Time

	// NumericVersion accepts every spelling of the number 1.0 for v: the
	// specification types it double (S:L35).
	NumericVersion bool
	// StringifiedArrays accepts a string holding a JSON array where the
	// specification types the two arrays "string" (S:L43–44).
	StringifiedArrays bool
	// QuotedNumbers accepts a string holding a number wherever a number is
	// wanted, as some of T's samples send them.
	QuotedNumbers bool
	// NumericIDs makes Create Session hand out campaignId and engagementId as
	// numbers, as its table has them, and not as strings, as its samples do.
	NumericIDs bool
	// Messaging selects the repeat behaviours of messaging (BPM), not chat (BP).
	Messaging bool
	// Unavailable is the share, 0 to 1, of created sessions that get no
	// engagement.
	Unavailable float64

	// MaxAge is when a session ends; 0 means 6 h (VIS).
	MaxAge time.Duration
	// MaxIdle is how long after its last accepted update a session ends; 0
	// means 30 min (AND: the mobile SDK's wording).
	MaxIdle time.Duration

	// MaxBody bounds the request body in bytes; 0 means 1 MiB.
	MaxBody int
	// MaxDepth bounds the nesting of JSON; 0 means 64.
	MaxDepth int
	// MaxString bounds the characters of a string value; 0 means 50,000, which
	// is what the read side states (EH, MI).
	MaxString int
	// MaxStored bounds the SDEs of one type that a session keeps; 0 means 32.
	// The oldest go first; how many came is counted all the same.
	MaxStored int
	// MaxSessions bounds the sessions kept; 0 means 100,000. The oldest go
	// first.
	MaxSessions int

	// Faults are the switches.
	Faults Faults
	// Deviation makes the server break the contract in a chosen way.
	Deviation Deviation

	// MaxHeader bounds the request head in bytes; 0 means 64 KiB. This and what
	// follows matter to [Listen] and [Serve] only.
	MaxHeader int
	// ReadTimeout bounds the arrival of a whole request; 0 means 30 s.
	ReadTimeout time.Duration
	// IdleTimeout bounds the life of an unused connection; 0 means 2 min.
	IdleTimeout time.Duration
	// TLS turns TLS on. It must hold a certificate.
	TLS *tls.Config
}

// accountPattern is the accountId pattern of older pages (CS1, US1).
var accountPattern = regexp.MustCompile(`^[a-zA-Z0-9_]{1,20}$`)

// withDefaults fills what was left zero and refuses what cannot be served.
func (o Options) withDefaults() (Options, error) {
	if len(o.Accounts) == 0 {
		o.Accounts = []string{contract.ExampleSession().Account}
	}
	for _, a := range o.Accounts {
		if !accountPattern.MatchString(a) {
			return o, fmt.Errorf("account %q: want 1 to 20 letters, digits and underscores", a)
		}
	}
	if o.Unavailable < 0 || o.Unavailable > 1 || o.Unavailable != o.Unavailable {
		return o, fmt.Errorf("share of sessions without an engagement is %v: want 0 to 1", o.Unavailable)
	}
	if slices.Min([]int{o.MaxBody, o.MaxDepth, o.MaxString, o.MaxStored, o.MaxSessions, o.MaxHeader}) < 0 {
		return o, errors.New("a limit is negative: want a positive number, or 0 for the default")
	}
	if min(o.MaxAge, o.MaxIdle, o.ReadTimeout, o.IdleTimeout) < 0 {
		return o, errors.New("a duration is negative: want a positive one, or 0 for the default")
	}
	if err := errors.Join(o.Faults.validate(), o.Faults.complete()); err != nil {
		return o, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	fill(&o.MaxAge, 6*time.Hour)
	fill(&o.MaxIdle, 30*time.Minute)
	fill(&o.MaxBody, 1<<20)
	fill(&o.MaxDepth, 64)
	fill(&o.MaxString, 50_000)
	fill(&o.MaxStored, 32)
	fill(&o.MaxSessions, 100_000)
	fill(&o.MaxHeader, 64<<10)
	fill(&o.ReadTimeout, 30*time.Second)
	fill(&o.IdleTimeout, 2*time.Minute)
	return o, nil
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
