package deviations

import (
	"strings"
	"time"

	"sdegauge/internal/contract"
)

const (
	otherAccount   = "globex"
	unknownAccount = "umbrella"
	unknownVisitor = "AAAAAAAAAAAAAAAAAAAAAA"
	unknownSession = "BBBBBBBBBBBBBBBBBBBBBB"
)

var known, foreign, plain = contract.ExampleSession(), otherSession(), plainSession()

func otherSession() *contract.Session {
	s := &contract.Session{
		Account: contract.ExampleSession().Account, VisitorID: "ZkQ0c1BhVmV5TGlzYm9uQQ", ID: "hT8_kk2VbC-9sUqLx0PzEw",
		PageID: "6000000001", Engagement: &contract.Engagement{Campaign: 4900000001, ID: 4900000002, Revision: 3, ContextID: "2"},
	}
	return s.Prepare()
}

func plainSession() *contract.Session {
	s := &contract.Session{
		Account: contract.ExampleSession().Account, VisitorID: "Tm9FbmdhZ2VtZW50SGVyZQ", ID: "c2Vzc2lvbl9wbGFpbi0wMQ", PageID: "7000000001",
	}
	return s.Prepare()
}

// smallest is the smallest legal update.
const smallest = `{"pageId":"4743822558"}`

// put sends one update with a body.
func put(body string) Probe { return Probe{{Body: body}} }

// with sends an update with members besides pageId.
func with(members string) Probe { return put(`{"pageId":"4743822558",` + members + `}`) }

// sde sends an update with SDEs.
func sde(sdes ...string) Probe {
	return with(`"engagementAttributes":[` + strings.Join(sdes, ",") + `]`)
}

// impression sends an update with impressions.
func impression(events ...string) Probe {
	return with(`"impAttributes":[` + strings.Join(events, ",") + `]`)
}

// to sends the smallest update to another target.
func to(target string) Probe { return Probe{{Target: target, Body: smallest}} }

// update sends the smallest update with ids of its own.
func update(account, visitor, sid string) Probe {
	return to(contract.VisitorsPath(account) + "/" + visitor + "?v=1.0&sid=" + sid)
}

// query sends the smallest update with another query.
func query(q string) Probe {
	return to(contract.Path(known.Account, known.VisitorID) + "?" + q)
}

// version sends the smallest update with another version.
func version(v string) Probe { return query("v=" + v + "&sid=" + known.ID) }

// header sends the smallest update with one more header field.
func header(name, value string) Probe {
	return Probe{{Body: smallest, Header: []contract.HeaderField{{Name: name, Value: value}}}}
}

// create sends a Create Session.
func create(body string) Probe {
	return Probe{{Method: "POST", Target: contract.VisitorsPath(known.Account) + "?v=1.0", Body: body}}
}

// failing sends the smallest update to a server that was asked to fail.
func failing(statuses ...int) Probe {
	return append(Probe{{Fail: statuses}}, times(len(statuses)+1)...)
}

// times sends the smallest update so many times.
func times(n int) Probe {
	var p Probe
	for range n {
		p = append(p, Step{Body: smallest})
	}
	return p
}

// aged sends the smallest update of a session that has grown older.
func aged(by time.Duration) Probe { return append(Probe{{Age: by}}, times(1)...) }

// stored reads back what an update left.
func stored(p Probe) Probe { return append(p, Step{Read: true}) }

const external = `{"appType":"EXTERNAL"}`

// The events and SDEs that probes send.
const (
	impIDs     = `"campaign":3115242510,"engId":3115242810,"revision":537`
	impContext = `"eContext":[{"type":"engagementContext","id":"1"}]`
	display    = `{"type":"impDisplay",` + impIDs + `,` + impContext + `}`
	accept     = `{"type":"impAccept",` + impIDs + `,` + impContext + `}`
	expanded   = `{"type":"impExpanded","expanded":null,"userInit":null,"actionableItems":null,` + impIDs + `}`
	timeout    = `{"type":"impTimeout",` + impIDs + `}`
	closed     = `{"type":"impClose",` + impIDs + `}`

	lead = `{"type":"lead"}`
	cart = `{"type":"cart","total":1,"numItems":1}`
)

var acceptGzip = []contract.HeaderField{{Name: "Accept-Encoding", Value: "gzip"}}
