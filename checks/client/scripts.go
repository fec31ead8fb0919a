package client

import (
	"time"

	"sdegauge/internal/contract"
)

// quickRetries are the retries of the general policy before its slow outer loop,
// which are those of the specification (S:L116, RP).
const quickRetries = 3

// asked is the Retry-After of the scripts that send one: no pause of a policy.
const asked = 7 * time.Second

// Scripts are all scripts, in the order of their requirements. Those without
// steps are of rows that a server cannot try, and say why.
func Scripts() []Script {
	const specific = "the row has the specification's 5, 10 and 15 s; RT-16 has the monitoring policy's pauses"
	timed := func(id, title string, judges aspects, steps ...Step) Script {
		return Script{ID: id, Title: title, Steps: steps, judges: judges, notUnder: "monitoring", notWhy: specific}
	}
	plain := func(id, title string, judges aspects, steps ...Step) Script {
		return Script{ID: id, Title: title, Steps: steps, judges: judges}
	}
	return []Script{
		timed("RT-01", "500 always", count|pauses, status(500)),
		timed("RT-02", "503 always", count|pauses, status(503)),
		timed("RT-03", "500, 200", count|pauses, status(500), status(200)),
		timed("RT-04", "500, 503, 200", count|pauses, status(500), status(503), status(200)),
		timed("RT-05", "500 three times, 200", count, status(500), status(500), status(500), status(200)),
		timed("RT-06", "500 four times, 200", count, status(500), status(500), status(500), status(500), status(200)),
		plain("RT-07/400", "400 always", count, status(400)),
		plain("RT-07/401", "401 always", count, status(401)),
		plain("RT-07/404", "404 always", count, status(404)),
		plain("RT-08/500-400", "500, 400", count, status(500), status(400)),
		plain("RT-08/503-400", "503, 400", count, status(503), status(400)),
		plain("RT-09", "200 at once", count, status(200)),
		plain("RT-10", "500, 503, 500, 200", repeat, status(500), status(503), status(500), status(200)),
		plain("RT-11/bare", "429, 200", count|pauses, status(429), status(200)),
		plain("RT-11/retry-after", "429 with Retry-After, 200", count|pauses,
			Step{status: 429, retryAfter: asked}, status(200)),
		plain("RT-12/502", "502 with HTML, 200", count|pauses, Step{status: 502, entity: page}, status(200)),
		plain("RT-12/504", "504 with HTML, 200", count|pauses, Step{status: 504, entity: page}, status(200)),
		plain("RT-12/599", "599, 200", count|pauses, status(599), status(200)),
		plain("RT-13/unread", "reset before the body, 200", count|pauses, Step{kind: resetUnread}, status(200)),
		plain("RT-13/reset", "reset, 200", count|pauses, Step{kind: reset}, status(200)),
		plain("RT-13/closed", "connection closed, 200", count|pauses, Step{kind: closed}, status(200)),
		plain("RT-13/half-500", "half a 500, 200", count|pauses, Step{kind: half, status: 500}, status(200)),
		plain("RT-13/half-200", "half a 200, 200", count|pauses, Step{kind: half, status: 200}, status(200)),
		plain("RT-13/hang", "silence for 10 s, 200", count|pauses, Step{kind: hang}, status(200)),
		{ID: "RT-13/refused", Title: "connections refused, TLS failures",
			skip: "all scripts share one listener, and who is refused there is not seen"},
		plain("RT-14/empty", "500, empty, 200", count|pauses, Step{status: 500, entity: none}, status(200)),
		plain("RT-14/malformed", "500, half an envelope, 200", count|pauses, Step{status: 500, entity: malformed}, status(200)),
		plain("RT-14/wrapped", "500, wrapped envelope, 200", count|pauses, Step{status: 500, entity: wrapped}, status(200)),
		plain("RT-14/page", "500 with HTML, 200", count|pauses, Step{status: 500, entity: page}, status(200)),
		{ID: "RT-15", Title: "500 always", Steps: []Step{status(500)},
			judges: count | pauses, policy: "general", whole: true},
		{ID: "RT-16/500", Title: "500 always", Steps: []Step{status(500)}, judges: count | pauses, policy: "monitoring"},
		{ID: "RT-16/202", Title: "202, 202, 200", Steps: []Step{{status: 202, entity: none}, {status: 202, entity: none}, status(200)},
			judges: count | pauses, policy: "monitoring"},
		plain("RT-17", "500, interrupt, 200", interrupt, status(500), status(200)),
		{ID: "RT-18", Title: "what a pause holds", skip: "a server does not see what a client holds while it waits"},
		{ID: "RT-19", Title: "the pauses of all scripts", judges: spread},
		{ID: "RT-20", Title: "ten retries at once", skip: "a load, not a rule; a client that makes it fails RT-01"},
	}
}

func status(code int) Step { return Step{status: code} }

// skipped says why a script does not run; empty where it does.
func (s Script) skipped(policy string, command bool) string {
	switch {
	case s.skip != "":
		return s.skip
	case s.policy != "" && s.policy != policy:
		return "it is of another policy; ask for it with --policy " + s.policy
	case s.notUnder == policy:
		return s.notWhy
	case s.judges.has(interrupt) && !command:
		return "only a client that was started here can be interrupted; give a command"
	}
	return ""
}

// policyOf is the policy that a script is held against: without the slow outer
// loop, which begins after the watch, unless the script is about it.
func (s Script) policyOf(p contract.RetryPolicy) contract.RetryPolicy {
	if p.Name == "general" && !s.whole {
		p.Pauses = p.Pauses[:quickRetries]
	}
	return p
}
