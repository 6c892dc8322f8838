package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"marsad/record"
	"marsad/say"
)

// write is one transaction of the writer. Rows that it puts are bound to the
// chain, and the new head is signed, before it commits.
type write struct {
	s    *Store
	ctx  context.Context
	now  time.Time
	tree *record.Tree // read at the first entry
	rows []record.Row
}

// write runs a transaction: all of it on disk and synced when it returns nil, or
// nothing of it. A context that ends while it runs does not cut it short: whether
// a half-run commit holds could not be known.
func (s *Store) write(ctx context.Context, do func(*write) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return ErrClosed
	}
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		s.failed = fault(err, s.dir)
		return s.failed
	}
	w := &write{s: s, ctx: ctx, now: s.opts.Now().UTC()}
	err := do(w)
	if err == nil {
		err = w.finish()
	}
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "COMMIT")
	}
	if err == nil {
		s.failed = nil
		return nil
	}
	// SQLite rolls back by itself after some errors; then there is nothing left
	// to roll back, which is what we want. What a failed write or sync left in the
	// WAL has no commit mark: the next transaction writes over it and syncs again.
	_, _ = s.conn.ExecContext(ctx, "ROLLBACK")
	told := fault(err, s.dir)
	if e := say.As(told); e.Kind == say.Unavailable || e.Kind == say.Internal {
		s.failed = told
	}
	return told
}

// prepared gives the writer's prepared statement for a query.
func (w *write) prepared(query string) (*sql.Stmt, error) {
	if st := w.s.stmts[query]; st != nil {
		return st, nil
	}
	st, err := w.s.conn.PrepareContext(w.ctx, query)
	if err == nil {
		w.s.stmts[query] = st
	}
	return st, err
}

func (w *write) exec(query string, args ...any) (sql.Result, error) {
	st, err := w.prepared(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(w.ctx, args...)
}

func (w *write) query(query string, args ...any) (*sql.Rows, error) {
	st, err := w.prepared(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(w.ctx, args...)
}

// one scans the single row of a query; found is false when there is none.
func (w *write) one(query string, args []any, into ...any) (found bool, err error) {
	st, err := w.prepared(query)
	if err != nil {
		return false, err
	}
	err = st.QueryRowContext(w.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// get reads a row by id.
func (w *write) get(t table, id string) (r row, found bool, err error) {
	st, err := w.prepared(t.selectSQL("WHERE id = ?"))
	if err != nil {
		return row{}, false, err
	}
	r, _, err = t.scan(st.QueryRowContext(w.ctx, id))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// put writes a row and binds it to the chain; one that says the same as the row
// on record is left alone.
func (w *write) put(t table, r row) (changed bool, err error) {
	old, found, err := w.get(t, r.id)
	if err != nil || found && old.same(r) {
		return false, err
	}
	salt := make([]byte, record.SaltSize)
	if _, err := io.ReadFull(w.s.opts.Random, salt); err != nil {
		return false, err
	}
	args := append([]any{r.id}, r.cols...)
	if _, err := w.exec(t.upsertSQL(), append(args, string(r.json), salt)...); err != nil {
		return false, err
	}
	w.rows = append(w.rows, record.Row{Table: t.name, ID: r.id, Hash: r.hash(salt)})
	return true, nil
}

// remove deletes a row and binds that to the chain.
func (w *write) remove(t table, id string) error {
	res, err := w.exec("DELETE FROM "+t.name+" WHERE id = ?", id)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if n > 0 {
		w.rows = append(w.rows, record.Row{Table: t.name, ID: id})
	}
	return err
}

// append puts an entry at the end of the chain.
func (w *write) append(e record.Entry) (seq int64, err error) {
	if w.tree == nil {
		if w.tree, err = readTree(w.ctx, w.s.conn); err != nil {
			return 0, err
		}
	}
	if e.At.IsZero() {
		e.At = w.now
	}
	if e, err = e.Seal(w.tree.Size()+1, w.s.opts.Random); err != nil {
		return 0, err
	}
	if _, err := w.exec(`INSERT INTO audit (seq, at, kind, actor, verb, subject, section, detail, commitment, personal, salt)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, e.At.UnixNano(), string(e.Kind), e.ActorID, e.Verb, e.Subject, e.Section, string(e.Detail), orEmpty(e.Commitment), orNull(e.Personal), orNullBlob(e.Salt)); err != nil {
		return 0, err
	}
	at := tlog.StoredHashIndex(0, e.Seq-1)
	for i, h := range w.tree.Add(e.Hash()) {
		if _, err := w.exec(`INSERT INTO hashes (i, hash) VALUES (?, ?)`, at+int64(i), h[:]); err != nil {
			return 0, err
		}
	}
	return e.Seq, nil
}

// finish binds the rows that were put and signs the new head.
func (w *write) finish() error {
	entries, err := record.RowsEntries(w.rows, w.now)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := w.append(e); err != nil {
			return err
		}
	}
	if w.tree == nil {
		return nil
	}
	head, err := record.Head{Origin: w.s.signer.Name(), Size: w.tree.Size(), Root: w.tree.Root(), At: w.now}.Sign(w.s.signer)
	if err != nil {
		return err
	}
	return w.setState("head", head)
}

func (w *write) setState(key string, value any) error {
	_, err := w.exec(`INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, asBlob(value))
	return err
}

// orEmpty gives an empty value for nil, which SQLite would take for NULL.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func orNull(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return string(b)
}

func orNullBlob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
