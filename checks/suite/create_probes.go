package suite

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// createdReply is a reply of Create Session as far as its form is looked at.
type createdReply struct {
	Status            string                     `json:"status"`
	SessionID         json.RawMessage            `json:"sessionId"`
	VisitorID         json.RawMessage            `json:"visitorId"`
	PageID            json.RawMessage            `json:"pageId"`
	EngagementDetails map[string]json.RawMessage `json:"engagementDetails"`
}

// post is a Create Session request: path is what follows the account's visitors.
func (p *Probe) post(path, body string) *contract.Case {
	return &contract.Case{
		Seq: p.seq(), Method: http.MethodPost, Expect: p.c.Expect, Body: []byte(body),
		Target: contract.VisitorsPath(p.run.options.Account) + path,
	}
}

const versionParameter = "?" + contract.ParamVersion + "=" + contract.Version

// createBody is the smallest legal body of Create Session (CS).
func (p *Probe) createBody() string {
	appType := p.run.options.AppType
	if appType == "" {
		appType = contract.AppTypeExternal
	}
	return fmt.Sprintf(`{"appType":%q}`, appType)
}

// firstCall tries one form of the first call. Which of the two works is open;
// that one of them does, the session that the suite began with has shown.
func firstCall(name, ending string) Case {
	return scripted(name, NeedCreate, func(p *Probe) {
		a := p.Send(p.post(ending+versionParameter, p.createBody()))
		if a.Status == http.StatusNotFound {
			p.Skip("this form is not routed here; the other one is")
			return
		}
		p.Check(a.OK() && wellFormed(a.Body) == "", "200 with status, sessionId, visitorId and pageId",
			a.Signature()+" "+wellFormed(a.Body), a)
	})
}

// wellFormed says what a reply of Create Session lacks; empty for nothing.
func wellFormed(body []byte) string {
	var reply createdReply
	if err := json.Unmarshal(body, &reply); err != nil {
		return "an entity that is no JSON object"
	}
	var lacks []string
	if reply.Status != contract.Available && reply.Status != contract.NotAvailable {
		lacks = append(lacks, "status "+contract.Available+" or "+contract.NotAvailable)
	}
	for name, value := range map[string]json.RawMessage{
		"sessionId": reply.SessionID, "visitorId": reply.VisitorID, "pageId": reply.PageID,
	} {
		if len(value) == 0 || string(value) == "null" || string(value) == `""` {
			lacks = append(lacks, name)
		}
	}
	if lacks == nil {
		return ""
	}
	return "without " + strings.Join(lacks, ", ")
}

// replyOf asks for sessions until one with the wanted availability comes.
func (p *Probe) replyOf(status string) (reply createdReply, a *Answer, found bool) {
	for range tries {
		a = p.Send(p.post("/"+versionParameter, p.createBody()))
		if a.Status == http.StatusNotFound {
			a = p.Send(p.post(versionParameter, p.createBody()))
		}
		if json.Unmarshal(a.Body, &reply) == nil && reply.Status == status {
			return reply, a, true
		}
		reply = createdReply{}
	}
	return reply, a, false
}

// details are the members that an offer has to have (CS).
var details = []string{
	"campaignId", "engagementId", "contextId", "windowId", "language", "engagementRevision", "validForSeconds",
}

func offerComplete() Case {
	return scripted("", NeedCreate, func(p *Probe) {
		reply, a, found := p.replyOf(contract.Available)
		if !found {
			p.Skip("needs a reply with status Available, and none came")
			return
		}
		var lacks []string
		for _, name := range details {
			if len(reply.EngagementDetails[name]) == 0 {
				lacks = append(lacks, name)
			}
		}
		p.Check(lacks == nil, "engagementDetails with "+strings.Join(details, ", "), "no "+strings.Join(lacks, ", "), a)
	})
}

func offerAbsent() Case {
	return scripted("", NeedCreate, func(p *Probe) {
		reply, a, found := p.replyOf(contract.NotAvailable)
		if !found {
			p.Skip("needs a reply with status NotAvailable, and none came")
			return
		}
		p.Check(reply.EngagementDetails == nil, "no engagementDetails", "engagementDetails", a)
	})
}

// idsDecode is about this program: it takes ids in both forms.
func idsDecode() Case {
	return scripted("", 0, func(p *Probe) {
		const form = `{"status":"Available","sessionId":"s","visitorId":"v","pageId":"5120934471","engagementDetails":` +
			`{"campaignId":%[1]s,"engagementId":%[1]s,"contextId":"1","engagementRevision":12}}`
		for _, id := range []string{`4100200301`, `"4100200301"`} {
			s, err := traffic.DecodeSession([]byte(fmt.Sprintf(form, id)), p.run.options.Account)
			if err != nil || s.Engagement == nil || s.Engagement.Campaign != 4100200301 {
				p.Check(false, "ids as numbers and as texts", "campaignId "+id+" is not read", nil)
				return
			}
		}
		p.Check(true, "ids as numbers and as texts", "both", nil)
	})
}

// createRefused expects Create Session to refuse a body.
func createRefused(name, body string) Case {
	c := scripted(name, NeedCreate, func(p *Probe) { p.Judge(p.Send(p.post("/"+versionParameter, body))) })
	r := contract.Expectation{
		Level: contract.Should, Outcome: contract.Rejected, Status: 400, Codes: []contract.InternalCode{contract.CodeInvalidData},
	}
	c.Expect = r
	return c
}

// recreate calls Create Session for a session's visitor with a sid, and returns
// the session that comes back. It records why there is none.
func (p *Probe) recreate(s *contract.Session, sid string) (*contract.Session, bool) {
	c := p.post("/"+s.VisitorID+versionParameter+"&"+contract.ParamSessionID+"="+sid, p.createBody())
	c.Expect.Outcome = contract.Observed
	a := p.Send(c)
	again, err := traffic.DecodeSession(a.Body, s.Account)
	if !a.OK() || err != nil {
		p.Skip("needs a second Create Session for the same visitor; it was answered " + a.Signature())
		return nil, false
	}
	return again, true
}

func secondCall() Case {
	return scripted("", NeedOwn|NeedCreate, func(p *Probe) {
		s := p.Session()
		c := p.post("/"+s.VisitorID+versionParameter+"&"+contract.ParamSessionID+"="+s.ID, p.createBody())
		a := p.Send(c)
		again, err := traffic.DecodeSession(a.Body, s.Account)
		if err != nil {
			p.Observe(a, a.Signature())
			return
		}
		same := func(name string, equal bool) string {
			if equal {
				return "same " + name
			}
			return "new " + name
		}
		p.Observe(a, strings.Join([]string{
			same("visitor", again.VisitorID == s.VisitorID), same("session", again.ID == s.ID), same("page", again.PageID == s.PageID),
		}, ", "))
	})
}
