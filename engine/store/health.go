package store

import (
	"context"
	"os"
	"path/filepath"
)

// Health is how the record is.
type Health struct {
	Bytes   int64  // of the database
	WAL     int64  // bytes that wait to be moved into it
	Free    uint64 // bytes left on the disk
	Entries int64  // of the audit chain
	Cursor  uint64 // log sequence
	Waiting int64  // notices still to be announced
	Failed  error  // why the last write failed, nil when it did not
	Doubt   error  // what Open found wrong with the chain, nil for nothing
}

// Health looks at the record without writing.
func (s *Store) Health(ctx context.Context) (Health, error) {
	s.mu.Lock()
	h := Health{Failed: s.failed, Doubt: s.doubt}
	if s.conn == nil {
		h.Failed = ErrClosed
	}
	s.mu.Unlock()
	if h.Failed == ErrClosed {
		return h, ErrClosed
	}
	if info, err := os.Stat(filepath.Join(s.dir, File)); err == nil {
		h.Bytes = info.Size()
	}
	if info, err := os.Stat(filepath.Join(s.dir, File+"-wal")); err == nil {
		h.WAL = info.Size()
	}
	var err error
	if h.Free, err = freeBytes(s.dir); err != nil {
		return h, fault(err, s.dir)
	}
	if h.Cursor, err = s.Cursor(ctx); err != nil {
		return h, err
	}
	err = s.read.QueryRowContext(ctx, `SELECT (SELECT coalesce(max(seq), 0) FROM audit), (SELECT count(*) FROM outbox)`).Scan(&h.Entries, &h.Waiting)
	return h, fault(err, s.dir)
}
