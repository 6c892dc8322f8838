package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"marsad/record"
)

// Witness is what a record is compared with besides its own heads.
type Witness struct {
	Head     []byte // a head that was handed out; nil for none
	HeadsDir string // a folder of handed-out heads, empty for none
}

// Verify finds any changed, removed, added or reordered record, and against a
// witnessed head a record that was cut short or written anew. It reads one
// unchanging state and holds nobody up. A fault that it finds is in the report;
// an error means that it could not look.
func (s *Store) Verify(ctx context.Context, head []byte) (record.Report, error) {
	r, err := verify(ctx, s.read, s.dir, Witness{Head: head, HeadsDir: s.opts.HeadsDir})
	return r, fault(err, s.dir)
}

// Verify verifies the record of a data folder without opening it for writing,
// whether or not a server runs on it, and compares every file of evidence with
// the hash that the chain holds of it.
func Verify(ctx context.Context, dir string, with Witness) (record.Report, error) {
	db, err := openStill(ctx, dir)
	if err != nil {
		return record.Report{}, fault(err, dir)
	}
	defer db.Close()
	r, err := verify(ctx, db, dir, with)
	if err == nil {
		err = checkEvidence(ctx, db, dir, &r)
	}
	return r, fault(err, dir)
}

// openStill opens a record for reading only, from a folder or a disk that may
// not be writable.
func openStill(ctx context.Context, dir string) (*sql.DB, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, noRecord(dir, err)
	}
	db, err := openReader(path, 5*time.Second)
	if err != nil {
		return nil, err
	}
	var id int
	err = db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id)
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code()&0xff == lib.SQLITE_CANTOPEN || e.Code()&0xff == lib.SQLITE_READONLY) {
		// SQLite wants to write beside the file even to read. Where it may not, and
		// nothing waits in a WAL, the file alone is the whole record.
		if info, werr := os.Stat(path + "-wal"); werr != nil || info.Size() == 0 {
			db.Close()
			if db, err = sql.Open("sqlite", dsn(path, "ro", 0)+"&immutable=1"); err != nil {
				return nil, err
			}
			err = db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id)
		}
	}
	if err == nil && id != applicationID {
		err = broken(dir, errors.New(File+" is not a record of Marsad"))
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func verify(ctx context.Context, db *sql.DB, dir string, with Witness) (record.Report, error) {
	// Heads first: one that is handed out while we read would be newer than the
	// state that we read, and seem to tell of a cut.
	heads, err := knownHeads(dir, with)
	if err != nil {
		return record.Report{}, err
	}
	view, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return record.Report{}, err
	}
	defer view.Rollback()
	current, err := readState(ctx, view, "head")
	if err != nil {
		return record.Report{}, err
	}
	if current != nil {
		heads = append([]record.SignedHead{{Source: "record", Signed: current, Current: true}}, heads...)
	}
	keys, err := chainKeys(ctx, view)
	if err != nil {
		return record.Report{}, err
	}
	if pub, err := os.ReadFile(filepath.Join(dir, pubFile)); err == nil {
		keys = append(keys, strings.TrimSpace(string(pub)))
	}
	runs, err := erasures(ctx, view)
	if err != nil {
		return record.Report{}, err
	}
	c := record.NewChecker(keys, runs, heads)
	stored, err := checkEntries(ctx, view, c)
	if err != nil {
		return record.Report{}, err
	}
	for _, t := range boundTables {
		if err := checkRows(ctx, view, t, c); err != nil {
			return record.Report{}, err
		}
	}
	return c.Finish(stored), nil
}

func knownHeads(dir string, with Witness) ([]record.SignedHead, error) {
	var out []record.SignedHead
	folders := []string{filepath.Join(dir, headsFolder)}
	if with.HeadsDir != "" {
		folders = append(folders, with.HeadsDir)
	}
	for _, folder := range folders {
		found, err := readHeads(folder)
		if err != nil {
			return nil, err
		}
		for _, h := range found {
			out = append(out, record.SignedHead{Source: filepath.Join(filepath.Base(folder), h.Name), Signed: record.Clean(h.Head)})
		}
	}
	if with.Head != nil {
		out = append(out, record.SignedHead{Source: "witness", Signed: record.Clean(with.Head)})
	}
	return out, nil
}

