package suite

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// gatherRules judge the rows that have no request of their own and that the
// oracles do not judge.
var gatherRules = []gatherRule{
	{id: "U-09", applies: func(a *Answer) bool { return a.Conforms && extended(a.Body) }, holds: always},
	{id: "U-10", applies: func(*Answer) bool { return true }, shows: fieldsShown},
	{id: "U-11", applies: func(a *Answer) bool { return a.Status/100 == 3 }, shows: redirectShown},
	{id: "U-13", applies: func(a *Answer) bool { return a.Envelope.Message != "" }, shows: echoShown},
	{id: "VI-06", applies: func(a *Answer) bool { return of(a, "VI-04") }, holds: notCreated},
	{id: "V-08", applies: func(a *Answer) bool { return a.Envelope.Message != "" && of(a, versionRefusals...) }, holds: saysIllegalVersion},
	{id: "H-13", applies: func(a *Answer) bool { return a.Status == 401 }, holds: conforming},
	{id: "EA-05", applies: func(a *Answer) bool { return a.Case.Expect.Outcome == contract.OK }, holds: noImpressionAmongSDEs},
	{id: "RS-01", applies: func(a *Answer) bool { return a.Case.Expect.Outcome == contract.OK && a.Status/100 == 2 }, holds: exactly200},
	{id: "RS-02", applies: func(a *Answer) bool { return a.Status == 400 && due(a) }, holds: conforming},
	{id: "RS-03", applies: func(a *Answer) bool { return a.Status == 404 && due(a) }, holds: conforming},
	{id: "RS-05", applies: func(a *Answer) bool { return a.Conforms && of(a, versionRefusals...) }, holds: codeIs(contract.CodeIllegalVersion)},
	{id: "RS-06", applies: func(a *Answer) bool {
		return a.Conforms && due(a) && slices.Equal(a.Case.Expect.Codes, []contract.InternalCode{contract.CodeInvalidData})
	}, holds: codeIs(contract.CodeInvalidData)},
	{id: "RS-07", applies: func(a *Answer) bool { return a.Conforms && of(a, "VI-04") }, holds: codeIs(contract.CodeUnknownVisitor)},
	{id: "RS-07", applies: func(a *Answer) bool { return a.Conforms && of(a, "SI-04") }, holds: codeIs(contract.CodeUnknownSession)},
	{id: "RS-08", applies: isLoading, holds: namesVisitor},
	{id: "RS-09", applies: func(a *Answer) bool { return isLoading(a) || a.Case.Method == http.MethodPost && a.Status == 202 }, shows: (*Answer).Signature},
	{id: "RS-13", applies: func(a *Answer) bool { return a.Conforms && a.Envelope.Message == "" }, holds: always},
	{id: "RS-14", applies: func(a *Answer) bool { return a.OK() && strings.TrimSpace(string(a.Body)) == "{}" }, holds: always},
}

// versionRefusals are the rows whose refusal is about the version alone.
var versionRefusals = []string{"V-02", "V-03", "V-04", "V-05", "V-06", "V-07"}

func always(*Answer) (bool, string, string) { return true, "", "" }

func notCreated(a *Answer) (bool, string, string) {
	return a.Status != 201, "a status other than 201: the call creates nothing", a.Signature()
}

func exactly200(a *Answer) (bool, string, string) { return a.Status == 200, "200", a.Signature() }

func conforming(a *Answer) (bool, string, string) {
	return a.Conforms, fmt.Sprintf("%d with a conforming envelope", a.Status), a.Signature()
}

func saysIllegalVersion(a *Answer) (bool, string, string) {
	return a.Envelope.Message == contract.IllegalVersionMessage,
		"message: " + strconv.Quote(contract.IllegalVersionMessage),
		"message: " + checks.Printable([]byte(strconv.Quote(a.Envelope.Message)), checks.TextLimit)
}

// isLoading says that Create Session was answered by a cold account (CS).
func isLoading(a *Answer) bool {
	return a.Case.Method == http.MethodPost && a.Conforms && a.Envelope.InternalCode == contract.CodeLoadingAccount
}

func namesVisitor(a *Answer) (bool, string, string) {
	_, ok := traffic.LoadingVisitor(a.Status, a.Body)
	return ok, "500 whose message is in the form " + strconv.Quote(contract.LoadingMessage("{account}", "{visitorId}")),
		a.Signature() + ", message: " + checks.Printable([]byte(strconv.Quote(a.Envelope.Message)), checks.TextLimit)
}

func codeIs(code contract.InternalCode) func(*Answer) (bool, string, string) {
	return func(a *Answer) (bool, string, string) {
		return a.Envelope.InternalCode == code,
			fmt.Sprintf("internalCode %d", code), fmt.Sprintf("internalCode %d", a.Envelope.InternalCode)
	}
}

// noImpressionAmongSDEs is about this program: what it counts as valid holds
// no impression event among the SDEs (S:L44).
func noImpressionAmongSDEs(a *Answer) (bool, string, string) {
	found := impressionAmongSDEs(a.Case.Body)
	return found == "", "no impression event in engagementAttributes", found
}

// shownText lists behaviours in an order that does not depend on how often each
// was seen: that varies from run to run.
func shownText(shown map[string]int) string {
	return strings.Join(slices.Sorted(maps.Keys(shown)), "; ")
}
