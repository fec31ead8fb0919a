package generators

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// span is where a member or an entry lies in a body.
type span struct {
	start      int // of the member's name or the entry
	value, end int
}

// find locates a value in valid JSON by its path: "a.b[0].c". The empty path is
// the whole. It panics where the path leads nowhere: faults are edits of bodies
// that this package wrote, so that is a mistake in the fault, which a test of
// all faults excludes.
func find(body []byte, path string) span {
	at := span{end: len(body)}
	for rest := path; rest != ""; {
		var ok bool
		if after, isEntry := strings.CutPrefix(rest, "["); isEntry {
			number, tail, _ := strings.Cut(after, "]")
			index, _ := strconv.Atoi(number)
			at, ok = entry(body, at.value, index)
			rest = strings.TrimPrefix(tail, ".")
		} else {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			at, ok = member(body, at.value, rest[:end])
			rest = strings.TrimPrefix(rest[end:], ".")
		}
		if !ok {
			panic(fmt.Sprintf("generators: no %s in %s", path, body))
		}
	}
	return at
}

// member locates a member of the object that begins at i.
func member(body []byte, i int, name string) (span, bool) {
	if body[i] != '{' {
		return span{}, false
	}
	for i++; body[i] != '}'; {
		start := i
		i = skip(body, i)
		found := string(body[start+1:i-1]) == name
		value := i + 1
		if i = skip(body, value); found {
			return span{start: start, value: value, end: i}, true
		}
		if body[i] == ',' {
			i++
		}
	}
	return span{}, false
}

// entry locates an entry of the array that begins at i.
func entry(body []byte, i, index int) (span, bool) {
	if body[i] != '[' {
		return span{}, false
	}
	for i++; body[i] != ']'; index-- {
		start := i
		if i = skip(body, i); index == 0 {
			return span{start: start, value: start, end: i}, true
		}
		if body[i] == ',' {
			i++
		}
	}
	return span{}, false
}

// skip returns the end of the value that begins at i, in JSON without white
// space.
func skip(body []byte, i int) int {
	depth := 0
	for {
		switch body[i] {
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case '"':
			for i++; body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
			i++
		case ',', ':':
			i++
			continue
		default:
			for i < len(body) && strings.IndexByte(",]}", body[i]) < 0 {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
}

// splice replaces body[start:end].
func splice(body []byte, start, end int, with string) []byte {
	length := len(body) + len(with) - (end - start)
	body = slices.Grow(body, max(0, length-len(body)))
	grown := body[:max(length, len(body))]
	copy(grown[start+len(with):], body[end:])
	copy(grown[start:], with)
	return grown[:length]
}

// replace puts raw text in a value's place.
func replace(body []byte, path, raw string) []byte {
	at := find(body, path)
	return splice(body, at.value, at.end, raw)
}

// remove takes a member or an entry out, with one comma.
func remove(body []byte, path string) []byte {
	at := find(body, path)
	switch {
	case body[at.end] == ',':
		at.end++
	case body[at.start-1] == ',':
		at.start--
	}
	return splice(body, at.start, at.end, "")
}

// rename gives a member another name.
func rename(body []byte, path, name string) []byte {
	at := find(body, path)
	return splice(body, at.start, at.value, string(appendString(nil, name))+":")
}

// insert adds raw text as the last member or entry of an object or array.
func insert(body []byte, path, raw string) []byte {
	at := find(body, path)
	if body[at.end-2] != '{' && body[at.end-2] != '[' {
		raw = "," + raw
	}
	return splice(body, at.end-1, at.end-1, raw)
}
