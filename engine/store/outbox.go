package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"marsad/respond"
)

// Waiting is a notice that is still to be announced.
type Waiting struct {
	N      int64 // its place: announce in this order
	Notice respond.Notice
}

// Outbox gives notices that wait to be announced after a place, oldest first, at
// most limit. It is at least once: one that was announced and not marked comes
// again, and consumers know it by its id.
func (s *Store) Outbox(ctx context.Context, after int64, limit int) ([]Waiting, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n, json FROM outbox JOIN notices ON notices.id = outbox.notice WHERE n > ? ORDER BY n LIMIT ?`, after, limit)
	if err != nil {
		return nil, fault(err, s.dir)
	}
	out, err := scanAll(rows, func(r *sql.Rows) (v Waiting, err error) {
		var b []byte
		if err := r.Scan(&v.N, &b); err != nil {
			return v, err
		}
		return v, json.Unmarshal(b, &v.Notice)
	})
	return out, fault(err, s.dir)
}

// Announced marks every waiting notice up to a place as announced.
func (s *Store) Announced(ctx context.Context, upTo int64) error {
	return s.write(ctx, func(w *write) error {
		_, err := w.exec(`DELETE FROM outbox WHERE n <= ?`, upTo)
		return err
	})
}
