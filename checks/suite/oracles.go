package suite

import (
	"slices"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// oracleRows are judged on the answers to the cases of all other rows.
func oracleRows() []Row {
	return []Row{
		gathered("U-01", "A client that branches on the documented codes has no branch for another one."),
		gathered("U-02", "Without the envelope a client knows that it failed and not why."),
		gathered("U-03", "A typed client cannot decode an envelope whose numbers are text, null or fractions."),
		gathered("U-04", "A client that logs the message breaks on one that is no text."),
		gathered("U-05", "A client that takes the empty entity at its word leaves what follows on the connection."),
		gathered("U-06", "An error whose time is in another unit or zone cannot be found in any log."),
		gathered("U-07", "A client's fault answered as a server's is sent four times in thirty seconds by whoever follows the retry advice."),
		gathered("U-08", "A client that looks for the envelope at top level finds nothing in a wrapper."),
		gathered("U-09", "Members may be added to the envelope; neither a client nor this suite may stumble over them."),
		gathered("U-10", "Tells which header fields a client of this server can count on."),
		gathered("U-11", "Tells whether something before the server redirects; redirects are never followed."),
		gathered("U-12", "An envelope in another encoding, or with a member twice, is read differently by every parser."),
		gathered("U-13", "Tells whether messages repeat what a client sent, which matters wherever they are shown."),
	}
}

// recordedFields are the header fields whose presence U-10 records.
var recordedFields = []string{
	"Content-Type", "Server", "Date", "Retry-After", "Set-Cookie", "Access-Control-Allow-Origin", "Cache-Control",
}

// fieldsShown is what U-10 notes of an answer: the content type and which other
// fields are there.
func fieldsShown(a *Answer) string {
	var names []string
	for _, name := range recordedFields {
		value := a.Field(name)
		switch {
		case value == "":
		case name == "Content-Type", name == "Server":
			names = append(names, name+": "+checks.Printable([]byte(value), 60))
		default:
			names = append(names, name)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}

// redirectShown is what U-11 notes.
func redirectShown(a *Answer) string {
	if a.Status/100 == 3 {
		return a.Signature() + " to " + checks.Printable([]byte(a.Field("Location")), 60)
	}
	return ""
}

// leastEcho is the shortest piece of a request whose return is no coincidence.
const leastEcho = 12

// echoShown is what U-13 notes: that a message holds a piece of the request.
func echoShown(a *Answer) string {
	message := a.Envelope.Message
	sent := a.Case.Target + "\n" + string(a.Case.Body)
	for at := 0; at+leastEcho <= len(message); at++ {
		if strings.Contains(sent, message[at:at+leastEcho]) {
			return "echoes the request"
		}
	}
	return "no echo"
}

// due says that an answer owes its envelope as a requirement: it was an OK or REJ
// row's, and so on the API's own path.
func due(a *Answer) bool {
	o := a.Case.Expect.Outcome
	return (o == contract.OK || o == contract.Rejected) && a.Case.Method == contract.Method && checks.OwnPath(a.Case.Target)
}

// of says that an answer is that of one of the rows.
func of(a *Answer, ids ...string) bool { return slices.Contains(ids, a.Case.Expect.Requirement) }
