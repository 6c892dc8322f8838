package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"marsad/record"
	"marsad/say"
)

// Audit appends an entry to the chain about something that did not come through
// the log: a sign-in, an attempt refused at the door, an export, a change of
// role. It returns after the sync of the disk.
func (s *Store) Audit(ctx context.Context, n record.Note) error {
	e, err := n.Entry()
	if err != nil {
		return &say.Error{
			Code: "store.value", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the note cannot be put on record", Ar: "لا يمكن تسجيل هذا القيد"},
		}
	}
	return s.write(ctx, func(w *write) error {
		_, err := w.append(e)
		return err
	})
}

// AuditFilter chooses entries of the chain. Empty fields do not restrict, except
// Sections.
type AuditFilter struct {
	// Sections that may be seen: empty for none, "*" for every one and for
	// entries that belong to no section.
	Sections []string
	Kinds    []record.Kind // empty: all but record.OfRows, which are for machines
	ActorID  string
	Subject  string
	Since    time.Time
	Until    time.Time // exclusive
	Page
}

// Entries lists the audit chain, newest first.
func (s *Store) Entries(ctx context.Context, f AuditFilter) (out []record.Entry, next string, err error) {
	var q query
	q.sections("section", f.Sections)
	if len(f.Kinds) > 0 {
		var kinds []string
		for _, k := range f.Kinds {
			kinds = append(kinds, string(k))
		}
		q.in("kind", kinds)
	} else {
		q.and("kind <> ?", string(record.OfRows))
	}
	if f.ActorID != "" {
		q.and("actor = ?", f.ActorID)
	}
	if f.Subject != "" {
		q.and("subject = ?", f.Subject)
	}
	q.times("at", Filter{Since: f.Since, Until: f.Until})
	if f.After != "" {
		after, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			_, _, err := readMark(f.After)
			return nil, "", err
		}
		q.and("seq < ?", after)
	}
	if q.never {
		return nil, "", nil
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	limit = min(limit, 1000)
	rows, err := s.read.QueryContext(ctx, entrySQL+"WHERE "+strings.Join(append(q.where, "1"), " AND ")+" ORDER BY seq DESC LIMIT ?", append(q.args, limit+1)...)
	if err != nil {
		return nil, "", fault(err, s.dir)
	}
	out, err = scanAll(rows, scanEntry)
	if len(out) > limit {
		out = out[:limit]
		next = strconv.FormatInt(out[limit-1].Seq, 10)
	}
	return out, next, fault(err, s.dir)
}

const entrySQL = `SELECT seq, at, kind, actor, verb, subject, section, detail, commitment, personal, salt, erased_by FROM audit `

func scanEntry(r *sql.Rows) (e record.Entry, err error) {
	var at int64
	var kind string
	var detail, personal []byte
	err = r.Scan(&e.Seq, &at, &kind, &e.ActorID, &e.Verb, &e.Subject, &e.Section, &detail, &e.Commitment, &personal, &e.Salt, &e.ErasedBy)
	e.At, e.Kind = time.Unix(0, at).UTC(), record.Kind(kind)
	if len(detail) > 0 {
		e.Detail = detail
	}
	if len(personal) > 0 {
		e.Personal = personal
	}
	return e, err
}
