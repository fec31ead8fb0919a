package suite

// visitorErrorRows look at the SDE error.
func visitorErrorRows() []Row {
	return []Row{
		row("SE-01", "The smallest documented error is what a page sends when something broke."),
		row("SE-02", "An error with all documented members is what an agent is called for.",
			append(generated("SE-02"), written("not resolved",
				`{"type":"error","error":{"contextId":"checkout form","message":"postcode rejected","code":"PC-17","level":3,"resolved":false}}`))...),
		row("SE-03", "An error whose level or state has another type cannot be ranked."),
		row("SE-04", "Tells where levels are bounded, and what passes for resolved."),
		row("SE-05", "Tells whether a report that an error is resolved finds the earlier one.",
			resolvedLater()),
	}
}
