package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"marsad/barrier"
	"marsad/record"
	"marsad/say"
)

// worksTable holds the events of the barrier programme. Unlike other tables it
// only grows; n is the order in which they were stated.
var worksTable = table{"works", []string{"n", "op", "subject", "thing", "import_id", "actor", "at"}}

// AppendWorks puts events of the barrier programme on record in one transaction,
// in their order, each bound to the audit chain by a salted commitment of its
// own, with a note that says in the chain who stated them. All of them or none
// are on disk when it returns. An event that is on record already, the same to
// the letter, is left out; one whose id stands for something else is refused
// with works.twice.
func (s *Store) AppendWorks(ctx context.Context, events []barrier.Event, n record.Note) error {
	note, err := n.Entry()
	if err != nil {
		return &say.Error{Code: "store.value", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the note cannot be put on record", Ar: "لا يمكن تسجيل هذا القيد"}}
	}
	return s.write(ctx, func(w *write) error {
		var last int64
		if _, err := w.one(`SELECT coalesce(max(n), 0) FROM works`, nil, &last); err != nil {
			return err
		}
		before := last
		for i := range events {
			added, err := w.stated(last+1, &events[i])
			if err != nil {
				return err
			}
			if added {
				last++
			}
		}
		if last == before {
			return nil
		}
		_, err := w.append(note)
		return err
	})
}

// stated puts one event, and tells whether it was new.
func (w *write) stated(n int64, e *barrier.Event) (added bool, err error) {
	b, err := json.Marshal(e)
	if err != nil {
		return false, cannotHold("works", e.ID, err)
	}
	var was string
	found, err := w.one(`SELECT json FROM works WHERE id = ?`, []any{id(e.ID)}, &was)
	if err != nil || found && was == string(b) {
		return false, err
	}
	if found {
		return false, &say.Error{Code: "works.twice", Kind: say.Conflict,
			Text: say.Text{En: "another statement is on record under this id", Ar: "يوجد قيد آخر مسجل بهذا المعرف"},
			Hint: say.Text{En: "reload the page and enter it again", Ar: "أعد تحميل الصفحة ثم أدخله من جديد"}}
	}
	subject, thing, _ := e.About()
	r := row{id(e.ID), []any{n, string(e.Op), string(subject), orNone(id(thing), thing.IsZero()),
		orNone(id(e.Import), e.Import.IsZero()), e.By, nano(e.Known)}, b}
	salt := make([]byte, record.SaltSize)
	if _, err := io.ReadFull(w.s.opts.Random, salt); err != nil {
		return false, err
	}
	args := append(append([]any{r.id}, r.cols...), string(r.json), salt)
	if _, err := w.exec(`INSERT INTO works (id, n, op, subject, thing, import_id, actor, at, json, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...); err != nil {
		return false, err
	}
	w.rows = append(w.rows, record.Row{Table: worksTable.name, ID: r.id, Hash: r.hash(salt)})
	return true, nil
}

func orNone(s string, none bool) string {
	if none {
		return ""
	}
	return s
}

// Works gives every event of the barrier programme in the order in which they
// were stated, until each returns an error.
func (s *Store) Works(ctx context.Context, each func(barrier.Event) error) error {
	rows, err := s.read.QueryContext(ctx, `SELECT id, json FROM works ORDER BY n`)
	if err != nil {
		return fault(err, s.dir)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var b []byte
		if err := rows.Scan(&id, &b); err != nil {
			return fault(err, s.dir)
		}
		var e barrier.Event
		if err := json.Unmarshal(b, &e); err != nil {
			return broken(s.dir, fmt.Errorf("works/%s: %w", id, err))
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return fault(rows.Err(), s.dir)
}
