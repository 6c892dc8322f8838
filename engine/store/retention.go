package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

// erasedAtOnce is how many entries, and rows of each table, one run erases, so
// that nobody who writes waits long.
const erasedAtOnce = 2000

// Erase erases personal fields that are older than the policy keeps them, unless
// a legal hold says why not, and gives the runs that it took (none when nothing
// was due). Each run is an entry of the chain, which still verifies. Names and
// words are overwritten on disk, also in the WAL.
func (s *Store) Erase(ctx context.Context, now time.Time, p record.Policy) ([]record.Erasure, error) {
	before, err := p.Cutoff(now)
	if err != nil {
		return nil, err
	}
	var runs []record.Erasure
	for {
		run, err := s.eraseSome(ctx, before)
		if err != nil {
			return runs, err
		}
		if run.Entries+run.Rows == 0 {
			break
		}
		runs = append(runs, run)
	}
	if len(runs) == 0 {
		return nil, nil
	}
	return runs, s.EmptyWAL(ctx)
}

// EmptyWAL moves what the WAL holds into the database and cuts it to nothing, so
// that words that were erased or written over are nowhere on the disk. Readers may
// keep it from that; then the next time does it.
func (s *Store) EmptyWAL(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return ErrClosed
	}
	var busy, pages, moved int
	return fault(s.conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved), s.dir)
}

func (s *Store) eraseSome(ctx context.Context, before time.Time) (run record.Erasure, err error) {
	err = s.write(ctx, func(w *write) error {
		run = record.Erasure{At: w.now, Before: before}
		held, err := w.holds()
		if err != nil {
			return err
		}
		due, err := w.dueEntries(&run, held)
		if err != nil {
			return err
		}
		if run.Rows, err = w.eraseRows(before, held); err != nil || run.Entries+run.Rows == 0 {
			return err
		}
		e, err := run.Entry()
		if err != nil {
			return err
		}
		if run.Seq, err = w.append(e); err != nil {
			return err
		}
		for _, seq := range due {
			if _, err := w.exec(`UPDATE audit SET personal = NULL, salt = NULL, erased_by = ? WHERE seq = ?`, run.Seq, seq); err != nil {
				return err
			}
		}
		return nil
	})
	return run, err
}

// dueEntries finds the entries to erase and the spans that hold no other
// personal fields than theirs.
func (w *write) dueEntries(run *record.Erasure, held holds) (due []int64, err error) {
	var last sql.NullInt64
	if _, err := w.one(`SELECT max(seq) FROM audit WHERE personal IS NOT NULL AND at < ?`, []any{nano(run.Before)}, &last); err != nil || !last.Valid {
		return nil, err
	}
	rows, err := w.query(`SELECT seq, at, subject, actor FROM audit WHERE personal IS NOT NULL AND seq <= ? ORDER BY seq`, last.Int64)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	open := false // the last span can grow
	for rows.Next() && len(due) < erasedAtOnce {
		var seq, at int64
		var subject, actor string
		if err := rows.Scan(&seq, &at, &subject, &actor); err != nil {
			return nil, err
		}
		switch {
		case at >= nano(run.Before):
			open = false
		case held.any(subject, actor):
			run.Held++
			open = false
		default:
			due = append(due, seq)
			if open {
				run.Spans[len(run.Spans)-1][1] = seq
			} else {
				run.Spans = append(run.Spans, record.Span{seq, seq})
			}
			open = true
		}
	}
	run.Entries = len(due)
	return due, rows.Err()
}

// eraseRows redacts what is due in the record's tables, and tells how many rows
// it was.
func (w *write) eraseRows(before time.Time, held holds) (n int, err error) {
	cut := nano(before)
	add := func(more int, e error) {
		n += more
		if err == nil {
			err = e
		}
	}
	add(redact(w, casesTable, `opened < ? AND erased < ? AND erased <= updated`, []any{cut, cut}, held, func(c respond.Case, r row) error {
		return w.caseRows(c, cut)
	}, func(c respond.Case) []string { return []string{id(c.Alert.ID)} }))
	add(redact(w, tasksTable, `at < ? AND json_extract(json, '$.approver') <> ''`, []any{cut}, held, func(t respond.Task, r row) error {
		return w.replace(tasksTable, r, record.RedactTask(t), false)
	}, func(t respond.Task) []string { return []string{id(t.Case), t.ApproverID} }))
	add(redact(w, actionsTable, `at < ? AND erased = 0`, []any{cut}, held, func(a record.Acted, r row) error {
		return w.replace(actionsTable, r, record.RedactActed(a), true)
	}, func(a record.Acted) []string { return []string{id(a.Case), id(a.Action.Case), a.Action.By.ID} }))
	add(redact(w, silencesTable, `expires < ? AND erased = 0`, []any{cut}, held, func(v assess.Silence, r row) error {
		return w.replace(silencesTable, r, record.RedactSilence(v), true)
	}, func(v assess.Silence) []string { return []string{id(v.ID), v.GranterID} }))
	add(redact(w, suppressedTable, `last < ? AND erased = 0`, []any{cut}, held, func(v assess.Suppressed, r row) error {
		return w.replace(suppressedTable, r, record.RedactSuppressed(v), true)
	}, func(v assess.Suppressed) []string { return []string{id(v.ID), id(v.Silence)} }))
	add(redact(w, eventsTable, `at < ? AND erased = 0`, []any{cut}, held, func(v assess.Event, r row) error {
		return w.replace(eventsTable, r, record.RedactEvent(v), true)
	}, func(v assess.Event) []string { return []string{id(v.ID)} }))
	add(w.eraseWorks(cut, held))
	add(redact(w, noticesTable, `at < ? AND erased = 0`, []any{cut}, held, func(v respond.Notice, r row) error {
		// Nobody needs to be told any more.
		if _, err := w.exec(`DELETE FROM outbox WHERE notice = ?`, r.id); err != nil {
			return err
		}
		return w.replace(noticesTable, r, record.RedactNotice(v), true)
	}, func(v respond.Notice) []string { return []string{id(v.Case)} }))
	return n, err
}

