package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"marsad/record"
	"marsad/say"
)

// asBlob writes counters as 8 bytes, big-endian, and bytes as they are.
func asBlob(v any) []byte {
	switch v := v.(type) {
	case uint64:
		return binary.BigEndian.AppendUint64(nil, v)
	case []byte:
		return orEmpty(v)
	}
	panic(fmt.Sprintf("state of type %T", v)) // a mistake in this package
}

func readState(ctx context.Context, db queryer, key string) ([]byte, error) {
	var b []byte
	err := db.QueryRowContext(ctx, `SELECT value FROM state WHERE key = ?`, key).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, err
}

func readCounter(ctx context.Context, db queryer, key string) (uint64, error) {
	b, err := readState(ctx, db, key)
	if err != nil || b == nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("state %q has %d bytes, not 8", key, len(b))
	}
	return binary.BigEndian.Uint64(b), nil
}

// readTree reads the state of the chain from which it grows.
func readTree(ctx context.Context, db queryer) (*record.Tree, error) {
	var size int64
	if err := db.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM audit`).Scan(&size); err != nil {
		return nil, err
	}
	at := record.PeakIndexes(size)
	if len(at) == 0 {
		return record.Resume(0, nil)
	}
	marks := make([]string, len(at))
	args := make([]any, len(at))
	for i, n := range at {
		marks[i], args[i] = "?", n
	}
	// Peaks stand in the order of their indexes.
	rows, err := db.QueryContext(ctx, `SELECT hash FROM hashes WHERE i IN (`+strings.Join(marks, ", ")+`) ORDER BY i`, args...)
	if err != nil {
		return nil, err
	}
	peaks, err := scanAll(rows, scanHash)
	if err != nil {
		return nil, err
	}
	return record.Resume(size, peaks)
}

func scanHash(r *sql.Rows) (h tlog.Hash, err error) {
	var b []byte
	if err := r.Scan(&b); err != nil {
		return h, err
	}
	copy(h[:], b) // one of another length fits no hash
	return h, nil
}

// Head is the latest head of the chain as a signed note, for whoever witnesses
// it. It covers everything that was acknowledged.
func (s *Store) Head(ctx context.Context) ([]byte, error) {
	b, err := readState(ctx, s.read, "head")
	return b, fault(err, s.dir)
}

// Key is the public key of the heads, in the form of a note verifier key.
func (s *Store) Key() string { return s.pub }

// view is one unchanging state of the record to read from; roll it back.
func (s *Store) view(ctx context.Context) (*sql.Tx, error) {
	return s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
}

// keepDoubt compares the chain with its last head. Where they do not agree,
// somebody changed the record while Marsad did not run: the head is kept in
// heads/ before the next one takes its place, so that Verify finds it for ever.
func (s *Store) keepDoubt(ctx context.Context) (doubt, err error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Rollback()
	signed, err := readState(ctx, view, "head")
	if err != nil {
		return nil, err
	}
	tree, terr := readTree(ctx, view)
	if signed == nil && terr == nil && tree.Size() == 0 {
		return nil, nil // new
	}
	head, known, herr := record.OpenHead(signed, []string{s.pub})
	if terr == nil && herr == nil && known && head.Size == tree.Size() && head.Root == tree.Root() {
		return nil, nil
	}
	keys, err := chainKeys(ctx, view)
	if err != nil {
		return nil, err
	}
	if h, by, err := record.OpenHead(signed, keys); terr == nil && err == nil && by && h.Size == tree.Size() && h.Root == tree.Root() {
		return nil, nil // signed by an earlier key: it was replaced
	}
	if len(signed) > 0 {
		name := "doubt-" + s.opts.Now().UTC().Format("20060102T150405.000000000") + ".head"
		if err := s.keepHead(filepath.Join(s.dir, headsFolder), name, signed); err != nil {
			return nil, err
		}
	}
	if terr != nil {
		return nil, broken(s.dir, terr) // it cannot even be continued
	}
	return &say.Error{
		Code: "store.doubt", Kind: say.Conflict, Cause: herr,
		Text: say.Text{En: "the audit chain does not end where its last signed head says: it was changed while Marsad did not run", Ar: "سجل التدقيق لا ينتهي حيث يقول آخر ختم موقّع: عُدّل أثناء توقف مرصد"},
		Hint: say.Text{En: "run marsad verify --data " + s.dir + " with the last witnessed head and tell oversight; the old head is kept in heads/", Ar: "نفّذ " + say.LTR("marsad verify --data "+s.dir) + " مع آخر ختم مشهود وأبلغ جهة الرقابة؛ الختم السابق محفوظ في " + say.LTR("heads/")},
	}, nil
}

// chainKeys gives the public keys that the chain tells of, oldest first.
func chainKeys(ctx context.Context, db queryer) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT json_extract(detail, '$.key') FROM audit WHERE kind = ? AND json_valid(detail) ORDER BY seq`, string(record.OfKey))
	if err != nil {
		return nil, err
	}
	all, err := scanAll(rows, func(r *sql.Rows) (k sql.NullString, err error) { return k, r.Scan(&k) })
	var keys []string
	for _, k := range all {
		if k.Valid {
			keys = append(keys, k.String)
		}
	}
	return keys, err
}

// nano is a time as it stands in a column; the zero time is 0.
func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
