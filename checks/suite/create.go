package suite

// createRows look at Create Session, without which there is nothing to update.
func createRows() []Row {
	return []Row{
		row("CR-01", "Without a session there is nothing to update; both forms of the first call stand in documents.",
			firstCall("trailing slash", "/"), firstCall("no slash", "")),
		row("CR-02", "An offer without its ids can be shown and never reported on.", offerComplete()),
		row("CR-03", "Ids of an offer that was not made lead clients to report impressions of nothing.", offerAbsent()),
		row("CR-04", "Ids are numbers in one place of the documents and texts in another; a client has to take both.", idsDecode()),
		gathered("CR-05", "A cold account answers after seconds; a client that gives up has lost the visitor."),
		row("CR-06", "A session of an unknown kind of app is shown to agents as something it is not.",
			createRefused("missing", `{}`), createRefused("WEB", `{"appType":"WEB"}`)),
		row("CR-07", "Tells whether a second call goes on with the session or starts another.", secondCall()),
		row("CR-08", "An impression before there is a session counts for nobody.",
			createRefused("", `{"appType":"EXTERNAL","engagementAttributes":[{"type":"impDisplay","campaign":1,"engId":1,"revision":1}]}`)),
		elsewhere("CR-09", "Tells under which spelling the address of an account is found.",
			"the address is asked of LivePerson's domain service, a host that this suite does not talk to"),
	}
}
