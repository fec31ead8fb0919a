package suite

// prodViewRows look at the SDE prodView.
func prodViewRows() []Row {
	return []Row{
		row("SV-01", "The smallest documented view is what a shop sends on every product page."),
		row("SV-02", "A view with all documented members is what recommendations rest on."),
		row("SV-03", "A view without a product is a view of nothing."),
		row("SV-04", "A price that is no number cannot be compared, nor can products be listed that are no list."),
		row("SV-05", "Tells how freely the state of the stock may be told."),
		row("SV-06", "Tells whether a member of older documents is still taken."),
		row("SV-07", "Tells whether views add up over a session.",
			successive("prodView", 3)),
	}
}
