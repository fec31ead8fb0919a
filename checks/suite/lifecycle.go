package suite

// lifecycleRows look at the life of a session: order, repetition and
// concurrency.
func lifecycleRows() []Row {
	return []Row{
		row("LC-01", "This is the whole hand-over from one call to the other; without it there is no API.", handOver()),
		row("LC-02", "A visit is many updates; a session that wears out loses the rest of the visit.",
			many("two", 2), many("ten", 10), many("a thousand", 1000)),
		row("LC-03", "Different pages report different things in one visit.", everyType()),
		row("LC-04", "Tells whether a repeated update is stored twice, as a retry after a lost answer would be.", repeat("lead", 2)),
		row("LC-05", "Tells whether many equal updates at once are survived.", crowd()),
		row("LC-06", "Tells whether two writers at once are survived.", twoWriters()),
		row("LC-07", "Tells whether a smaller cart removes what the larger one held.", smallerCart()),
		row("LC-08", "A session that never ends collects the visits of whoever uses the device next.", afterSixHours()),
		row("LC-09", "Tells whether silence ends a session.", idle()),
		row("LC-10", "Tells whether an update keeps a session alive.", keptAlive()),
		row("LC-11", "Tells whether a page that was left can still be reported on.", oldAndNewPage()),
		row("LC-12", "A session that was replaced and still takes updates splits one visit in two.", replacedSession()),
		row("LC-13", "Tells whether a session can be updated before an offer is there.", beforeOffer()),
		row("LC-14", "Tells how much one session holds, and how a server says that it is full.", untilFull()),
		row("LC-15", "Tells whether a session can be used at once, or has to travel first.", atOnce()),
		row("LC-16", "Tells whether a session lives in one place or everywhere.", twoConnections()),
		elsewhere("LC-17", "Tells whether sessions survive a restart.",
			"the suite does not restart a target: run it with --session and the ids of a session made before the restart"),
	}
}
