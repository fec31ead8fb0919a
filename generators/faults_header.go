package generators

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"sdegauge/internal/contract"
)

const jsonType = "application/json"

// with is the default header and more.
func with(pairs ...string) func(*edit) {
	return header(append(contract.DefaultHeader(), fields(pairs...)...)...)
}

// typed is the default header with another Content-Type.
func typed(contentType string) func(*edit) {
	return header(fields("Content-Type", contentType, "Accept", jsonType)...)
}

// fields makes header fields of names and values in turn.
func fields(pairs ...string) []contract.HeaderField {
	all := make([]contract.HeaderField, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, contract.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return all
}

// encoded applies a header and recodes the body.
func encoded(set func(*edit), recode func(string) []byte) func(*edit) {
	return func(e *edit) {
		set(e)
		e.c.Body = append(e.c.Body[:0], recode(string(e.c.Body))...)
	}
}

// headerFaults are odd header fields, of which the specification says nothing.
func headerFaults() []Fault {
	basic := "Basic dXNlcjpwYXNzd29yZA=="
	oauth := `OAuth oauth_consumer_key="k", oauth_nonce="n", oauth_signature="AAAA", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1"`
	umlaut := func(body string) string { return strings.TrimSuffix(body, "}") + `,"note":"größer"}` }
	return []Fault{
		fault("content-type-letter-case", "H-03", "the media type in another letter case", observed(), onPage,
			only(typed("application/JSON"))),
		fault("content-type-missing", "H-04", "no Content-Type", observed(), onPage,
			only(header(fields("Accept", jsonType)...))),
		fault("content-type-other", "H-05", "JSON announced as something else", observed(), onPage,
			contentTypes("text/plain", "application/x-www-form-urlencoded", "application/xml",
				"multipart/form-data; boundary=x", "application/octet-stream")...),
		fault("content-type-latin-1", "H-06", "Latin-1 announced", observed(), onPage,
			as("UTF-8 bytes", encoded(typed(jsonType+"; charset=iso-8859-1"), func(b string) []byte { return []byte(umlaut(b)) })),
			as("Latin-1 bytes", encoded(typed(jsonType+"; charset=iso-8859-1"), func(b string) []byte { return latin1(umlaut(b)) }))),
		fault("content-type-utf-16", "H-07", "UTF-16 announced and sent", observed(), onPage,
			only(encoded(typed(jsonType+"; charset=utf-16"), func(b string) []byte { return utf16Bytes(b, binary.BigEndian) }))),
		fault("content-type-malformed", "H-08", "a Content-Type that is none, or two of them", observed(), onPage,
			as("json", typed("json")),
			as("two", with("Content-Type", "text/plain"))),
		fault("accept-other", "H-09", "no Accept, or one without JSON", observed(), onPage,
			as("missing", header(fields("Content-Type", jsonType)...)),
			as("anything", header(fields("Content-Type", jsonType, "Accept", "*/*")...)),
			as("XML", header(fields("Content-Type", jsonType, "Accept", "application/xml")...)),
			as("JSON refused", header(fields("Content-Type", jsonType, "Accept", "text/html;q=1, application/json;q=0")...))),
		fault("authorization-bearer", "H-11", "a bearer token of no meaning", observed(), onPage,
			only(func(e *edit) { with("Authorization", "Bearer "+e.text(32, alphanum))(e) })),
		fault("authorization-other", "H-12", "credentials of no meaning", observed(), onPage,
			as("Basic", with("Authorization", basic)),
			as("OAuth", with("Authorization", oauth)),
			as("empty", with("Authorization", ""))),
		fault("content-encoding", "H-14", "a Content-Encoding, true or not", observed(), onPage,
			as("gzip", encoded(with("Content-Encoding", "gzip"), gzipped)),
			as("gzip of plain bytes", with("Content-Encoding", "gzip")),
			as("unknown coding", with("Content-Encoding", "zebra"))),
		fault("accept-encoding", "H-15", "an Accept-Encoding", observed(), onPage,
			as("gzip", with("Accept-Encoding", "gzip")),
			as("br", with("Accept-Encoding", "br")),
			as("nothing plain", with("Accept-Encoding", "identity;q=0"))),
		fault("body-length-zero", "H-19", "Content-Length 0 and no body", observed(), onPage, only(func(e *edit) { e.body("") })),
		fault("header-large", "H-21", "more header than usual", observed(), onPage,
			as("8 KiB", with("X-Padding", strings.Repeat("x", 8<<10))),
			as("16 KiB", with("X-Padding", strings.Repeat("x", 16<<10))),
			as("64 KiB", with("X-Padding", strings.Repeat("x", 64<<10))),
			as("200 fields", with(manyFields(200)...))),
		fault("header-conditional", "H-22", "a conditional, a range or an idempotency key", observed(), onPage,
			as("If-Match", with("If-Match", `"abc"`)),
			as("If-None-Match", with("If-None-Match", "*")),
			as("Idempotency-Key", with("Idempotency-Key", "8e03978e-40d5-43e8-bc93-6894a57f9324")),
			as("Range", with("Range", "bytes=0-1"))),
		fault("header-origin", "H-23", "the Origin of a foreign site", observed(), onPage, only(with("Origin", "https://example.org"))),
		fault("header-forwarded", "H-24", "X-Forwarded-For with another address", observed(), onPage,
			only(with("X-Forwarded-For", "192.0.2.7"))),
		fault("connection-close", "H-25", "Connection: close", observed(), onPage, only(with("Connection", "close"))),
	}
}

func contentTypes(types ...string) []Variant {
	var all []Variant
	for _, t := range types {
		all = append(all, as(t, typed(t)))
	}
	return all
}

func manyFields(n int) []string {
	var pairs []string
	for i := range n {
		pairs = append(pairs, fmt.Sprintf("X-Field-%d", i), "x")
	}
	return pairs
}

func gzipped(body string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	// A bytes.Buffer takes whatever is written.
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	return b.Bytes()
}

// latin1 writes the characters below U+0100 as one byte each.
func latin1(body string) []byte {
	var b []byte
	for _, r := range body {
		b = append(b, byte(r))
	}
	return b
}

func utf16Bytes(body string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(body)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func utf32Bytes(body string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, r := range body {
		b = order.AppendUint32(b, uint32(r))
	}
	return b
}
