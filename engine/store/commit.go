package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

// snapshotsKept is how many snapshots of the stages are kept: the latest, and
// one before it in case that one cannot be read.
const snapshotsKept = 2

// Commit puts a batch on record in one transaction and returns after the sync of
// the disk. Everything is an upsert by id: a batch that is written again, or one
// that goes over the same stretch of the log after a crash, changes nothing. A
// case is never put back to a lower revision, and a revision that has lost steps
// is not taken: the chain then tells of a conflict.
func (s *Store) Commit(ctx context.Context, b record.Batch) error {
	if b.Empty() {
		known, err := s.Cursor(ctx)
		if err != nil || b.Cursor <= known {
			return err
		}
	}
	return s.write(ctx, func(w *write) error { return w.batch(b) })
}

func (w *write) batch(b record.Batch) error {
	var steps []record.Entry // after the actions that caused them
	for _, c := range b.Cases {
		made, err := w.oneCase(c)
		if err != nil {
			return err
		}
		steps = append(steps, made...)
	}
	for _, a := range b.Actions {
		if err := w.action(a); err != nil {
			return err
		}
	}
	for _, e := range steps {
		if _, err := w.append(e); err != nil {
			return err
		}
	}
	for _, e := range b.Events {
		if err := w.event(e); err != nil {
			return err
		}
	}
	for _, v := range b.Silences {
		if err := w.json(silencesTable, v.ID, v, nano(v.Starts), nano(v.Expires), bit(v.Ended), int64(0)); err != nil {
			return err
		}
	}
	for _, v := range b.Suppressed {
		if err := w.json(suppressedTable, v.ID, v, v.Rule, v.Where.Section, nano(v.First), nano(v.Last), int64(0)); err != nil {
			return err
		}
	}
	for _, n := range b.Notices {
		if err := w.notice(n); err != nil {
			return err
		}
	}
	return w.cursor(b)
}

// erasedColumn is where a table keeps that its personal fields are erased; rows
// that were erased are not written again by a replay.
func (w *write) erasedAlready(t table, id string) (bool, error) {
	old, found, err := w.get(t, id)
	if err != nil || !found {
		return false, err
	}
	erased, _ := old.cols[len(old.cols)-1].(int64)
	return erased != 0, nil
}

// json puts a thing into its table.
func (w *write) json(t table, id ident.ID, v any, cols ...any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return cannotHold(t.name, id, err)
	}
	if t.cols[len(t.cols)-1] == "erased" {
		if done, err := w.erasedAlready(t, id.String()); err != nil || done {
			return err
		}
	}
	_, err = w.put(t, row{id.String(), cols, b})
	return err
}

func cannotHold(table string, id ident.ID, cause error) error {
	return &say.Error{
		Code: "store.value", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "a value in " + table + "/" + id.String() + " cannot be put on record", Ar: "توجد قيمة لا يمكن تسجيلها في " + say.LTR(table+"/"+id.String())},
		Hint: say.Text{En: "a number there is not finite; report this with the log of the last minute", Ar: "أحد الأرقام غير محدود؛ أبلغ عن ذلك مع سجل الدقيقة الأخيرة"},
	}
}

// oneCase puts a case with what is derived from it, and gives the entries of its
// new steps.
func (w *write) oneCase(c respond.Case) (steps []record.Entry, err error) {
	id := c.Alert.ID.String()
	old, found, err := w.get(casesTable, id)
	if err != nil {
		return nil, err
	}
	known, erased := 0, int64(0)
	if found {
		var before respond.Case
		if err := json.Unmarshal(old.json, &before); err != nil {
			return nil, broken(w.s.dir, err)
		}
		erased, _ = old.cols[8].(int64)
		if c.Revision < before.Revision {
			return nil, nil // a replay of what is on record
		}
		if !record.Extends(before, c) {
			return nil, w.conflict(before, c)
		}
		known = len(before.Steps)
	} else {
		e, err := record.AlertEntry(c.Alert)
		if err != nil {
			return nil, cannotHold("cases", c.Alert.ID, err)
		}
		if _, err := w.append(e); err != nil {
			return nil, err
		}
	}
	for i := known; i < len(c.Steps); i++ {
		e, err := record.StepEntry(c, i)
		if err != nil {
			return nil, cannotHold("cases", c.Alert.ID, err)
		}
		steps = append(steps, e)
	}
	return steps, w.caseRows(c, erased)
}

// conflict tells, once, that a revision was not taken because it would have lost
// steps that people took.
func (w *write) conflict(kept, refused respond.Case) error {
	e, err := record.ConflictEntry(kept, refused, w.now)
	if err != nil {
		return cannotHold("cases", kept.Alert.ID, err)
	}
	var told int
	if _, err := w.one(`SELECT count(*) FROM audit WHERE subject = ? AND kind = ? AND detail = ?`,
		[]any{e.Subject, string(e.Kind), string(e.Detail)}, &told); err != nil || told > 0 {
		return err
	}
	_, err = w.append(e)
	return err
}

