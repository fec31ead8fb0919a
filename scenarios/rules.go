package scenarios

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/http/httpguts"

	"sdegauge/generators"
	"sdegauge/internal/spelling"
	"sdegauge/internal/threshold"
)

// rules are what the tags cannot say: everything that takes two fields, or the
// world outside the file.
func rules(s *Scenario, p *problems) {
	nameRule(s, p)
	targetRules(s, p)
	headerRules(s, p)
	referenceRules(s, p)
	consentRules(s, p)
	sessionRules(s, p)
	fixedRules(s, p)
	stageRules(s, p)
	lengthRules(s, p)
	mixRules(s, p)
	retryRules(s, p)
	thresholdRules(s, p)
	limitRules(s, p)
}

// longestName is how long a scenario's name may be, in characters.
const longestName = 80

func nameRule(s *Scenario, p *problems) {
	if n := len([]rune(s.Name)); n > longestName {
		p.value("name", Error{Problem: fmt.Sprintf("a name of %d characters: at most %d fit into a report", n, longestName)})
	}
	if strings.ContainsFunc(s.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		p.value("name", Error{Problem: "a name holds printable characters only"})
	}
}

func targetRules(s *Scenario, p *problems) {
	t := s.Target
	tls := t.TLS
	if (tls.Certificate == "") != (tls.Key == "") {
		p.key("target.tls", Error{Problem: "a client certificate needs both certificate and key"})
	}
	if t.Transport == "fast" && (t.HTTP == "2" || t.HTTP == "h2c") {
		p.value("target.transport", Error{Problem: "fast speaks HTTP/1.1 only, and target.http asks for HTTP/2", Allowed: []string{"auto", "std"}, Suggestion: "auto"})
	}
	if t.URL == "" {
		return
	}
	u, ok := targetURL(t.URL, p)
	if !ok {
		return
	}
	if t.Account == "" {
		p.missing("target", "account", Error{Problem: `"account" is missing: it is part of every request's path`})
	}
	switch {
	case u.Scheme == "http" && t.HTTP == "2":
		p.value("target.http", Error{Problem: "HTTP/2 as such needs https", Allowed: []string{"auto", "1.1", "h2c"}, Suggestion: "h2c"})
	case u.Scheme == "https" && t.HTTP == "h2c":
		p.value("target.http", Error{Problem: "h2c is HTTP/2 without TLS, and the url says https", Allowed: []string{"auto", "1.1", "2"}, Suggestion: "2"})
	case u.Scheme == "http" && tls != TLS{}:
		p.key("target.tls", Error{Problem: "tls has no effect: the url says http"})
	}
}

// targetURL takes a scheme, a host and a port: the path of a request is the
// contract's.
func targetURL(text string, p *problems) (*url.URL, bool) {
	const path = "target.url"
	form := []string{"a scheme and a host, such as https://api.example.net or http://127.0.0.1:8080"}
	u, err := url.Parse(text)
	e := Error{Allowed: form}
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		e.Problem = fmt.Sprintf("%s is no URL of a server", p.quote(path, text))
		if !strings.Contains(text, "://") && !p.fromEnv(path) {
			if with, err := url.Parse("https://" + text); err == nil && with.Hostname() != "" {
				e.Suggestion = "https://" + with.Host
			}
		}
	case u.User != nil:
		e.Text, e.Problem = u.Scheme+"://", "a user name or password in a URL: use headers with ${env:NAME}"
		if p.source != nil {
			m := p.source.values[path]
			before, _, _ := strings.Cut(m.text, "@")
			p.source.literal = append(p.source.literal, m.part(1, before))
		}
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		e.Problem = fmt.Sprintf("%s has a path, a query or a fragment: the call's own are added", p.quote(path, text))
	default:
		return u, true
	}
	p.value(path, e)
	return nil, false
}

