// Package scenarios is the scenario file: its model, strict loading, overriding
// by flags, a JSON Schema, and the scenarios that are shipped.
//
// The struct tags of the model are the one description of the format. From them
// come the loader's "allowed here", the checks, the defaults and the schema:
//
//	yaml     the key
//	doc      what it means, for the schema and for error messages
//	default  its value where the file does not give one
//	need     it has to be given
//	of       the name of a list of allowed words, see choices.go
//	min, max bounds, in the notation of the field's type
//	bare     a plain number in the file is read as its text
//
// Loading goes one way, and every step notes problems with their places
// instead of stopping at the first:
//
//	bytes ─► YAML tree ─► model ─► bounds and words ─► rules between fields
//
// A scenario that was loaded has been checked as a whole.
package scenarios

import (
	"net/netip"
	"slices"
	"time"

	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/threshold"
)

// Scenario is one file: whom to load, how much, with what, and what has to hold.
type Scenario struct {
	Name        string                `yaml:"name" need:"yes" doc:"the scenario's name in reports"`
	Description string                `yaml:"description,omitempty" doc:"what the scenario is for, in a sentence"`
	Target      Target                `yaml:"target,omitempty" doc:"the server to load; without a url the embedded reference server is started"`
	Reference   []string              `yaml:"reference,omitempty" doc:"switches of the embedded reference server, such as latency=exp:5ms or errors=2%:503"`
	Consent     []Consent             `yaml:"consent,omitempty" doc:"whose permission there is to load a host that is not on this machine"`
	Sessions    Sessions              `yaml:"sessions,omitempty" doc:"the visitor sessions whose state is updated"`
	Stages      []Stage               `yaml:"stages" need:"yes" doc:"the stretches of the load, one after the other"`
	Mix         []Entry               `yaml:"mix" need:"yes" doc:"what is sent, by weight"`
	Retry       Retry                 `yaml:"retry,omitempty" doc:"what follows a failed attempt"`
	Checks      Checks                `yaml:"checks,omitempty" doc:"how responses are judged"`
	Thresholds  []threshold.Threshold `yaml:"thresholds,omitempty" doc:"what has to hold for the run to pass, such as response.p99 < 250ms, or errors < 1% over 10s windows for 30s abort"`
	Seed        uint64                `yaml:"seed" default:"1" doc:"two runs of one seed send the same bytes"`
	Limits      Limits                `yaml:"limits,omitempty" doc:"bounds of the run"`

	stretch float64        // how far overrides have scaled the durations; 0 is not at all
	origin  func() *source // see source; nil without a file
	options Options
}

// New is a scenario with every default and nothing else, for programs that make
// their own; [Scenario.Validate] says what it lacks.
func New() *Scenario {
	s := &Scenario{}
	setDefaults(s)
	return s
}

// Target is the server to load.
type Target struct {
	URL       string            `yaml:"url,omitempty" doc:"scheme and host, such as https://api.example.net"`
	Account   string            `yaml:"account,omitempty" bare:"yes" doc:"the path parameter accountId; needed with a url"`
	Headers   map[string]Secret `yaml:"headers,omitempty" doc:"header fields added to every request; their values never appear in a document"`
	TLS       TLS               `yaml:"tls,omitempty" doc:"trust and identity for https"`
	HTTP      string            `yaml:"http" of:"http" default:"auto" bare:"yes" doc:"the HTTP version; h2c is HTTP/2 without TLS"`
	Transport string            `yaml:"transport" of:"transport" default:"auto" doc:"fast speaks HTTP/1.1 at full speed, std everything; auto is fast unless http asks for HTTP/2 or tls has a client certificate, so that HTTP/2 over TLS has to be asked for"`
	Timeout   time.Duration     `yaml:"timeout" default:"10s" min:"1ms" max:"10m" doc:"how long one attempt may take"`
}

