package suite

import "sdegauge/internal/traffic"

// bodyRows look at how a body is framed and at its JSON syntax.
func bodyRows() []Row {
	return []Row{
		row("B-01", "A client that forgot the body has to hear of it, or its visitors' data are lost in silence."),
		row("B-02", "An update without its page cannot be placed in any visit."),
		row("B-03", "A body that broke off on its way must not be taken for a whole one."),
		row("B-04", "What is not JSON was meant for somebody else."),
		row("B-05", "A root that is no object holds no page; when it is taken, nothing was stored."),
		row("B-06", "The sibling's form, taken here, is thrown away without a word."),
		row("B-07", "Text that is almost JSON is read otherwise by the next version of a lenient parser."),
		row("B-08", "Tells whether the documents' own samples, comments included, can be sent as they stand."),
		row("B-09", "Tells whether numbers that JSON does not know are read."),
		row("B-10", "Tells whether what follows the object is noticed."),
		row("B-11", "Tells whether blanks around and within JSON are taken, as JSON has it."),
		row("B-12", "Tells whether a byte-order mark is passed over."),
		row("B-13", "Tells whether other encodings of Unicode are recognised."),
		row("B-14", "Tells whether broken UTF-8 is refused, replaced or stored."),
		row("B-15", "Tells whether raw control characters are taken, against JSON."),
		row("B-16", "Tells which escapes are read, and whether names may be escaped."),
		row("B-17", "Tells which of two equal names counts, the first or the last."),
		row("B-18", "Tells whether members may be added at top level."),
		row("B-19", "Tells whether names with a meaning to object mappers do anything."),
		row("B-20", "Tells where nesting is bounded in what is not read."),
		row("B-21", "Tells where nesting is bounded in what is read."),
		row("B-22", "Tells where bodies are bounded, and how a server says so."),
		row("B-23", "Tells where the number and length of names are bounded."),
		row("B-24", "Tells what numbers beyond every type do."),
		row("B-25", "Tells how long a server waits for a body.",
			slow(), unfinished()),
		row("B-26", "Tells that a client which leaves takes nobody with it.",
			leaves("before the body", headOnly, traffic.Abort), leaves("during the body", halfBody, traffic.Abort),
			leaves("after the body", whole, traffic.HangUp)),
	}
}
