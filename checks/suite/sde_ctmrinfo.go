package suite

// ctmrInfoRows look at the SDE ctmrinfo.
func ctmrInfoRows() []Row {
	return []Row{
		row("SK-01", "The smallest documented customer is what a page sends before sign-in."),
		row("SK-02", "A customer with all documented members is how an agent knows whom to greet."),
		row("SK-03", "No member is mandatory, so the bare type is legal."),
		row("SK-04", "A balance or a date of another type shows agents a wrong figure, or none."),
		row("SK-05", "Customers owe money; a balance below zero is an ordinary one."),
		row("SK-06", "Tells what becomes of members beside the wrapper, where one of the tables shows them."),
		row("SK-07", "Tells whether types and states of customers are checked against the account's lists."),
		row("SK-08", "Tells how closely dates are looked at."),
		row("SK-09", "Tells which values pass for the state of the login."),
		row("SK-10", "Tells whether ids may be numbers."),
		elsewhere("SK-11", "Tells whether the members of authenticated visits are taken.",
			"needs an authenticated engagement, which this call cannot make"),
		row("SK-12", "Tells whether a second customer record merges with the first or replaces it.",
			disjoint("ctmrinfo", `{"type":"ctmrinfo","info":{"customerId":"C-1"}}`, `{"type":"ctmrinfo","info":{"balance":12.5}}`, "customerId", "balance")),
	}
}
