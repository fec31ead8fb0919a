package suite

// visitorRows look at the path parameter visitorId.
func visitorRows() []Row {
	return []Row{
		row("VI-01", "The id that Create Session has just handed out is the only one a client has."),
		row("VI-02", "An update for nobody, once taken, is lost without a trace."),
		row("VI-03", "An empty segment is what a client sends that forgot to wait for Create Session."),
		row("VI-04", "A client that comes back with a forgotten visitor has to learn that it needs a new one."),
		row("VI-05", "Events of one visitor that land with another one show agents the wrong person."),
		gathered("VI-06", "A visitor made up on the fly has no session, and nothing that is sent to it is ever seen."),
		row("VI-07", "Ids cut or padded on their way are a frequent slip, and only a refusal reveals it."),
		row("VI-08", "Characters that no id has come from broken encoding or from somebody who is trying doors."),
		row("VI-09", "Tells whether ids are compared letter by letter."),
		row("VI-10", "Tells whether blanks around an id are cut off."),
		row("VI-11", "Tells what becomes of the texts that clients send when a variable was never filled."),
		row("VI-12", "Tells how ids beyond ASCII are refused."),
		row("VI-13", "Tells whether ids are decoded before they are compared, as other clients may encode more."),
		row("VI-14", "Tells who refuses a path that cannot be decoded, the API or what stands before it."),
		row("VI-15", "Tells which of two contradicting visitor ids counts."),
	}
}