// redact rewrites the rows of a table that are due and that no hold keeps. of
// gives the subjects by which a hold may keep one.
func redact[T any](w *write, t table, due string, args []any, held holds, do func(T, row) error, of func(T) []string) (n int, err error) {
	rows, err := w.query(t.selectSQL("WHERE "+due+" ORDER BY id"), args...)
	if err != nil {
		return 0, err
	}
	type item struct {
		v T
		r row
	}
	found, err := scanAll(rows, func(rs *sql.Rows) (d item, err error) {
		if d.r, _, err = t.scan(rs); err != nil {
			return d, err
		}
		if err := json.Unmarshal(d.r.json, &d.v); err != nil {
			return d, broken(w.s.dir, err)
		}
		return d, nil
	})
	if err != nil {
		return 0, err
	}
	for _, d := range found {
		if held.any(of(d.v)...) {
			continue
		}
		if n == erasedAtOnce {
			break
		}
		if err := do(d.v, d.r); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// replace writes a row with other JSON; mark tells in its last column that it is
// erased.
func (w *write) replace(t table, r row, v any, mark bool) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if mark {
		r.cols[len(r.cols)-1] = int64(1)
	}
	_, err = w.put(t, row{r.id, r.cols, b})
	return err
}

// holds are the subjects that a legal hold keeps.
type holds map[string]bool

func (h holds) any(subjects ...string) bool {
	if h["*"] {
		return true
	}
	for _, s := range subjects {
		if s != "" && h[s] {
			return true
		}
	}
	return false
}

func (w *write) holds() (holds, error) {
	rows, err := w.query(`SELECT subject FROM holds WHERE lifted = 0`)
	if err != nil {
		return nil, err
	}
	subjects, err := scanAll(rows, func(r *sql.Rows) (v string, err error) { return v, r.Scan(&v) })
	h := holds{}
	for _, v := range subjects {
		h[v] = true
	}
	return h, err
}

// Held gives the subjects that a legal hold keeps from erasure at present; "*"
// is everything.
func (s *Store) Held(ctx context.Context) (map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT subject FROM holds WHERE lifted = 0`)
	if err != nil {
		return nil, fault(err, s.dir)
	}
	subjects, err := scanAll(rows, func(r *sql.Rows) (v string, err error) { return v, r.Scan(&v) })
	held := map[string]bool{}
	for _, v := range subjects {
		held[v] = true
	}
	return held, fault(err, s.dir)
}

// SetHold keeps the personal fields of a case, an account's actions, or of
// everything ("*") from erasure. Subject, reason and the person are required.
func (s *Store) SetHold(ctx context.Context, h record.Hold) (record.Hold, error) {
	if h.Subject == "" || h.Reason == "" || h.ByID == "" {
		return record.Hold{}, &say.Error{
			Code: "hold.incomplete", Kind: say.Invalid,
			Text: say.Text{En: "a legal hold names what it keeps, the reason and the person", Ar: "الحجز القانوني يذكر ما يُحفظ والسبب والشخص"},
			Hint: say.Text{En: "give the case, a reason and who ordered it", Ar: "أعطِ القضية والسبب ومن أمر به"},
		}
	}
	err := s.write(ctx, func(w *write) error {
		h.At, h.Lifted, h.LiftBy = w.now, time.Time{}, ""
		if h.ID == "" {
			v, err := ident.New(w.now, s.opts.Random)
			if err != nil {
				return err
			}
			h.ID = v.String()
		}
		return w.hold(h, "set", h.ByID, map[string]string{"actor": h.By, "reason": h.Reason})
	})
	return h, err
}

// LiftHold ends a hold; the next run of retention erases what it kept.
func (s *Store) LiftHold(ctx context.Context, id, byID, by string) error {
	return s.write(ctx, func(w *write) error {
		r, found, err := w.get(holdsTable, id)
		if err != nil {
			return err
		}
		if !found {
			return notFound("hold", id)
		}
		var h record.Hold
		if err := json.Unmarshal(r.json, &h); err != nil {
			return broken(s.dir, err)
		}
		if !h.Lifted.IsZero() {
			return nil
		}
		h.Lifted, h.LiftBy = w.now, byID
		return w.hold(h, "lift", byID, map[string]string{"actor": by})
	})
}

func (w *write) hold(h record.Hold, verb, byID string, said map[string]string) error {
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if _, err := w.put(holdsTable, row{h.ID, []any{h.Subject, nano(h.At), nano(h.Lifted)}, b}); err != nil {
		return err
	}
	e, err := record.Note{Kind: record.OfHold, ActorID: byID, Verb: verb, Subject: h.Subject, Detail: map[string]any{"hold": h.ID}, Personal: said}.Entry()
	if err != nil {
		return err
	}
	_, err = w.append(e)
	return err
}

// Holds lists legal holds, lifted ones too, newest first.
func (s *Store) Holds(ctx context.Context, p Page) ([]record.Hold, string, error) {
	return list[record.Hold](ctx, s, holdsTable, "at", query{}, p)
}
