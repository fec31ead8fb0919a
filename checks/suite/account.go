package suite

// accountRows look at the path parameter accountId.
func accountRows() []Row {
	return []Row{
		row("AC-01", "A live account that is refused shuts out all of its visitors."),
		row("AC-02", "An update that is taken without an account has been stored with somebody, nobody knows whom."),
		row("AC-03", "A router that skips a missing segment may take the next one for the account."),
		row("AC-04", "A mistyped account that is answered like a live one hides the mistake until the reports stay empty."),
		row("AC-05", "A limit set one too low locks out accounts whose names are as long as the pattern allows."),
		row("AC-06", "Names beyond the pattern reach storage that was laid out for shorter ones."),
		row("AC-07", "A pattern read too narrowly locks out accounts with short names or underscores."),
		row("AC-08", "Characters with a meaning in paths and queries are how requests get where they do not belong."),
		row("AC-09", "Tells how names beyond ASCII are read, where two servers rarely agree."),
		row("AC-10", "Tells whether two spellings of an account are one account."),
		row("AC-11", "Tells whether blanks around an account are cut off or count."),
		row("AC-12", "Tells where the path is bounded, and by whom."),
		row("AC-13", "Whoever knows one visitor's ids must not write into it through another customer's account.",
			foreignAccount()),
	}
}
