package suite

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// observedRaw sends one request on a connection of its own and notes the answer.
func (p *Probe) observedRaw(c *contract.Case, r traffic.RawRequest) {
	c.Expect.Outcome = contract.Observed
	a, _ := p.SendRaw(c, Once(r))
	p.Observe(a, a.Signature())
}

// posted sends a body to the path of an update by POST, which is Create Session.
func posted(body string) Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) {
		s := p.Session()
		c := p.Update(s, body)
		c.Method = http.MethodPost
		p.Judge(p.Send(c))
	})
}

// method sends the smallest update with another method.
func method(name string) Case {
	return unanswered(scripted("", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Method = name
		r := p.Parts(c)
		if name == http.MethodHead {
			r.Body = nil
			r.Remove("Content-Length")
		}
		c.Expect.Outcome = contract.Observed
		script := Once(r)
		a, raw := p.SendRaw(c, script)
		shown := a.Signature()
		if name == http.MethodHead && len(raw.Surplus) > 0 {
			shown += " with an entity, against HTTP"
		}
		if allow := a.Field("Allow"); allow != "" {
			shown += ", allows " + allow
		}
		p.Observe(a, shown)
	}))
}

func preflight() Case {
	return scripted("", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Method, c.Body = http.MethodOptions, nil
		c.Header = []contract.HeaderField{
			{Name: "Origin", Value: "https://shop.example"}, {Name: "Access-Control-Request-Method", Value: contract.Method},
		}
		c.Expect.Outcome = contract.Observed
		a := p.Send(c)
		shown := a.Signature()
		if allowed := a.Field("Access-Control-Allow-Methods"); allowed != "" {
			shown += ", allows " + allowed
		}
		p.Observe(a, shown)
	})
}

// overridden asks for another method in a header field.
func overridden(method, by string) Case {
	return scripted("", NeedOwn, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Method = method
		c.Header = append(contract.DefaultHeader(), contract.HeaderField{Name: "X-HTTP-Method-Override", Value: by})
		p.Judge(p.Send(c))
	})
}

// clearText asks the host of an https target without TLS: on its port, and on
// that of http. An update must not be taken on either.
func clearText() Case {
	return unanswered(scripted("", NeedTLS, func(p *Probe) {
		ports := []string{"80"}
		if u, err := url.Parse(p.run.options.Target.URL); err == nil && u.Port() != "" {
			ports = append(ports, u.Port())
		}
		for _, port := range ports {
			c := p.Smallest(p.Session())
			c.Expect.Outcome = contract.Not2xx // by whoever listens there, and be it the TLS library
			script := Once(p.Parts(c))
			script.ClearPort = port
			a, _ := p.SendRaw(c, script)
			if a.Status/100 == 2 {
				p.Check(false, "no 2xx without TLS", a.Signature()+" on port "+port, a)
				return
			}
		}
		p.Check(true, "no 2xx without TLS", "refused, redirected or rejected", nil)
	}))
}

// The handshakes that every exchange refuses to offer.
const (
	tls10 = tls.VersionTLS10
	tls11 = tls.VersionTLS11
)

func oldHandshake(name string, version uint16) Case {
	return unanswered(scripted(name, NeedTLS, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Expect.Outcome = contract.Observed
		script := Once(p.Parts(c))
		script.TLS = version
		a, raw := p.SendRaw(c, script)
		shown := "handshake refused"
		if raw.TLS != 0 {
			shown = "handshake accepted, " + a.Signature()
		}
		p.behaved(shown)
		p.record(contract.ObservedOnly, p.c.Expect.String(), shown, a)
	}))
}

func http10() Case {
	return unanswered(scripted("HTTP/1.0", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		r.Proto = "HTTP/1.0"
		p.observedRaw(c, r)
	}))
}

func http11() Case {
	return scripted("HTTP/1.1", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		p.observedRaw(c, p.Parts(c))
	})
}

// http2 speaks HTTP/2: over TLS where the server agrees to, in clear text by
// prior knowledge.
func http2() Case {
	return unanswered(scripted("HTTP/2", 0, func(p *Probe) {
		o := p.run.options.Target
		o.HTTP, o.Transport = traffic.HTTP2C, traffic.TransportStd
		if isTLS(o.URL) {
			o.HTTP = traffic.HTTP2
		}
		e, err := traffic.NewTransport(p.ctx, o)
		if err != nil {
			p.Inconclusive(err.Error())
			return
		}
		defer e.Close()
		c := p.Smallest(p.Session())
		c.Expect.Outcome = contract.Observed
		a := p.took(p.over(c, e))
		p.Observe(a, a.Signature())
	}))
}

// edited sends the smallest update to an edited target.
func edited(name string, edit func(*contract.Session, string) string) Case {
	return unanswered(scripted(name, 0, func(p *Probe) {
		s := p.Session()
		c := p.Smallest(s)
		c.Target = edit(s, c.Target)
		p.observedRaw(c, p.Parts(c))
	}))
}

// replacing replaces a piece of the path.
func replacing(piece, by string) func(*contract.Session, string) string {
	return func(_ *contract.Session, target string) string { return strings.Replace(target, piece, by, 1) }
}

// visitorPath adds to the visitor's segment of the path.
func visitorPath(more string) func(*contract.Session, string) string {
	return func(_ *contract.Session, target string) string { return strings.Replace(target, "?", more+"?", 1) }
}

// wrongPath is one letter away from the API's path.
func wrongPath() Case {
	c := scripted("", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Target = strings.Replace(c.Target, "/engagement/", "/engagements/", 1)
		p.Judge(p.Send(c))
	})
	c.Expect = contract.Expectation{Outcome: contract.Not2xx, Status: 404}
	return c
}

// longTarget pads the target with a parameter that means nothing.
func longTarget(name string, size int) Case {
	return unanswered(scripted(name, 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		c.Target += "&x="
		c.Target += strings.Repeat("x", size-len(c.Target))
		p.observedRaw(c, p.Parts(c))
	}))
}

func absoluteForm() Case {
	return unanswered(scripted("", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		r.Target = p.run.raw.Target() + r.Target
		p.observedRaw(c, r)
	}))
}

func wrongHost() Case {
	return unanswered(scripted("wrong", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		r.Set("Host", "nobody.invalid")
		p.observedRaw(c, r)
	}))
}

func noHost() Case {
	return unanswered(scripted("missing", 0, func(p *Probe) {
		c := p.Smallest(p.Session())
		r := p.Parts(c)
		r.Remove("Host")
		p.observedRaw(c, r)
	}))
}