// TLS holds paths of PEM files; a relative path in a file starts at the file.
type TLS struct {
	CA          string `yaml:"ca,omitempty" doc:"PEM file of the authorities to trust instead of the system's"`
	Certificate string `yaml:"certificate,omitempty" doc:"PEM file of the client certificate; goes with key"`
	Key         string `yaml:"key,omitempty" doc:"PEM file of the client certificate's key"`
	ServerName  string `yaml:"server_name,omitempty" doc:"the name the server's certificate is held against, where it is not the url's host"`
}

// Consent is the permission to load one host.
type Consent struct {
	Host      string         `yaml:"host" need:"yes" doc:"the host name or address, without scheme and port"`
	Owner     string         `yaml:"owner" need:"yes" doc:"who gave the permission"`
	MaxRate   Rate           `yaml:"max_rate" need:"yes" max:"1000000/s" doc:"the highest rate of updates permitted"`
	Expires   Date           `yaml:"expires" need:"yes" doc:"the last day of the permission (UTC)"`
	Addresses []netip.Prefix `yaml:"addresses,omitempty" doc:"the networks the host may resolve to; any, where there are none"`
}

// Sessions says where the sessions come from: made before the run by Create
// Session, read from a CSV file, or listed here.
type Sessions struct {
	Count        int           `yaml:"count" default:"100" min:"1" max:"1000000" doc:"how many sessions are created"`
	Engagement   string        `yaml:"engagement" of:"engagement" default:"any" doc:"whether a session has to have an engagement, which impressions need"`
	CreateRate   Rate          `yaml:"create_rate" default:"10/s" max:"10000/s" doc:"how many sessions are created a second"`
	RecycleAfter time.Duration `yaml:"recycle_after" default:"25m" min:"10s" max:"6h" doc:"the age at which a created session is replaced"`
	AppType      string        `yaml:"app_type" of:"app_type" default:"EXTERNAL" doc:"the appType of Create Session"`
	From         string        `yaml:"from,omitempty" doc:"CSV file with the columns visitorId,sid,pageId and, for impressions, campaign,engagement,revision,context"`
	Fixed        []Fixed       `yaml:"fixed,omitempty" doc:"sessions that exist already"`
}

// Fixed is one session that exists already. The last four belong together.
type Fixed struct {
	Visitor    string `yaml:"visitor" need:"yes" bare:"yes" doc:"the path parameter visitorId"`
	SID        string `yaml:"sid" need:"yes" bare:"yes" doc:"the query parameter sid"`
	Page       string `yaml:"page" need:"yes" bare:"yes" doc:"the pageId of the body"`
	Campaign   int64  `yaml:"campaign,omitempty" min:"1" doc:"the engagement's campaign id"`
	Engagement int64  `yaml:"engagement,omitempty" min:"1" doc:"the engagement's id"`
	Revision   int64  `yaml:"revision,omitempty" min:"1" doc:"the engagement's revision"`
	Context    string `yaml:"context,omitempty" bare:"yes" doc:"the engagement's context id"`
}

// Session is the fixed session as the rest of the program knows it.
func (f Fixed) Session(account string) *contract.Session {
	s := &contract.Session{Account: account, VisitorID: f.Visitor, ID: f.SID, PageID: f.Page}
	if f.Engagement != 0 {
		s.Engagement = &contract.Engagement{
			Campaign: f.Campaign, ID: f.Engagement, Revision: f.Revision, ContextID: f.Context,
		}
	}
	return s.Prepare()
}

// Stage is one stretch of the load. Which fields an arrival needs, and which it
// takes, is in [Arrivals].
type Stage struct {
	Name      string        `yaml:"name,omitempty" doc:"the stage's name in reports"`
	Arrival   string        `yaml:"arrival" need:"yes" of:"arrival" doc:"the arrival process"`
	Rate      Rate          `yaml:"rate,omitempty" max:"1000000/s" doc:"updates a second; where the rate changes, the first or the middle one"`
	To        Rate          `yaml:"to,omitempty" max:"1000000/s" doc:"the last rate of a ramp or of steps"`
	Amplitude Rate          `yaml:"amplitude,omitempty" max:"1000000/s" doc:"how far a sine goes above and below rate"`
	Period    time.Duration `yaml:"period,omitempty" min:"1ms" max:"24h" doc:"the length of one sine wave, or from one burst to the next"`
	Count     int           `yaml:"count,omitempty" min:"1" max:"1000000" doc:"how many steps, or how many updates in a burst"`
	Workers   int           `yaml:"workers,omitempty" min:"1" max:"100000" doc:"how many workers send, each as fast as answers come"`
	Duration  time.Duration `yaml:"duration" need:"yes" min:"1ms" max:"24h" doc:"how long the stage lasts"`
	WarmUp    bool          `yaml:"warm_up,omitempty" doc:"sent and not measured: no threshold counts it"`
}

