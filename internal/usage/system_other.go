//go:build !unix

package usage

import "time"

func processTime() time.Duration { return -1 }

// OpenFilesLimit is negative: the system does not tell.
func OpenFilesLimit() int { return -1 }
