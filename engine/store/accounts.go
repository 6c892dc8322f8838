package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"marsad/say"
)

// PutAccount writes an account: its id, the name it signs in with, and JSON that
// only engine/access understands. It is bound to the chain. A name that another
// account has is refused with account.name_taken.
func (s *Store) PutAccount(ctx context.Context, id, name string, json []byte) error {
	return s.write(ctx, func(w *write) error {
		var other string
		taken, err := w.one(`SELECT id FROM accounts WHERE name = ? AND id <> ?`, []any{name, id}, &other)
		if err != nil {
			return err
		}
		if taken {
			return &say.Error{
				Code: "account.name_taken", Kind: say.Conflict,
				Text: say.Text{En: "another account has this name", Ar: "يوجد حساب آخر بهذا الاسم"},
				Hint: say.Text{En: "choose another name", Ar: "اختر اسماً آخر"},
			}
		}
		r := row{id, []any{name, nano(w.now)}, json}
		old, found, err := w.get(accountsTable, id)
		if err == nil && found && old.cols[0] == name && string(old.json) == string(json) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = w.put(accountsTable, r)
		return err
	})
}

// DeleteAccount removes an account with its sessions and tokens; the chain binds
// that as well.
func (s *Store) DeleteAccount(ctx context.Context, id string) error {
	err := s.write(ctx, func(w *write) error {
		for _, q := range []string{`DELETE FROM sessions WHERE account = ?`, `DELETE FROM tokens WHERE account = ?`} {
			if _, err := w.exec(q, id); err != nil {
				return err
			}
		}
		return w.remove(accountsTable, id)
	})
	if err != nil {
		return err
	}
	return s.EmptyWAL(ctx) // its name and secrets shall not wait there
}

// Account gives an account's JSON by id.
func (s *Store) Account(ctx context.Context, id string) ([]byte, error) {
	return s.bytes(ctx, "account", id, `SELECT json FROM accounts WHERE id = ?`)
}

// AccountByName gives an account's JSON by the name it signs in with.
func (s *Store) AccountByName(ctx context.Context, name string) ([]byte, error) {
	return s.bytes(ctx, "account", name, `SELECT json FROM accounts WHERE name = ?`)
}

// Accounts gives the JSON of every account, by name.
func (s *Store) Accounts(ctx context.Context) ([][]byte, error) {
	return s.many(ctx, `SELECT json FROM accounts ORDER BY name`)
}

// PutSession writes a session under the hash of its token.
func (s *Store) PutSession(ctx context.Context, hash, account string, expires time.Time, json []byte) error {
	return s.exec(ctx, `INSERT INTO sessions (hash, account, expires, json) VALUES (?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET account = excluded.account, expires = excluded.expires, json = excluded.json`, hash, account, nano(expires), orEmpty(json))
}

// Session gives a session's JSON, expired or not.
func (s *Store) Session(ctx context.Context, hash string) ([]byte, error) {
	return s.bytes(ctx, "session", "", `SELECT json FROM sessions WHERE hash = ?`, hash)
}

// Sessions gives the JSON of every session of an account by the hash of its token.
func (s *Store) Sessions(ctx context.Context, account string) (map[string][]byte, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hash, json FROM sessions WHERE account = ?`, account)
	if err != nil {
		return nil, fault(err, s.dir)
	}
	out := map[string][]byte{}
	_, err = scanAll(rows, func(r *sql.Rows) (_ struct{}, err error) {
		var hash string
		var b []byte
		if err = r.Scan(&hash, &b); err == nil {
			out[hash] = b
		}
		return struct{}{}, err
	})
	return out, fault(err, s.dir)
}

// DeleteSession ends a session; ending one that is not there is no error.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.exec(ctx, `DELETE FROM sessions WHERE hash = ?`, hash)
}

// DeleteSessionsOf ends every session of an account.
func (s *Store) DeleteSessionsOf(ctx context.Context, account string) error {
	return s.exec(ctx, `DELETE FROM sessions WHERE account = ?`, account)
}

// PurgeSessions removes sessions that expired before a time and tells how many.
func (s *Store) PurgeSessions(ctx context.Context, now time.Time) (n int64, err error) {
	err = s.write(ctx, func(w *write) error {
		res, err := w.exec(`DELETE FROM sessions WHERE expires < ?`, nano(now))
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	return n, err
}

// PutToken writes an API token under its hash. The zero time never expires.
func (s *Store) PutToken(ctx context.Context, hash, account string, expires time.Time, json []byte) error {
	return s.exec(ctx, `INSERT INTO tokens (hash, account, expires, json) VALUES (?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET account = excluded.account, expires = excluded.expires, json = excluded.json`, hash, account, nano(expires), orEmpty(json))
}

// Token gives a token's JSON, expired or not.
func (s *Store) Token(ctx context.Context, hash string) ([]byte, error) {
	return s.bytes(ctx, "token", "", `SELECT json FROM tokens WHERE hash = ?`, hash)
}

// Tokens gives the JSON of every token of an account.
func (s *Store) Tokens(ctx context.Context, account string) ([][]byte, error) {
	return s.many(ctx, `SELECT json FROM tokens WHERE account = ? ORDER BY hash`, account)
}

// DeleteToken withdraws a token; withdrawing one that is not there is no error.
func (s *Store) DeleteToken(ctx context.Context, hash string) error {
	return s.exec(ctx, `DELETE FROM tokens WHERE hash = ?`, hash)
}

// PutSetting writes a setting.
func (s *Store) PutSetting(ctx context.Context, key string, value []byte) error {
	return s.exec(ctx, `INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, orEmpty(value))
}

// Setting gives a setting; the error's code is setting.not_found.
func (s *Store) Setting(ctx context.Context, key string) ([]byte, error) {
	return s.bytes(ctx, "setting", key, `SELECT value FROM settings WHERE key = ?`)
}

func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(w *write) error {
		_, err := w.exec(query, args...)
		return err
	})
}

// bytes reads one value. shown is what an error may repeat of the key; it is the
// argument of the query when no others are given.
func (s *Store) bytes(ctx context.Context, what, shown, query string, args ...any) ([]byte, error) {
	if len(args) == 0 {
		args = []any{shown}
	}
	var b []byte
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound(what, shown)
	}
	return b, fault(err, s.dir)
}

func (s *Store) many(ctx context.Context, query string, args ...any) ([][]byte, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fault(err, s.dir)
	}
	out, err := scanAll(rows, func(r *sql.Rows) (b []byte, err error) { return b, r.Scan(&b) })
	return out, fault(err, s.dir)
}
