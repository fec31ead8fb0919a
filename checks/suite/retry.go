package suite

// retryRows look at a client: it runs against a scripted server.
func retryRows() []Row {
	return []Row{
		elsewhere("RT-01", "A client that asks more often, or sooner, turns a server's trouble into an outage.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-02", "A server that is overloaded needs the same patience as one that is broken.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-03", "Trouble that is over after a moment must not lose the update.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-04", "Both codes belong to one policy; a client that counts them apart asks too often.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-05", "The last of the specified attempts is as good as the first.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-06", "A client that never gives up keeps a dead server dead.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-07", "What was refused will be refused again; a repeat only doubles the load.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-08", "A refusal after trouble is a refusal all the same.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-09", "An update that was taken and is sent again is stored twice.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-10", "A repeat that differs from the first attempt is another update.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-11", "Tells whether a client slows down when it is told to.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-12", "Tells whether other server errors are treated like the listed ones.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-13", "Tells what a client makes of trouble below HTTP.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-14", "Tells whether the status decides, or the envelope.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-15", "Tells whether a client keeps the longer pauses of the general policy.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-16", "Tells whether a client keeps the pauses of the sibling's policy.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-17", "A page that is closed must not leave requests behind.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-18", "A load generator whose retries hold its workers measures itself.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-19", "Tells whether clients that failed together come back together.", "is about a client: sdegauge client judges it"),
		elsewhere("RT-20", "Tells how much load impatience makes.", "is about a client: sdegauge client judges it"),
	}
}