// caseRows puts a case, its task and its incident, without the personal fields
// older than the time (in nanoseconds) up to which they are erased.
func (w *write) caseRows(c respond.Case, erased int64) error {
	if erased != 0 {
		c = record.RedactCase(c, time.Unix(0, erased))
	}
	r, err := caseRow(c, erased)
	if err != nil {
		return cannotHold("cases", c.Alert.ID, err)
	}
	if _, err := w.put(casesTable, r); err != nil {
		return err
	}
	tasks := c.Earlier
	if c.Task != nil {
		tasks = append(tasks[:len(tasks):len(tasks)], *c.Task)
	}
	for _, t := range tasks {
		if err := w.json(tasksTable, t.ID, t, id(c.Alert.ID), t.Section, nano(t.ApprovedAt), nano(t.Ended)); err != nil {
			return err
		}
	}
	i, is := record.FromCase(c)
	if !is {
		return nil
	}
	return w.json(incidentsTable, i.ID, i, id(i.Case), i.Where.Section, string(i.Type), nano(i.Opened))
}

func caseRow(c respond.Case, erased int64) (row, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return row{}, err
	}
	var closed int64
	for _, s := range c.Steps {
		if s.To == respond.Debriefed {
			closed = nano(s.At)
		}
	}
	if c.State != respond.Debriefed {
		closed = 0
	}
	var chainage any
	if c.Alert.Where.HasKm {
		chainage = float64(c.Alert.Where.Chainage)
	}
	updated := max(nano(c.Updated), nano(c.Alert.Updated), nano(c.Alert.Opened))
	return row{id(c.Alert.ID), []any{
		string(c.State), int64(c.Alert.Severity), c.Alert.Where.Section, nano(c.Alert.Opened), closed, updated,
		chainage, int64(c.Revision), erased,
	}, b}, nil
}

func (w *write) action(a record.Acted) error {
	of := a.Case
	if of.IsZero() {
		of = a.Action.Case
	}
	if a.Action.ID.IsZero() {
		// Refused before it had an id: one of its own, the same at every replay.
		a.Action.ID = ident.Derive("action", a.Action.At, a.Action.By.ID+" "+string(a.Action.Verb)+" "+of.String()+" "+a.Refused, 0)
	}
	if _, found, err := w.get(actionsTable, id(a.Action.ID)); err != nil || found {
		return err
	}
	section := ""
	if !of.IsZero() {
		if _, err := w.one(`SELECT section FROM cases WHERE id = ?`, []any{id(of)}, &section); err != nil {
			return err
		}
	}
	e, err := a.Entry(section)
	if err != nil {
		return cannotHold("actions", a.Action.ID, err)
	}
	if _, err := w.append(e); err != nil {
		return err
	}
	return w.json(actionsTable, a.Action.ID, a, id(of), a.Action.By.ID, string(a.Action.Verb), section, a.Refused, nano(a.Action.At), int64(0))
}

// logGap is the kind of the event by which the pipeline tells that the log lost
// entries.
const logGap = "log.gap"

// event puts an event; a gap of the log is an entry of the chain as well.
func (w *write) event(e assess.Event) error {
	if e.Kind == logGap {
		_, known, err := w.get(eventsTable, id(e.ID))
		if err != nil || known {
			return err
		}
		entry, err := record.Note{At: e.At, Kind: record.OfGap, Verb: "lose", Subject: id(e.ID), Detail: map[string]any{"what": e.Text.En}}.Entry()
		if err != nil {
			return err
		}
		if _, err := w.append(entry); err != nil {
			return err
		}
	}
	return w.json(eventsTable, e.ID, e, e.Kind, e.Where.Section, nano(e.At), int64(0))
}

func (w *write) notice(n respond.Notice) error {
	if _, found, err := w.get(noticesTable, id(n.ID)); err != nil || found {
		return err // told already, or waiting in the outbox
	}
	if err := w.json(noticesTable, n.ID, n, id(n.Case), n.Kind, nano(n.At), int64(0)); err != nil {
		return err
	}
	_, err := w.exec(`INSERT INTO outbox (notice) VALUES (?)`, id(n.ID))
	return err
}

// cursor moves the log cursor, forward only, and keeps the snapshot.
func (w *write) cursor(b record.Batch) error {
	known, err := readCounter(w.ctx, w.s.conn, "cursor")
	if err != nil {
		return err
	}
	if b.Cursor > known {
		if err := w.setState("cursor", b.Cursor); err != nil {
			return err
		}
	}
	if b.Snapshot == nil {
		return nil
	}
	sum := sha256.Sum256(b.Snapshot)
	if _, err := w.exec(`INSERT INTO snapshots (seq, at, sum, blob) VALUES (?, ?, ?, ?)
		ON CONFLICT (seq) DO UPDATE SET at = excluded.at, sum = excluded.sum, blob = excluded.blob`,
		int64(b.Cursor), nano(b.At), sum[:], b.Snapshot); err != nil {
		return err
	}
	_, err = w.exec(`DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)`, snapshotsKept)
	return err
}

func id(v ident.ID) string { return v.String() }

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
