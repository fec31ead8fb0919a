package suite

// leadRows look at the SDE lead.
func leadRows() []Row {
	return []Row{
		row("SL-01", "The smallest documented lead is what a form sends when it is opened."),
		row("SL-02", "A lead with all documented members is what a campaign is paid by."),
		row("SL-03", "A lead whose value is no number is worth nothing in every sum."),
		row("SL-04", "Tells where the value of a lead is bounded."),
		row("SL-05", "Tells whether a lead that is reported twice counts twice.",
			repeat("lead", 2)),
		row("SL-06", "Tells whether leads add up over a session.",
			successive("lead", 20)),
	}
}
