package suite

// attributeRows look at the body member engagementAttributes, whatever the type of its SDEs.
func attributeRows() []Row {
	return []Row{
		row("EA-01", "An update without attributes is how a client says that a visitor is still there."),
		row("EA-02", "This is the documented example; it is the first thing that every integrator sends."),
		row("EA-03", "Both lists stand together in the documented example; a server that reads one loses half of every visit."),
		row("EA-04", "A client that batches sends every kind of attribute in one update."),
		gathered("EA-05", "What this suite counts as valid has to be valid; this row keeps the suite honest."),
		row("EA-06", "An impression among the attributes is excluded in so many words; taken, it is counted by nobody."),
		row("EA-07", "An impression among the attributes is excluded in so many words; taken, it is counted by nobody."),
		row("EA-08", "The literal word of the exclusion, sent as a type, names nothing that could be stored."),
		row("EA-09", "Half of a refused update that is stored all the same leaves client and server with different pasts.",
			append(generated("EA-09"), nothingStored("lead", `{"type":"lead"}`, `{"type":"impDisplay"}`))...),
		row("EA-10", "Tells whether null stands for an absent list."),
		row("EA-11", "Tells whether an empty list of attributes is taken."),
		row("EA-12", "A single object in place of a list is the classic slip of generated clients, lost silently when it is taken."),
		row("EA-13", "Tells whether the specification's type string is taken at its word."),
		row("EA-14", "A value that is no list, when taken, was thrown away without a word."),
		row("EA-15", "Entries that are no objects are thrown away by a server that does not refuse them."),
		row("EA-16", "An unknown attribute that is taken is stored nowhere, and the client believes it was."),
		row("EA-17", "Without its type an attribute cannot be stored as anything."),
		row("EA-18", "Tells whether types are compared letter by letter."),
		row("EA-19", "Tells whether the other names that documents use pass as types."),
		row("EA-20", "Tells what becomes of an attribute whose content stands in the wrong wrapper."),
		row("EA-21", "Tells which of two wrappers in one attribute counts."),
		row("EA-22", "Tells whether members may be added to an attribute."),
		row("EA-23", "Tells what a wrapper that is no object does."),
		row("EA-24", "All or nothing: a client that is refused repeats the whole update, and what was stored is stored twice.",
			append(generated("EA-24"), nothingStored("lead", `{"type":"lead"}`, `{"type":"cart"}`))...),
		row("EA-25", "Tells whether the same attribute twice in one update replaces, merges or adds.",
			append(generated("EA-25"), sameTypeTwice(
				`{"type":"personal","personal":{"firstname":"Noa"}}`, `{"type":"personal","personal":{"lastname":"Keller"}}`, "firstname", "lastname"))...),
		row("EA-26", "Tells how many attributes one update may hold."),
		row("EA-27", "Tells whether texts are bounded where the read side says they are."),
		row("EA-28", "Tells whether that bound counts characters or bytes."),
		row("EA-29", "Tells whether texts in all scripts come through unharmed."),
		row("EA-30", "Tells whether texts that try to be code are taken as texts, and whether errors echo them unescaped."),
		row("EA-31", "Tells whether a visitor who signs in on a live session is taken."),
		row("EA-32", "Tells whether the name of the list is compared letter by letter."),
	}
}
