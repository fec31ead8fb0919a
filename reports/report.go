package reports

import (
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/preflight"
)

// Schema names the layout of report.json. The number changes when a member
// changes its meaning or goes away, not when one is added.
const Schema = "sdegauge/report/1"

// Report is one run, told whole: the contents of report.json and the one source
// of every other document. Instants and durations are in seconds since the run
// began, times of requests in milliseconds, rates in updates a second.
type Report struct {
	Schema   string   `json:"schema"`
	Tool     Tool     `json:"tool"`
	Scenario Scenario `json:"scenario"`
	Target   Target   `json:"target"`
	// Command is the command line that repeats the run.
	Command string    `json:"command"`
	Began   time.Time `json:"began"`
	// ElapsedS includes the wait for the last answers and retries.
	ElapsedS float64 `json:"elapsed_s"`
	Machine  Machine `json:"machine"`

	Verdict contract.Verdict `json:"verdict"`
	// Reason says in a sentence why the verdict is what it is.
	Reason      string `json:"reason"`
	ExitCode    int    `json:"exit_code"`
	Interrupted bool   `json:"interrupted"`
	// Aborted is nil where no threshold stopped the run; where one did, the run
	// counts as interrupted as well.
	Aborted *Abort `json:"aborted"`

	// Totals, Statuses and Failures cover everything on the wire, warm-up
	// included; WarmUp says how much of it was warm-up. Statuses and failures
	// together make the attempts.
	Totals   Totals            `json:"totals"`
	Statuses map[int]uint64    `json:"statuses"`
	Failures map[string]uint64 `json:"failures"`
	WarmUp   WarmUp            `json:"warm_up"`

	// What follows is of the measured stages only.
	Rate       Rate         `json:"rate"`
	Latency    Latency      `json:"latency"`
	Outcomes   []Outcome    `json:"outcomes"`
	Classes    []Class      `json:"classes"`
	Faults     []Fault      `json:"faults"`
	Retries    Retries      `json:"retries"`
	Checks     []Check      `json:"checks"`
	Unexpected []Unexpected `json:"unexpected"` // most frequent first
	Thresholds []Threshold  `json:"thresholds"`
	Causes     []Cause      `json:"inconclusive"`

	Stages []Stage    `json:"stages"`
	Series []Interval `json:"series"`
	// Blocks are what a comparison with other runs is made from.
	Blocks     *Blocks    `json:"blocks"`
	Instrument Instrument `json:"instrument"`
	// Sessions is nil where none were created.
	Sessions *Sessions `json:"sessions"`
	// Reference is the embedded server's own count; nil where the target was
	// another server.
	Reference *ReferenceCount `json:"reference"`
	// Preflight is what was found too small for the run before it began.
	Preflight []preflight.Warning `json:"preflight"`
	// Calibration is nil where no selftest has left one.
	Calibration *Calibration `json:"calibration"`
	// Log is nil where no log of readings was written.
	Log *Log `json:"log"`
}

// Tool is what made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Go      string `json:"go"`
}

// Scenario is what was asked for. With the tool's version, Seed, FirstSeq
// and Shard make the same requests again.
type Scenario struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Seed        uint64 `json:"seed"`
	FirstSeq    uint64 `json:"first_seq"`
	// Shard is the part of the scenario that was sent, such as 2/4; empty for all of
	// it.
	Shard string `json:"shard,omitempty"`
	// Shards is how many shards the report was put together from; 0 for one run.
	Shards  int    `json:"shards,omitempty"`
	Profile string `json:"profile"`
	Retry   string `json:"retry"`
	// Fingerprint is the same for scenarios that send the same load from the same
	// seed; Closed says that answers, and no schedule, set its pace.
	Fingerprint string `json:"fingerprint,omitempty"`
	Closed      bool   `json:"closed,omitempty"`
}

// Target is the server that was measured.
type Target struct {
	URL string `json:"url"`
	// Reference says that it was the embedded reference server.
	Reference bool `json:"reference"`
	// Transport is what sent the requests: fast or std.
	Transport string `json:"transport"`
}

// Machine is where the instrument ran.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
	Go   string `json:"go"`
}

// Totals count the run. Updates are those that became final, so
//
//	updates = as_expected + unexpected
//	scheduled = updates + unsent + unfinished
//	attempts = the sum of statuses + network_errors
type Totals struct {
	Scheduled  uint64 `json:"scheduled"`
	Updates    uint64 `json:"updates"`
	Attempts   uint64 `json:"attempts"`
	Unsent     uint64 `json:"unsent"`
	Unfinished uint64 `json:"unfinished"` // sent, and a retry was still due at the end
	AsExpected uint64 `json:"as_expected"`
	Unexpected uint64 `json:"unexpected"`
	// NetworkErrors are attempts without a complete response.
	NetworkErrors uint64 `json:"network_errors"`
}

