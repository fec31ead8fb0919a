package suite

// sessionIDRows look at the query parameter sid.
func sessionIDRows() []Row {
	return []Row{
		row("SI-01", "The session that Create Session has just opened is the only one a client can update."),
		row("SI-02", "An update that names no session and is taken was stored with whatever session came to hand."),
		row("SI-03", "An empty sid is a client that did not wait for its session."),
		row("SI-04", "A client whose session is gone has to learn it, or it goes on reporting into the void."),
		row("SI-05", "The sid is all that ties an update to its visitor; a foreign one must not open the door."),
		row("SI-06", "Data for a session that has ended belongs to a visit that is over.",
			afterSixHours()),
		row("SI-07", "Ids cut or padded on their way are a frequent slip, and only a refusal reveals it."),
		row("SI-08", "Characters that no id has come from broken encoding or from somebody who is trying doors."),
		row("SI-09", "Half of all real ids hold one of these two; a stricter pattern loses every second visitor."),
		row("SI-10", "Tells whether the dotted form of older documents still has a meaning."),
		row("SI-11", "Tells whether the id that the read side shows can be used to write."),
		row("SI-12", "Tells whether session ids are compared letter by letter."),
		row("SI-13", "Tells whether blanks around a session id are cut off."),
		row("SI-14", "Tells which sid counts when there are two."),
		row("SI-15", "Tells whether other names for the session id are understood."),
		row("SI-16", "Tells whether the session id may come in the body."),
		row("SI-17", "Tells whether the query is decoded before ids are compared."),
	}
}