func erasures(ctx context.Context, db queryer) ([]record.Erasure, error) {
	rows, err := db.QueryContext(ctx, entrySQL+`WHERE kind = ? ORDER BY seq`, string(record.OfErasure))
	if err != nil {
		return nil, err
	}
	entries, err := scanAll(rows, scanEntry)
	if err != nil {
		return nil, err
	}
	var out []record.Erasure
	for _, e := range entries {
		// A run that cannot be read explains nothing; its entry is reported as
		// changed.
		if r, err := e.Erasure(); err == nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// atOnce is how many entries are read at a time.
const atOnce = 2000

// checkEntries feeds the chain, and gives the number of stored hashes.
func checkEntries(ctx context.Context, db queryer, c *record.Checker) (stored int64, err error) {
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM hashes`).Scan(&stored); err != nil {
		return 0, err
	}
	// No entry can stand further than there are hashes, or one past them.
	var entries int64
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM audit`).Scan(&entries); err != nil {
		return 0, err
	}
	last := max(entries, sizeOf(stored))
	for from, first := int64(0), true; ; first = false {
		cond := `WHERE seq > ? ORDER BY seq LIMIT ?`
		if first {
			cond = `WHERE seq > ? OR seq <= 0 ORDER BY seq LIMIT ?`
		}
		rows, err := db.QueryContext(ctx, entrySQL+cond, from, atOnce)
		if err != nil {
			return 0, err
		}
		part, err := scanAll(rows, scanEntry)
		if err != nil || len(part) == 0 {
			return stored, err
		}
		from = max(part[len(part)-1].Seq, from)
		hashes, err := hashesFor(ctx, db, c.Next(), min(from, last))
		if err != nil {
			return 0, err
		}
		for _, e := range part {
			if e.Seq < c.Next() || e.Seq > last {
				c.Stray(e)
				continue
			}
			if e.Seq > c.Next() {
				c.Missing(e.Seq-1, hashes)
			}
			c.Add(e, hashes(e.Seq))
		}
	}
}

// sizeOf is how many entries a number of stored hashes can belong to.
func sizeOf(stored int64) int64 {
	n := stored / 2
	for tlog.StoredHashCount(n) < stored {
		n++
	}
	return n
}

// hashesFor reads the stored hashes of entries from first to last, and gives
// them by entry: nil where one is missing.
func hashesFor(ctx context.Context, db queryer, first, last int64) (func(seq int64) []tlog.Hash, error) {
	if last < first {
		return func(int64) []tlog.Hash { return nil }, nil
	}
	base, end := tlog.StoredHashCount(first-1), tlog.StoredHashCount(last)
	rows, err := db.QueryContext(ctx, `SELECT i, hash FROM hashes WHERE i >= ? AND i < ?`, base, end)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := make([]bool, end-base)
	hashes := make([]tlog.Hash, end-base)
	for rows.Next() {
		var i int64
		var b []byte
		if err := rows.Scan(&i, &b); err != nil {
			return nil, err
		}
		if len(b) == tlog.HashSize {
			have[i-base] = true
			copy(hashes[i-base][:], b)
		}
	}
	return func(seq int64) []tlog.Hash {
		from, to := tlog.StoredHashCount(seq-1)-base, tlog.StoredHashCount(seq)-base
		if from < 0 || to > int64(len(hashes)) {
			return nil
		}
		for _, h := range have[from:to] {
			if !h {
				return nil
			}
		}
		return hashes[from:to]
	}, rows.Err()
}

func checkRows(ctx context.Context, db queryer, t table, c *record.Checker) error {
	rows, err := db.QueryContext(ctx, t.selectSQL("ORDER BY id"))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, salt, err := t.scan(rows)
		if err != nil {
			return err
		}
		c.Row(t.name, r.id, r.hash(salt))
	}
	return rows.Err()
}
