package traffic

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// maxSessions bounds a file of sessions.
const maxSessions = 1_000_000

// The columns of a file of sessions; the last four come together or not at all.
var (
	idColumns         = []string{"visitorId", "sid", "pageId"}
	engagementColumns = []string{"campaign", "engagement", "revision", "context"}
)

// LoadSessions reads a file of sessions; see [ReadSessions].
func LoadSessions(file, account string) ([]*contract.Session, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the sessions: %w", err)
	}
	defer f.Close()
	return ReadSessions(f, file, account)
}

// ReadSessions reads sessions of one account from CSV (RFC 4180). The first row
// names the columns, in any order:
//
//	visitorId,sid,pageId,campaign,engagement,revision,context
//
// The last four are what impressions need; they may be left out, or left empty
// in a row. Errors begin with file:line:column, the column in bytes from 1.
func ReadSessions(r io.Reader, file, account string) ([]*contract.Session, error) {
	rows := &sessionRows{csv: csv.NewReader(r), file: file}
	rows.csv.ReuseRecord = true
	if err := rows.header(); err != nil {
		return nil, err
	}
	var sessions []*contract.Session
	for {
		row, err := rows.csv.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, rows.syntax(err)
		}
		if len(sessions) == maxSessions {
			return nil, rows.at(0, "more than %d sessions", maxSessions)
		}
		session, err := rows.session(row, account)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, session)
	}
	if len(sessions) == 0 {
		return nil, fmt.Errorf("%s:2:1: no session follows the header row", file)
	}
	return sessions, nil
}

// sessionRows reads the rows of one file.
type sessionRows struct {
	csv    *csv.Reader
	file   string
	column map[string]int
}

// at is an error at field i of the row read last.
func (s *sessionRows) at(i int, format string, args ...any) error {
	line, column := s.csv.FieldPos(i)
	return fmt.Errorf("%s:%d:%d: %s", s.file, line, column, fmt.Sprintf(format, args...))
}

// syntax gives an error of the reader below the common form.
func (s *sessionRows) syntax(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("cannot read the sessions of %s: %w", s.file, err)
	}
	if errors.Is(parse.Err, csv.ErrFieldCount) {
		return fmt.Errorf("%s:%d:1: the row has not as many fields as the header row, %d", s.file, parse.Line, len(s.column))
	}
	return fmt.Errorf("%s:%d:%d: %w", s.file, parse.Line, parse.Column, parse.Err)
}

// header reads the names of the columns.
func (s *sessionRows) header() error {
	allowed := slices.Concat(idColumns, engagementColumns)
	names, err := s.csv.Read()
	if err == io.EOF {
		return fmt.Errorf("%s:1:1: the file is empty; its first row names the columns: %s", s.file, strings.Join(allowed, ","))
	}
	if err != nil {
		return s.syntax(err)
	}
	s.column = make(map[string]int, len(names))
	for i, name := range names {
		if i == 0 {
			name = strings.TrimPrefix(name, "\ufeff") // spreadsheets write a byte-order mark
		}
		if !slices.Contains(allowed, name) {
			return s.at(i, "unknown column %q; the columns are %s", name, strings.Join(allowed, ", "))
		}
		if _, twice := s.column[name]; twice {
			return s.at(i, "the column %q is there twice", name)
		}
		s.column[name] = i
	}
	for _, name := range idColumns {
		if _, there := s.column[name]; !there {
			return s.at(0, "the column %q is missing", name)
		}
	}
	for _, name := range engagementColumns {
		if _, there := s.column[name]; !there && len(names) > len(idColumns) {
			return s.at(0, "the column %q is missing; %s come together", name, strings.Join(engagementColumns, ", "))
		}
	}
	return nil
}

// session reads one row.
func (s *sessionRows) session(row []string, account string) (*contract.Session, error) {
	for _, name := range idColumns {
		if row[s.column[name]] == "" {
			return nil, s.at(s.column[name], "the %s is empty", name)
		}
	}
	session := &contract.Session{
		Account:   account,
		VisitorID: strings.Clone(row[s.column["visitorId"]]),
		ID:        strings.Clone(row[s.column["sid"]]),
		PageID:    strings.Clone(row[s.column["pageId"]]),
	}
	var err error
	session.Engagement, err = s.engagement(row)
	return session.Prepare(), err
}

// engagement reads the last four columns; nil where they are not there or empty.
func (s *sessionRows) engagement(row []string) (*contract.Engagement, error) {
	if len(s.column) == len(idColumns) {
		return nil, nil
	}
	filled := func(name string) bool { return row[s.column[name]] != "" }
	if !slices.ContainsFunc(engagementColumns, filled) {
		return nil, nil
	}
	engagement := &contract.Engagement{ContextID: strings.Clone(row[s.column["context"]])}
	for _, name := range engagementColumns {
		if !filled(name) {
			return nil, s.at(s.column[name], "the %s is empty; %s come together", name, strings.Join(engagementColumns, ", "))
		}
	}
	into := []*int64{&engagement.Campaign, &engagement.ID, &engagement.Revision}
	for i, name := range engagementColumns[:len(into)] {
		n, err := strconv.ParseInt(row[s.column[name]], 10, 64)
		if err != nil {
			return nil, s.at(s.column[name], "the %s %q is no whole number of 64 bits", name, row[s.column[name]])
		}
		*into[i] = n
	}
	return engagement, nil
}

// ParseSession reads one session from the values of a row of [ReadSessions], in
// the order of its header row; the last four may be left out.
func ParseSession(text, account string) (*contract.Session, error) {
	header := idColumns
	if strings.Count(text, ",") >= len(idColumns) {
		header = slices.Concat(idColumns, engagementColumns)
	}
	if fields := strings.Count(text, ",") + 1; fields != len(header) {
		return nil, fmt.Errorf("%q has %d values: want %s, or these and %s", text, fields,
			strings.Join(idColumns, ","), strings.Join(engagementColumns, ","))
	}
	sessions, err := ReadSessions(strings.NewReader(strings.Join(header, ",")+"\n"+text), "value", account)
	if err != nil {
		return nil, err
	}
	return sessions[0], nil
}