// Entry is one part of the mix: a payload class, or faults by name or pattern.
type Entry struct {
	Class  string  `yaml:"class,omitempty" of:"class" doc:"a payload class, all valid"`
	Fault  string  `yaml:"fault,omitempty" doc:"the name of a fault, a pattern such as version-* or V-*, or * for all"`
	Weight float64 `yaml:"weight" need:"yes" min:"0" max:"1000000" doc:"the entry's share of the mix is its weight divided by the sum of all"`
	Depth  string  `yaml:"depth,omitempty" of:"depth" doc:"how many of its fields an SDE carries"`
	Size   string  `yaml:"size,omitempty" of:"size" doc:"how long a body is made"`
}

// Retry says what follows a failed attempt.
type Retry struct {
	Policy string          `yaml:"policy" of:"retry" default:"none" doc:"which answers are retried, and after which pauses"`
	Pauses []time.Duration `yaml:"pauses,omitempty" max:"1h" doc:"pauses of your own instead of the policy's; their number bounds the retries"`
	Scale  float64         `yaml:"scale" default:"1" min:"0.001" max:"100" doc:"what every pause is multiplied by, for studies"`
	Jitter float64         `yaml:"jitter,omitempty" max:"1" doc:"the share of itself by which a pause may be longer, drawn anew for each retry"`
	// RetryAfter is not scaled: it is the server's own word.
	RetryAfter time.Duration `yaml:"retry_after,omitempty" min:"1s" max:"1h" doc:"wait at least as long as the Retry-After of a 5xx or 429 asks for, up to this; without it the field is not looked at"`
	Also       []int         `yaml:"also,omitempty" min:"201" max:"499" doc:"statuses that are retried besides the policy's; the specification retries no 4xx"`
	Network    bool          `yaml:"network,omitempty" doc:"retry attempts without a complete response as well"`
}

// Resolve is the policy with what the scenario changes in it.
func (r Retry) Resolve() contract.RetryPolicy {
	p, _ := contract.LookupRetryPolicy(r.Policy)
	pauses := p.Pauses
	if len(r.Pauses) > 0 {
		pauses = r.Pauses
	}
	p.Pauses = make([]time.Duration, len(pauses))
	for i, d := range pauses {
		p.Pauses[i] = time.Duration(float64(d) * r.Scale)
	}
	p.After429 = time.Duration(float64(p.After429) * r.Scale)
	p.Jitter, p.RetryAfter = r.Jitter, r.RetryAfter
	p.Network = p.Network || r.Network
	p.Also = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(p.Also), r.Also...))))
	return p
}

// Checks says how responses are judged: a profile, and what departs from it.
type Checks struct {
	Profile           string        `yaml:"profile" of:"profile" default:"spec" doc:"what decides: spec, strict or lenient"`
	EmptyEntity       string        `yaml:"empty_entity,omitempty" of:"empty_entity" doc:"what a success may carry"`
	LenientErrorTypes *bool         `yaml:"lenient_error_types,omitempty" doc:"accept an ISO time and a quoted internalCode in the error envelope"`
	SearchInfo        string        `yaml:"searchinfo,omitempty" of:"searchinfo" doc:"whether searchInfo has to be accepted"`
	OffList           string        `yaml:"off_list,omitempty" of:"off_list" doc:"what a status code outside the contract's list is"`
	ImpIDs            string        `yaml:"imp_ids" of:"imp_ids" default:"number" doc:"how the impressions of valid updates carry campaign and engId: number as in the specification's example, or string as Create Session hands them out; the contract is silent on strings, so what they are answered is only observed"`
	Skew              time.Duration `yaml:"skew,omitempty" min:"1ms" max:"24h" doc:"how far the envelope's time may be from this machine's clock"`
}

