package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

// Page asks for a part of a list, newest first.
type Page struct {
	// Limit is how many at most; 100 when 0, never more than 1000.
	Limit int
	// After is the mark that came with the page before, empty for the first.
	After string
}

// AllSections stands for every section in a filter, those with no section too.
const AllSections = "*"

// Filter of a list. Empty fields do not restrict, except Sections.
type Filter struct {
	// Sections that may be seen: empty for none at all, "*" for every one.
	Sections []string
	States   []respond.State // of cases
	Kinds    []string        // of events
	Open     bool            // cases not debriefed, tasks not ended, silences in force at Since
	Case     ident.ID        // tasks, incidents and actions of one case
	// Since is the earliest time: cases opened, tasks approved, the rest happened.
	Since time.Time
	Until time.Time // exclusive
	// Changed restricts cases to those updated at or after a time.
	Changed time.Time
	Page
}

// query gathers conditions of a list.
type query struct {
	where []string
	args  []any
	never bool
}

func (q *query) and(cond string, args ...any) {
	q.where = append(q.where, cond)
	q.args = append(q.args, args...)
}

func (q *query) in(col string, values []string) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	q.and(col+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

func (q *query) sections(col string, sections []string) {
	for _, s := range sections {
		if s == AllSections {
			return
		}
	}
	if len(sections) == 0 {
		q.never = true
		return
	}
	q.in(col, sections)
}

func (q *query) times(col string, f Filter) {
	if !f.Since.IsZero() {
		q.and(col+" >= ?", nano(f.Since))
	}
	if !f.Until.IsZero() {
		q.and(col+" < ?", nano(f.Until))
	}
}

// list reads a page of a table, newest first by a time column, then by id.
func list[T any](ctx context.Context, s *Store, t table, at string, q query, p Page) (out []T, next string, err error) {
	if q.never {
		return nil, "", nil
	}
	limit := p.Limit
	if limit <= 0 {
		limit = 100
	}
	limit = min(limit, 1000)
	if p.After != "" {
		ns, after, err := readMark(p.After)
		if err != nil {
			return nil, "", err
		}
		q.and("("+at+", id) < (?, ?)", ns, after)
	}
	where := ""
	if len(q.where) > 0 {
		where = "WHERE " + strings.Join(q.where, " AND ")
	}
	rows, err := s.read.QueryContext(ctx, "SELECT id, "+at+", json FROM "+t.name+" "+where+" ORDER BY "+at+" DESC, id DESC LIMIT ?", append(q.args, limit+1)...)
	if err != nil {
		return nil, "", fault(err, s.dir)
	}
	defer rows.Close()
	var lastID string
	var lastAt int64
	for rows.Next() {
		var id string
		var ns int64
		var b []byte
		if err := rows.Scan(&id, &ns, &b); err != nil {
			return nil, "", fault(err, s.dir)
		}
		if len(out) == limit {
			return out, fmt.Sprintf("%d.%s", lastAt, lastID), nil
		}
		var v T
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, "", broken(s.dir, fmt.Errorf("%s/%s: %w", t.name, id, err))
		}
		out, lastID, lastAt = append(out, v), id, ns
	}
	return out, "", fault(rows.Err(), s.dir)
}

func readMark(mark string) (ns int64, id string, err error) {
	at, id, ok := strings.Cut(mark, ".")
	ns, err = strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", &say.Error{
			Code: "page.mark", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "this is not the mark of a page", Ar: "هذه ليست علامة صفحة"},
			Hint: say.Text{En: "give it as it came with the page before, or leave it out", Ar: "أعطها كما جاءت مع الصفحة السابقة أو اتركها"},
		}
	}
	return ns, id, nil
}

// byID reads one thing.
func byID[T any](ctx context.Context, s *Store, t table, what string, id ident.ID) (v T, err error) {
	var b []byte
	err = s.read.QueryRowContext(ctx, "SELECT json FROM "+t.name+" WHERE id = ?", id.String()).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return v, notFound(what, id.String())
	}
	if err != nil {
		return v, fault(err, s.dir)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, broken(s.dir, fmt.Errorf("%s/%s: %w", t.name, id, err))
	}
	return v, nil
}

// Case gives a case by its alert's id; the error's code is alert.not_found.
func (s *Store) Case(ctx context.Context, id ident.ID) (respond.Case, error) {
	return byID[respond.Case](ctx, s, casesTable, "alert", id)
}

