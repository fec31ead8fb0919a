// Package journal is the log of a run's readings: an append-only file that is
// written while the run lasts, so that a run that is killed has lost no more
// than its last second.
//
// A [Writer] appends readings, and from time to time the ledger's exhibits and a
// mark, which says where the run stands; a [Scanner] reads them back. The head,
// the marks and the end are documents of whoever runs: they are kept as JSON and
// not looked into.
//
//	file     = magic frame…
//	frame    = type (1 byte) length (4, little endian) sum (4) payload
//	sum      = CRC-32C of type, length and payload
//	type     = 'H' head | 'X' exhibit | 'R' readings | 'M' mark | 'Z' end
//	readings = dropped (8 bytes, little endian) item…
//	item     = 0 length kind | n seq intended … (see appendReading)
//
// What many readings have in common — stage, class, status, findings and all
// else that is not a number of its own — is written once as a kind, and after
// that named by its number: a reading takes about 22 bytes. Where a file is
// torn or damaged, everything before the damage is read.
//
// The log holds no header field, no body and no session of any reading but the
// exhibits, which the ledger has bounded and masked.
package journal

import "hash/crc32"

// Name is the file's name in the folder of a run.
const Name = "readings.log"

// magic opens the file. Its number changes when older programs would read the
// file wrongly.
const magic = "sdegauge readings 1\n"

// The types of frames.
const (
	frameHead     = 'H'
	frameExhibit  = 'X'
	frameReadings = 'R'
	frameMark     = 'M'
	frameEnd      = 'Z'
)

const (
	frameHeader = 9 // bytes before a payload
	// maxPayload bounds what a reader takes into memory at once.
	maxPayload = 16 << 20
	// maxKinds bounds the memory for kinds on both sides: when so many are
	// known, all are forgotten and the numbers start again.
	maxKinds = 1 << 14
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the sum of a frame, from its first five bytes and its payload.
func checksum(start, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(start, castagnoli), castagnoli, payload)
}