// WarmUp is how much of the totals was sent and not measured.
type WarmUp struct {
	Totals
	Statuses map[int]uint64 `json:"statuses"`
}

// Rate compares what was asked for with what went out. SentPerS counts the
// updates that were sent over the time it took to send them, so a run that
// falls behind shows it even where nothing stays unsent.
type Rate struct {
	ScheduledPerS float64 `json:"scheduled_per_s"`
	SentPerS      float64 `json:"sent_per_s"`
}

// Latency are the times of attempts. Lag is nil where it is not kept apart.
type Latency struct {
	Response Quantiles  `json:"response"`
	Service  Quantiles  `json:"service"`
	Lag      *Quantiles `json:"lag,omitempty"`
}

// Outcome are the times of the attempts that were as expected, or not.
type Outcome struct {
	Name    string  `json:"name"` // as_expected or unexpected
	Latency Latency `json:"latency"`
}

// Class is one payload class.
type Class struct {
	Name       string         `json:"name"`
	Updates    uint64         `json:"updates"`
	AsExpected uint64         `json:"as_expected"`
	Attempts   uint64         `json:"attempts"`
	Statuses   map[int]uint64 `json:"statuses"`
	Latency    Latency        `json:"latency"`
}

// Fault is one kind of deliberate defect.
type Fault struct {
	Name        string         `json:"name"`
	Requirement string         `json:"requirement"`
	Updates     uint64         `json:"updates"`
	AsExpected  uint64         `json:"as_expected"`
	Statuses    map[int]uint64 `json:"statuses"`
}

// Check is one requirement as the responses kept it.
type Check struct {
	ID      string           `json:"id"`
	Level   contract.Level   `json:"level"`
	Title   string           `json:"title"`
	Verdict contract.Verdict `json:"verdict"`
	Judged  uint64           `json:"judged"`
	Failed  uint64           `json:"failed"`
	Warned  uint64           `json:"warned"`
	// Example is the first response that was worse than pass, Smallest the one
	// with the smallest request body.
	Example  *Example `json:"example"`
	Smallest *Example `json:"smallest,omitempty"`
}

// found is how many responses earned the verdict.
func (c Check) found() uint64 {
	if c.Verdict == contract.Warn {
		return c.Warned
	}
	return c.Failed
}