// ownHeaders are written by the transport itself.
var ownHeaders = []string{
	"Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

func headerRules(s *Scenario, p *problems) {
	written := map[string]string{}
	for _, name := range sortedKeys(s.Target.Headers) {
		path := join("target.headers", name)
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			p.key(path, Error{Problem: fmt.Sprintf("%q is no name of a header field", name)})
		case slices.Contains(ownHeaders, canonical):
			p.key(path, Error{Problem: fmt.Sprintf("%s is written by the transport", canonical)})
		case written[canonical] != "":
			p.key(path, Error{Problem: fmt.Sprintf("%q is the same field as %q", name, written[canonical])})
		case !httpguts.ValidHeaderFieldValue(s.Target.Headers[name].Reveal()):
			p.value(path, Error{Problem: fmt.Sprintf("the value of %s cannot stand in a header: it has a line break or a control character", name)})
		}
		written[canonical] = name
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func referenceRules(s *Scenario, p *problems) {
	if len(s.Reference) == 0 {
		return
	}
	if s.Target.URL != "" {
		p.key("reference", Error{Problem: "reference has no effect: the target has a url, so no reference server is started"})
		return
	}
	together := s.options.Reference(s.Reference...)
	if together == nil {
		return
	}
	// A switch that is refused alone may be in order beside another; it is to
	// blame where it is refused beside all that are not.
	var good []string
	for _, text := range s.Reference {
		if s.options.Reference(text) == nil {
			good = append(good, text)
		}
	}
	blamed := false
	for i, text := range s.Reference {
		if slices.Contains(good, text) {
			continue
		}
		if err := s.options.Reference(append(slices.Clone(good), text)...); err != nil {
			p.value(index("reference", i), Error{Problem: switchProblem(p, index("reference", i), err)})
			blamed = true
		}
	}
	if !blamed {
		p.key("reference", Error{Problem: switchProblem(p, "reference", together)})
	}
}

// switchProblem keeps the server's message from repeating what came from the
// environment.
func switchProblem(p *problems, path string, err error) string {
	if p.fromEnv(path) {
		return "not a switch of the reference server"
	}
	return err.Error()
}

func consentRules(s *Scenario, p *problems) {
	first := map[string]int{}
	for i, c := range s.Consent {
		path := index("consent", i)
		host := normalHost(c.Host)
		if !validHost(host) {
			e := Error{Problem: fmt.Sprintf("%s is no host", p.quote(path+".host", c.Host)), Allowed: []string{"a host name or an address, without scheme, port and path"}}
			if u, err := url.Parse(c.Host); err == nil && u.Hostname() != "" {
				e.Suggestion = u.Hostname()
			}
			p.value(path+".host", e)
		}
		if before, twice := first[host]; twice {
			p.value(path+".host", Error{Problem: fmt.Sprintf("a second consent for %s, after %s", p.quote(path+".host", c.Host), index("consent", before))})
		} else {
			first[host] = i
		}
		if c.MaxRate == 0 && p.given(path+".max_rate") {
			p.value(path+".max_rate", Error{Problem: "a consent to nothing"})
		}
		if c.Expires != (Date{}) && !s.options.Now().Before(c.Expires.End()) {
			p.value(path+".expires", Error{Problem: fmt.Sprintf("the consent expired on %s: ask %s again", c.Expires, p.quote(path+".owner", c.Owner))})
		}
		if hostOf(s.Target.URL) == host {
			rateRule(s, p, c)
		}
	}
}

// rateRule holds every stage against the consent of its target.
func rateRule(s *Scenario, p *problems, c Consent) {
	for i, st := range s.Stages {
		path := index("stages", i)
		switch {
		case c.MaxRate == 0:
		case st.Arrival == "closed":
			p.value(path+".arrival", Error{Problem: fmt.Sprintf("a closed stage has no rate that could be kept below the consent's %s", c.MaxRate)})
		case st.peak() > c.MaxRate*(1+slack):
			p.value(path+"."+peakKey(st), Error{Problem: fmt.Sprintf("the stage reaches %s, above the %s that the consent for its target allows",
				st.peak(), c.MaxRate)})
		}
	}
}

// peakKey is the field that decides a stage's peak.
func peakKey(st Stage) string {
	switch {
	case st.Arrival == "burst":
		return "count"
	case st.Arrival == "sine":
		return "amplitude"
	case (st.Arrival == "ramp" || st.Arrival == "steps") && st.To > st.Rate:
		return "to"
	}
	return "rate"
}

func hostOf(target string) string {
	u, err := url.Parse(target)
	if err != nil || target == "" {
		return ""
	}
	return normalHost(u.Hostname())
}

func normalHost(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host != "" && len(host) < 254 && !strings.ContainsFunc(host, func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	})
}

func mixRules(s *Scenario, p *problems) {
	var sum float64
	told := false
	for i, e := range s.Mix {
		path := index("mix", i)
		sum += e.Weight
		told = told || p.spoilt[path+".weight"]
		switch {
		case e.Class == "" && e.Fault == "":
			p.missing(path, "class", Error{Problem: "an entry of the mix needs a class or a fault"})
		case e.Class != "" && e.Fault != "":
			p.key(path+".fault", Error{Problem: "an entry of the mix is a class or a fault: make two entries of it"})
		case e.Fault != "":
			faultRules(e, path, p)
		}
	}
	if sum == 0 && len(s.Mix) > 0 && !told {
		p.key("mix", Error{Problem: "the weights sum to nothing: at least one has to be above 0"})
	}
}

func faultRules(e Entry, path string, p *problems) {
	for key, value := range map[string]string{"depth": e.Depth, "size": e.Size} {
		if value != "" {
			p.key(path+"."+key, Error{Problem: fmt.Sprintf("a fault has no %s: it is one edit away from a valid update", key)})
		}
	}
	if _, err := generators.Match(e.Fault); err != nil {
		known := names(generators.Faults(), func(f generators.Fault) string { return f.Name })
		p.value(path+".fault", Error{
			Problem:    fmt.Sprintf("no fault is called %s", p.quote(path+".fault", e.Fault)),
			Allowed:    []string{"a fault's name, a pattern such as version-*", "a requirement such as V-04 or V-*", "or * alone"},
			Suggestion: spelling.Nearest(e.Fault, known),
		})
	}
}

// thresholdRules refuses a threshold on what the mix never sends.
func thresholdRules(s *Scenario, p *problems) {
	var sent []string
	for _, e := range s.Mix {
		class := e.Class
		if e.Fault != "" {
			class = generators.ClassFault
		}
		if e.Weight > 0 && !slices.Contains(sent, class) {
			sent = append(sent, class)
		}
	}
	seen := map[string]int{}
	for i, t := range s.Thresholds {
		path := index("thresholds", i)
		if c := t.Metric.Class; c != "" && !slices.Contains(sent, c) {
			e := Error{Problem: fmt.Sprintf("the mix sends no %s", c), Allowed: sent, Suggestion: spelling.Nearest(c, sent)}
			thresholdPart(p, path, "class(", c, e)
		}
		if n := windowsOf(s, t); n > windowsMost {
			p.value(path, Error{Problem: fmt.Sprintf("%d windows of %s; at most %d can be kept", n, t.Over, windowsMost),
				Allowed: []string{"longer windows"}})
		}
		if first, twice := seen[t.String()]; twice {
			p.value(path, Error{Problem: fmt.Sprintf("the same threshold as %s", index("thresholds", first))})
		} else {
			seen[t.String()] = i
		}
	}
}

// windowsMost is how many windows a threshold can have: each is kept until the run
// has ended.
const windowsMost = 4096

// windowsOf is how many windows of the threshold the measured stages have, at most.
func windowsOf(s *Scenario, t threshold.Threshold) int64 {
	if t.Over == 0 {
		return 0
	}
	var measured time.Duration
	for _, stage := range s.Stages {
		if !stage.WarmUp {
			measured += stage.Duration
		}
	}
	return int64(measured / t.Over)
}

// thresholdPart reports the word that follows a beginning of an expression.
func thresholdPart(p *problems, path, before, word string, e Error) {
	if p.placed() {
		m := p.source.values[path]
		if at := strings.Index(m.text, before+word); at >= 0 {
			m = m.part(len([]rune(m.text[:at]))+len(before)+1, word)
			p.add(path, p.source.at(m, e))
			return
		}
	}
	p.value(path, e)
}

func limitRules(s *Scenario, p *problems) {
	for i, st := range s.Stages {
		if st.Arrival == "closed" && s.Limits.InFlight > 0 && st.Workers > s.Limits.InFlight {
			p.value(index("stages", i)+".workers", Error{Problem: fmt.Sprintf("%d workers, and limits.in_flight is %d", st.Workers, s.Limits.InFlight)})
		}
	}
}