// TextIDs reports whether valid impressions carry their ids as strings.
func (c Checks) TextIDs() bool { return c.ImpIDs == impIDsString }

// Resolve is the profile with what departs from it.
func (c Checks) Resolve() contract.Profile {
	p, _ := contract.LookupProfile(c.Profile)
	if c.EmptyEntity != "" {
		p.EmptyEntity = contract.EmptyEntity(c.EmptyEntity)
	}
	if c.LenientErrorTypes != nil {
		p.LenientErrorTypes = *c.LenientErrorTypes
	}
	if c.SearchInfo != "" {
		p.SearchInfoMust = c.SearchInfo == searchInfoMust
	}
	if c.OffList != "" {
		p.OffListFails = c.OffList == offListFail
	}
	if c.Skew != 0 {
		p.Skew = c.Skew
	}
	return p
}

// Limits bound the run. A zero leaves the bound to the engine.
type Limits struct {
	InFlight       int           `yaml:"in_flight,omitempty" min:"1" max:"100000" doc:"the most attempts under way at once"`
	Total          uint64        `yaml:"total,omitempty" min:"1" doc:"the most updates sent"`
	Body           Bytes         `yaml:"body,omitempty" min:"1KiB" max:"64MiB" doc:"the most bytes read of one response"`
	WaitingRetries int           `yaml:"waiting_retries,omitempty" min:"1" max:"10000000" doc:"the most updates that may wait for a retry at once"`
	Grace          time.Duration `yaml:"grace,omitempty" min:"1ms" max:"10m" doc:"how long after the last stage a late update may still go out"`
	Drain          time.Duration `yaml:"drain,omitempty" min:"1ms" max:"1h" doc:"how long to wait for due retries and answers after that"`
	Lag            Lag           `yaml:"lag,omitempty" doc:"how late the instrument itself may send before its readings are doubted"`
}

// Lag is the budget of the instrument's own error. A send is in time when it
// leaves at most Within after its instant, or a hundredth of the mean interval
// between sends after it where that is longer. A run in which fewer than Share of
// the sends were in time is inconclusive.
type Lag struct {
	Share  Share         `yaml:"share" default:"99%" min:"50%" max:"100%" doc:"the share of sends that have to be in time"`
	Within time.Duration `yaml:"within" default:"1ms" min:"10us" max:"1h" doc:"how late is in time; a hundredth of the mean interval between sends, where that is longer"`
}

// Duration is how long the stages last together.
func (s *Scenario) Duration() time.Duration {
	var d time.Duration
	for _, st := range s.Stages {
		d += st.Duration
	}
	return d
}

// Peak is the highest rate that any stage asks for, in updates a second. Closed
// stages ask for none. Retries come on top.
func (s *Scenario) Peak() float64 {
	var peak Rate
	for _, st := range s.Stages {
		peak = max(peak, st.peak())
	}
	return float64(peak)
}

// Stretch is by what factor overrides have scaled the durations of the stages.
// Whoever plans by the clock beside the stages, such as an outage of the
// reference server, scales with it.
func (s *Scenario) Stretch() float64 {
	if s.stretch == 0 {
		return 1
	}
	return s.stretch
}

// Secrets are the values that were read from the environment, wherever in the
// scenario they stand, so that documents can be searched for them.
func (s *Scenario) Secrets() []Secret {
	if src := s.source(); src != nil {
		return src.secrets
	}
	return nil
}

// Entries are the parts of the mix that are sent: those with a weight above 0.
func (s *Scenario) Entries() []generators.Entry {
	var entries []generators.Entry
	for _, e := range s.Mix {
		if e.Weight > 0 {
			entries = append(entries, generators.Entry{
				Class: e.Class, Fault: e.Fault, Weight: e.Weight,
				Depth: generators.Depth(e.Depth), Size: generators.Size(e.Size),
			})
		}
	}
	return entries
}