// Cases lists cases by the time they were opened.
func (s *Store) Cases(ctx context.Context, f Filter) ([]respond.Case, string, error) {
	var q query
	q.sections("section", f.Sections)
	if len(f.States) > 0 {
		var states []string
		for _, st := range f.States {
			states = append(states, string(st))
		}
		q.in("state", states)
	}
	if f.Open {
		q.and("closed = 0")
	}
	if !f.Case.IsZero() {
		q.and("id = ?", id(f.Case))
	}
	q.times("opened", f)
	if !f.Changed.IsZero() {
		q.and("updated >= ?", nano(f.Changed))
	}
	return list[respond.Case](ctx, s, casesTable, "opened", q, f.Page)
}

// Task gives a task by id.
func (s *Store) Task(ctx context.Context, id ident.ID) (respond.Task, error) {
	return byID[respond.Task](ctx, s, tasksTable, "task", id)
}

// Tasks lists tasks by the time of their approval.
func (s *Store) Tasks(ctx context.Context, f Filter) ([]respond.Task, string, error) {
	q := ofCase(f)
	if f.Open {
		q.and("ended = 0")
	}
	return list[respond.Task](ctx, s, tasksTable, "at", q, f.Page)
}

// Incident gives an incident by id.
func (s *Store) Incident(ctx context.Context, id ident.ID) (record.Incident, error) {
	return byID[record.Incident](ctx, s, incidentsTable, "incident", id)
}

// Incidents lists incidents by the time their case was opened.
func (s *Store) Incidents(ctx context.Context, f Filter) ([]record.Incident, string, error) {
	return list[record.Incident](ctx, s, incidentsTable, "at", ofCase(f), f.Page)
}

// Action gives an action with what came of it, by its id.
func (s *Store) Action(ctx context.Context, id ident.ID) (record.Acted, error) {
	return byID[record.Acted](ctx, s, actionsTable, "action", id)
}

// Actions lists people's actions, refused ones too.
func (s *Store) Actions(ctx context.Context, f Filter) ([]record.Acted, string, error) {
	return list[record.Acted](ctx, s, actionsTable, "at", ofCase(f), f.Page)
}

func ofCase(f Filter) (q query) {
	q.sections("section", f.Sections)
	if !f.Case.IsZero() {
		q.and("case_id = ?", id(f.Case))
	}
	q.times("at", f)
	return q
}

// Events lists what was recorded and needs nobody.
func (s *Store) Events(ctx context.Context, f Filter) ([]assess.Event, string, error) {
	var q query
	q.sections("section", f.Sections)
	q.times("at", f)
	if len(f.Kinds) > 0 {
		q.in("kind", f.Kinds)
	}
	return list[assess.Event](ctx, s, eventsTable, "at", q, f.Page)
}

// Silences lists silences by the time they begin. They belong to corridors, not
// to sections: Sections is not looked at. With Open, only those in force at
// Since.
func (s *Store) Silences(ctx context.Context, f Filter) ([]assess.Silence, string, error) {
	var q query
	if f.Open {
		q.and("ended = 0 AND at <= ? AND expires > ?", nano(f.Since), nano(f.Since))
	} else {
		q.times("at", f)
	}
	return list[assess.Silence](ctx, s, silencesTable, "at", q, f.Page)
}

// Suppressed lists what was kept silent, by the time it first was.
func (s *Store) Suppressed(ctx context.Context, f Filter) ([]assess.Suppressed, string, error) {
	var q query
	q.sections("section", f.Sections)
	q.times("at", f)
	return list[assess.Suppressed](ctx, s, suppressedTable, "at", q, f.Page)
}

// Cursor is the log sequence up to which everything is on record.
func (s *Store) Cursor(ctx context.Context) (uint64, error) {
	n, err := readCounter(ctx, s.read, "cursor")
	return n, fault(err, s.dir)
}

// Snapshot gives the latest snapshot of the stages that reads back whole, with
// its log sequence; nil for none.
func (s *Store) Snapshot(ctx context.Context) (seq uint64, blob []byte, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT seq, sum, blob FROM snapshots ORDER BY seq DESC`)
	if err != nil {
		return 0, nil, fault(err, s.dir)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var sum, b []byte
		if err := rows.Scan(&n, &sum, &b); err != nil {
			return 0, nil, fault(err, s.dir)
		}
		if is := sha256.Sum256(b); string(is[:]) == string(sum) {
			return uint64(n), b, nil
		}
	}
	return 0, nil, fault(rows.Err(), s.dir)
}
