package suite

// versionRows look at the query parameter v.
func versionRows() []Row {
	return []Row{
		row("V-01", "The one supported version is in every request of every client."),
		row("V-02", "A client that names no version would be served today's behaviour for ever, whatever it was built for."),
		row("V-03", "An empty version is a configuration that was never filled in."),
		row("V-04", "The documented error example is about this request; clients are tested with it."),
		row("V-05", "A number that is no version, when taken, promises behaviour that does not exist."),
		row("V-06", "Text that is taken for a version shows that nobody compares it."),
		row("V-07", "A client of the sibling API that lands here must not believe that it is understood."),
		gathered("V-08", "People search for the documented message when they meet this error."),
		row("V-09", "Tells whether the version is compared as a number or as a text."),
		row("V-10", "Tells which spellings of the same number are one version here."),
		row("V-11", "Tells whether the parser is Java's, which takes more than it says."),
		row("V-12", "Tells whether digits and separators of other scripts pass for numbers."),
		row("V-13", "Tells whether the parser keeps its head at values beyond any version."),
		row("V-14", "Tells whether the comparison is exact or goes through a double."),
		row("V-15", "Tells whether a parameter that a proxy has doubled does harm."),
		row("V-16", "Tells which of two contradicting versions counts, the first or the last."),
		row("V-17", "Tells whether names of parameters are compared letter by letter."),
		row("V-18", "Tells whether the version may come another way than in the query."),
		row("V-19", "Tells which of several faults is found first, and so which one a client hears of."),
	}
}
