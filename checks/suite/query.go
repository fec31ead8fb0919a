package suite

// queryRows look at the query string as a whole.
func queryRows() []Row {
	return []Row{
		row("Q-01", "Clients and proxies order parameters as they like; order carries no meaning in a query."),
		row("Q-02", "Tells whether a tracking parameter that somebody adds on the way breaks the call."),
		row("Q-03", "Tells whether a parameter of a sibling API is tolerated."),
		row("Q-04", "Tells which of the two required parameters is missed first."),
		row("Q-05", "Tells whether semicolons separate parameters, as old parsers have it."),
		row("Q-06", "Tells how separators too many are read."),
		row("Q-07", "Tells whether the framework reads array notation into parameters."),
		row("Q-08", "Tells where the number of parameters is bounded."),
	}
}
