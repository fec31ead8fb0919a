package suite

// searchInfoRows look at the SDE searchInfo.
func searchInfoRows() []Row {
	return []Row{
		row("SQ-01", "Tells whether searches are taken from apps, on which the documents contradict one another."),
		row("SQ-02", "Tells how empty, odd and long lists of keywords are taken."),
		row("SQ-03", "Keywords that are no list of words cannot be matched with anything."),
	}
}
