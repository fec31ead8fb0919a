package suite

import "sdegauge/generators"

// endpointRows look at the method, the path and the transport.
func endpointRows() []Row {
	return []Row{
		row("EP-01", "A server that refuses the smallest legal update serves nobody.",
			plainCase(generators.Plain{Requirement: "EP-01", Class: generators.ClassPage, Depth: generators.Minimal})),
		row("EP-02", "Every integrator begins by sending the documented example.",
			plainCase(generators.Plain{Requirement: "EP-02", Class: generators.ClassExample})),
		row("EP-03", "Tells how Create Session, on the same path, refuses an update's body.", posted(`{"pageId":"5120934471"}`)),
		row("EP-04", "Tells that the two calls share their path, told apart by the method alone.", posted(`{"appType":"EXTERNAL"}`)),
		row("EP-05", "Tells whether anything can be read where updates are written.", method("GET")),
		row("EP-06", "Tells whether a visitor can be deleted where it is updated.", method("DELETE")),
		row("EP-07", "Tells whether the sibling's method is understood here.", method("PATCH")),
		row("EP-08", "Tells whether HEAD is answered, and without an entity as HTTP demands.", method("HEAD")),
		row("EP-09", "Tells whether a page of another site may send updates from a browser.", preflight()),
		row("EP-10", "Tells whether a client that can only POST can update, as siblings allow.",
			overridden("POST", "PUT")),
		row("EP-11", "Tells whether the override turns an update into something else.", overridden("PUT", "DELETE")),
		row("EP-12", "Tells whether methods are compared letter by letter, as HTTP has it.", method("put")),
		row("EP-13", "Tells how an unknown method is answered.", method("FOO")),
		row("EP-14", "Visitors' data on a connection that anybody can read is a breach before it arrives.", clearText()),
		row("EP-15", "Tells whether handshakes that are long broken are still shaken.", oldHandshake("TLS 1.0", tls10), oldHandshake("TLS 1.1", tls11)),
		row("EP-16", "Tells which versions of HTTP a client may choose from.", http10(), http11(), http2()),
		row("EP-17", "Tells whether a slash too many at the end is forgiven.", edited("", visitorPath("/"))),
		row("EP-18", "Tells whether the path of the oldest documents still works.", edited("", replacing("/visitors/", "/visitor/"))),
		row("EP-19", "An update that is taken on a path which is not the API's went to something else.", wrongPath()),
		row("EP-20", "Tells whether the path is compared letter by letter.", edited("", replacing("/app/engagement/visitors/", "/APP/ENGAGEMENT/VISITORS/"))),
		row("EP-21", "Tells whether doubled slashes are merged on the way.", edited("", replacing("/app/", "//app/"))),
		row("EP-22", "Tells whether the path may go on after the visitor.", edited("", visitorPath("/more"))),
		row("EP-23", "Tells who resolves dots in the path, and whether that opens another one.",
			edited("a dot", replacing("/app/", "/./app/")), edited("two dots", replacing("/app/", "/x/../app/"))),
		row("EP-24", "Tells whether somebody who copies the back-tick of the documents is told.", edited("", visitorPath("%60"))),
		row("EP-25", "Tells whether parameters within the path are cut off.", edited("", visitorPath(";a=b"))),
		row("EP-26", "Tells where the request line is bounded, and how a server says so.",
			longTarget("8 KiB", 8<<10), longTarget("16 KiB", 16<<10), longTarget("64 KiB", 64<<10)),
		row("EP-27", "Tells whether requests as proxies get them are understood.", absoluteForm()),
		row("EP-28", "Tells whether the host is looked at.", wrongHost(), noHost()),
	}
}