// Example is one request and its response as evidence. Foreign text in it is
// bounded and printable. With the seed, Seq makes the request again.
type Example struct {
	Seq      uint64 `json:"seq"`
	Attempt  int    `json:"attempt"`
	Class    string `json:"class"`
	Fault    string `json:"fault,omitempty"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Request  string `json:"request"`
	// RequestBytes and ResponseBytes also count what was cut from the bodies.
	RequestBody   string `json:"request_body"`
	RequestBytes  int    `json:"request_bytes"`
	Status        int    `json:"status"` // 0 where no complete response came
	Failure       string `json:"failure,omitempty"`
	ResponseBody  string `json:"response_body"`
	ResponseBytes int    `json:"response_bytes"`
	Truncated     bool   `json:"truncated,omitempty"`
	// Curl repeats the request from a shell; empty where its body is too long.
	Curl string `json:"curl,omitempty"`
}

// Unexpected are updates that ended alike, and not as expected.
type Unexpected struct {
	Class   string   `json:"class"`
	Fault   string   `json:"fault,omitempty"`
	Status  int      `json:"status"` // 0 where no complete response came
	Failure string   `json:"failure,omitempty"`
	Updates uint64   `json:"updates"`
	Example *Example `json:"example"`
}

// Threshold is one gate and how it came out.
type Threshold struct {
	Expr string `json:"expr"`
	// Value is in Unit; nil where it is not known.
	Value   *float64         `json:"value"`
	Unit    string           `json:"unit"`
	Verdict contract.Verdict `json:"verdict"`
	Detail  string           `json:"detail"`
	// Implicit says that the scenario did not name it.
	Implicit bool `json:"implicit"`
	// Windows is absent where the threshold is on the measured time as a whole.
	Windows *ThresholdWindows `json:"windows,omitempty"`
}

// ThresholdWindows is how the windows of a threshold came out. Those in which
// nothing was due are left out; the threshold's value is that of the worst.
type ThresholdWindows struct {
	WidthS    float64 `json:"width_s"`
	Judged    int     `json:"judged"`
	Broken    int     `json:"broken"`
	Undecided int     `json:"undecided"`
	// BreachS is the longest time for which windows were broken one after the
	// other, and BreachStartS where it began.
	BreachS      float64 `json:"breach_s"`
	BreachStartS float64 `json:"breach_start_s"`
	WorstStartS  float64 `json:"worst_start_s"`
}

// Cause is a reason why the run cannot be relied on.
type Cause struct {
	Cause  string `json:"cause"`
	Detail string `json:"detail"`
	// Advice says what to change.
	Advice string `json:"advice"`
}

// Stage is one stretch of the load.
type Stage struct {
	Name       string  `json:"name"`
	WarmUp     bool    `json:"warm_up"`
	StartS     float64 `json:"start_s"`
	EndS       float64 `json:"end_s"`
	Scheduled  uint64  `json:"scheduled"`
	Sent       uint64  `json:"sent"`
	Unsent     uint64  `json:"unsent"`
	Updates    uint64  `json:"updates"`
	AsExpected uint64  `json:"as_expected"`
	Attempts   uint64  `json:"attempts"`
	// Latency is nil for a warm-up, which is not measured.
	Latency *Latency `json:"latency"`
}

// Interval is one stretch of the series, warm-up included. Attempts are filed
// under their intended start; only Sent is filed under the send.
type Interval struct {
	StartS float64 `json:"start_s"`
	WidthS float64 `json:"width_s"`
	Due    uint64  `json:"due"`
	// Scheduled are the updates whose instants fall into the interval, also those
	// that were never sent.
	Scheduled uint64 `json:"scheduled"`
	Sent      uint64 `json:"sent"`
	// UpdatesSent are the first attempts among those sent, and Amplification is
	// how many were sent for each of them; nil where none was.
	UpdatesSent   uint64            `json:"updates_sent"`
	Amplification *float64          `json:"amplification"`
	WarmUp        uint64            `json:"warm_up"` // of those due
	Updates       uint64            `json:"updates"`
	AsExpected    uint64            `json:"as_expected"`
	Statuses      map[int]uint64    `json:"statuses"`
	Failures      map[string]uint64 `json:"failures"`
	Latency       Latency           `json:"latency"`
}

// Instrument is what the run says about itself.
type Instrument struct {
	RingDry        uint64 `json:"ring_dry"`
	AtLimit        uint64 `json:"at_limit"`
	PeakInFlight   int    `json:"peak_in_flight"`
	RetriesRefused uint64 `json:"retries_refused"`
	RetriesDropped uint64 `json:"retries_dropped"`
	// OwnFailures are measured updates that failed through the instrument: they
	// are unexpected, and no threshold holds them against the server.
	OwnFailures uint64 `json:"own_failures"`
	// LagBudget is how late the sends were, against how late they might be.
	LagBudget LagBudget `json:"lag_budget"`
	// What it took, from its last byte on, to judge and count a reading; the mean
	// is nil where there was none.
	SinkMeanMS    *float64 `json:"sink_mean_ms"`
	SinkLongestMS float64  `json:"sink_longest_ms"`
	// Connections is how many were opened for the traffic; nil where nobody
	// counted.
	Connections *uint64 `json:"connections"`
	// Usage is what the process used; nil where that was not measured.
	Usage *Usage `json:"usage"`
	// WhileLate is what it used while sends were late; nil where that is not known,
	// and where none were.
	WhileLate *WhileLate `json:"usage_while_late"`
}

// measure fills in what the run says of the instrument.
func (i *Instrument) measure(run Run, measured *cell, rate Rate) {
	i.LagBudget = run.Lag.held(measured.lag, rate.ScheduledPerS)
	if n := run.Summary.Attempts; n > 0 {
		i.SinkMeanMS = new(fineMillis(run.Summary.SinkTime / time.Duration(n)))
	}
	i.SinkLongestMS = fineMillis(run.Summary.SinkLongest)
	i.Connections, i.Usage, i.WhileLate = run.Connections, usageOf(run.Usage), whileLate(run, i.LagBudget)
}

// Sessions counts what Create Session did for the run.
type Sessions struct {
	Created        uint64 `json:"created"`
	Recycled       uint64 `json:"recycled"`
	CreateFailures uint64 `json:"create_failures"`
}

// ReferenceCount is what the embedded server counted of Update Session.
type ReferenceCount struct {
	Attempts uint64         `json:"attempts"`
	Statuses map[int]uint64 `json:"statuses"`
}
