package suite

// loadRows look at a server under load; only a user's threshold makes one of them fail.
func loadRows() []Row {
	return []Row{
		elsewhere("LD-01", "Tells how much a server carries when clients wait for it.", "needs load: sdegauge run measures it"),
		elsewhere("LD-02", "Tells how much a server carries when visitors do not wait.", "needs load: sdegauge run measures it"),
		elsewhere("LD-03", "Tells whether the same load in bursts is carried as well.", "needs load: sdegauge run measures it"),
		elsewhere("LD-04", "Tells which kinds of updates are dear.", "needs load: sdegauge run measures it"),
		elsewhere("LD-05", "Tells what it costs to open sessions beside updating them.", "needs load: sdegauge run measures it"),
		elsewhere("LD-06", "Tells how many attributes a session can hold under load.", "needs load: sdegauge run measures it"),
		elsewhere("LD-07", "Tells by how much retries multiply the load of an outage.", "needs load: sdegauge run measures it"),
		elsewhere("LD-08", "Tells whether hours of load leave anything behind.", "needs load: sdegauge run measures it"),
		elsewhere("LD-09", "Tells whether broken updates disturb good ones.", "needs load: sdegauge run measures it"),
		elsewhere("LD-10", "Tells what connections and protocols cost.", "needs load: sdegauge run measures it"),
		elsewhere("LD-11", "Answers that keep the contract one at a time may break it under load.", "needs load: sdegauge run measures it"),
	}
}
