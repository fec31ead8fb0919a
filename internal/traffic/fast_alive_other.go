//go:build !unix

package traffic

// quiet cannot tell here: the bound on the age of idle connections has to do.
func quiet(uintptr) bool { return true }
