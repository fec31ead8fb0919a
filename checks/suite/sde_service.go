package suite

// serviceRows look at the SDE service.
func serviceRows() []Row {
	return []Row{
		row("SS-01", "The smallest documented service request is what a help page sends."),
		row("SS-02", "A service request with all documented members is what agents pick their work by."),
		row("SS-03", "Each documented status is somebody's; one that is refused leaves those requests at the wrong stage."),
		row("SS-04", "Tells whether the statuses that the read side knows may be written."),
		row("SS-05", "Tells whether numbers beyond the list pass for a status."),
		row("SS-06", "A status that is no number has no place in any list of work."),
		row("SS-07", "Tells whether a service request that is reported twice counts twice.",
			repeat("service", 2)),
	}
}
