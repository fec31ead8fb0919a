package suite

// mrktInfoRows look at the SDE mrktInfo.
func mrktInfoRows() []Row {
	return []Row{
		row("SM-01", "The smallest documented campaign is what a landing page sends."),
		row("SM-02", "A campaign with all documented members is what the source of a visit is known by."),
		row("SM-03", "Each documented channel is somebody's; one that is refused loses that source of visits."),
		row("SM-04", "Tells whether the channels that the read side knows may be written."),
		row("SM-05", "Tells whether numbers beyond the list pass for a channel."),
		row("SM-06", "Tells whether the quoted channel of the documented sample is taken."),
		row("SM-07", "A channel that is no number has no place in any report by channel."),
		row("SM-08", "Tells which of two documented spellings is read."),
	}
}
