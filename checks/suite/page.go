package suite

// pageRows look at the body member pageId.
func pageRows() []Row {
	return []Row{
		row("PG-01", "The page that Create Session has just named is the only one a client can report on."),
		row("PG-02", "Without the page nobody knows where the visitor was when it happened."),
		row("PG-03", "A null page is a client's variable that was never set."),
		row("PG-04", "An empty page names no page, and events on it cannot be placed."),
		row("PG-05", "A page that comes back as a number may have lost its leading zeros on the way."),
		row("PG-06", "A page of another type is a mistake in the client that only a refusal brings to light."),
		row("PG-07", "Real page ids exceed 32 bits; a server that reads them into fewer confuses pages."),
		row("PG-08", "Tells whether the page is checked against the session at all."),
		row("PG-09", "Tells whether one visitor's page may be used by another."),
		row("PG-10", "Tells whether a page of earlier in the same session still counts.",
			olderPage()),
		row("PG-11", "Tells how texts that only resemble a number are taken."),
		row("PG-12", "Tells whether the page is a number to the server or any text."),
		row("PG-13", "Tells how long a page id may be."),
		row("PG-14", "Tells whether member names are compared letter by letter."),
	}
}
