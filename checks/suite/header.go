package suite

// headerRows look at header fields, content negotiation and credentials.
func headerRows() []Row {
	return []Row{
		row("H-01", "This is how every client of the documents sends it."),
		row("H-02", "Many HTTP libraries add the charset by themselves; a server that refuses it refuses their users."),
		row("H-03", "Tells whether media types are compared regardless of letter case, as HTTP has it."),
		row("H-04", "Tells whether a client may leave out what the body is."),
		row("H-05", "Tells whether the declared type is looked at, or the body alone."),
		row("H-06", "Tells whether the declared charset is believed."),
		row("H-07", "Tells whether other encodings of Unicode are read."),
		row("H-08", "Tells what a type that nobody can read does."),
		row("H-09", "Tells whether the client's wishes for the answer are looked at."),
		row("H-10", "No credential is documented, so a client has none to send."),
		row("H-11", "Tells whether a token is looked at where none is asked for."),
		row("H-12", "Tells whether other credentials are looked at."),
		gathered("H-13", "A client that is told to sign in and not why cannot know whom to ask."),
		row("H-14", "Tells whether bodies may be compressed, and what a false claim of it does."),
		row("H-15", "Tells whether the wish for compressed answers is understood."),
		row("H-16", "Tells whether a client may begin to send before it knows how much.",
			framed("", chunked)),
		row("H-17", "Tells whether a client may ask before it sends a body.",
			asksFirst()),
		row("H-18", "Tells what a length does that the body does not have, and what becomes of the connection.",
			framed("too small", lengthOff(-3)), lengthBeyond()),
		row("H-19", "Tells how an update without any body is refused."),
		row("H-20", "Tells whether two framings at once are refused; a server that takes them lets requests be smuggled past proxies.",
			framed("", bothLengths)),
		row("H-21", "Tells where header fields are bounded, and how a server says so."),
		row("H-22", "Tells whether conditions and keys of other APIs are passed over."),
		row("H-23", "Tells whether a browser on another site may send updates."),
		row("H-24", "Tells whether an address that a client claims is let through."),
		row("H-25", "Tells how connections are kept, ended and filled.",
			append(generated("H-25"), reused(), pipelined())...),
		row("H-26", "Tells whether a client has to name itself.",
			framed("", anonymous)),
	}
}
