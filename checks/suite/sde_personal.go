package suite

// personalRows look at the SDE personal.
func personalRows() []Row {
	return []Row{
		row("SR-01", "This object stands in the specification; it is the one that everybody copies."),
		row("SR-02", "The smallest documented person is what a form sends after its first field."),
		row("SR-03", "A person with all documented members is how an agent knows whom to talk to."),
		row("SR-04", "No member is mandatory, so the bare type is legal."),
		row("SR-05", "Ages are whole numbers in the table; the specification's own example writes 30.0."),
		row("SR-06", "Each documented value is somebody's; one that is refused loses those visitors' data."),
		row("SR-07", "Each documented kind of telephone is somebody's; one that is refused loses the contact."),
		row("SR-08", "Both forms stand in the documents; half of all clients send each."),
		row("SR-09", "People have more than one way to be reached."),
		row("SR-10", "Tells whether values beyond the list pass for a gender."),
		row("SR-11", "Tells whether the numbers of older documents are still taken."),
		row("SR-12", "A member of another type overwrites what was known with what nobody can read."),
		row("SR-13", "Tells whether one contact may stand without its list."),
		row("SR-14", "Tells how empty, odd and long lists of contacts are taken."),
		row("SR-15", "Tells whether addresses are looked at."),
		row("SR-16", "Tells whether telephone numbers are looked at."),
		row("SR-17", "Tells whether kinds of telephone beyond the list pass."),
		row("SR-18", "Tells whether countries are checked against a list."),
		row("SR-19", "Tells how closely languages are looked at."),
		row("SR-20", "Tells how closely ages and dates of birth are looked at."),
		row("SR-21", "Tells how long a name may be, and whether blanks are one."),
		row("SR-22", "Tells whether a second record of a person merges with the first or replaces it.",
			disjoint("personal", `{"type":"personal","personal":{"firstname":"Noa"}}`, `{"type":"personal","personal":{"lastname":"Keller"}}`, "firstname", "lastname")),
	}
}
