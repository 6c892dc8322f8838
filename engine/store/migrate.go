package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"marsad/say"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema: a numbered file, never changed once
// released, never undone.
type migration struct {
	number int
	name   string
	sql    string
	sum    string
}

// readMigrations reads files named NNNN_what.sql, numbered from 1 without a gap.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, path := range names {
		name := strings.TrimPrefix(path, "migrations/")
		digits, _, _ := strings.Cut(name, "_")
		n, err := strconv.Atoi(digits)
		if err != nil || n != len(out)+1 {
			return nil, fmt.Errorf("migration %q: expected number %d", name, len(out)+1)
		}
		b, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		out = append(out, migration{n, name, string(b), hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// migrate brings the schema forward, each step in a transaction of its own. A
// schema that is newer than this program, or was made by other files of the same
// number, is refused. With dry set, a step that is due is an error.
func migrate(ctx context.Context, conn *sql.Conn, steps []migration, dry bool) error {
	if !dry {
		if _, err := conn.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (
			number INTEGER PRIMARY KEY, name TEXT NOT NULL, sum TEXT NOT NULL) STRICT`); err != nil {
			return err
		}
	}
	done, err := applied(ctx, conn)
	if err != nil {
		return err
	}
	for i, sum := range done {
		if i >= len(steps) {
			return &say.Error{
				Code: "store.newer", Kind: say.Conflict,
				Text: say.Text{En: "the record was written by a newer Marsad", Ar: "السجل كتبته نسخة أحدث من مرصد"},
				Hint: say.Text{En: "start the newer program again, or restore a backup made by this one into an empty folder", Ar: "شغّل النسخة الأحدث، أو استرجع نسخة احتياطية من هذه النسخة في مجلد فارغ"},
			}
		}
		if sum != steps[i].sum {
			return &say.Error{
				Code: "store.schema", Kind: say.Internal,
				Text: say.Text{En: "the record's schema is not the one this program knows (" + steps[i].name + ")", Ar: "بنية السجل ليست التي يعرفها هذا البرنامج (" + say.LTR(steps[i].name) + ")"},
				Hint: say.Text{En: "use the release of Marsad that made this folder", Ar: "استعمل إصدار مرصد الذي أنشأ هذا المجلد"},
			}
		}
	}
	for _, m := range steps[len(done):] {
		if dry {
			return &say.Error{
				Code: "store.older", Kind: say.Conflict,
				Text: say.Text{En: "the record was written by an older Marsad", Ar: "السجل كتبته نسخة أقدم من مرصد"},
				Hint: say.Text{En: "start this program's server on the folder once, then run the command again", Ar: "شغّل خادم هذه النسخة على المجلد مرة، ثم أعد الأمر"},
			}
		}
		if err := apply(ctx, conn, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

func applied(ctx context.Context, conn *sql.Conn) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `SELECT sum FROM migrations ORDER BY number`)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) })
}

func apply(ctx context.Context, conn *sql.Conn, m migration) error {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, m.sql)
	if err == nil {
		_, err = conn.ExecContext(ctx, `INSERT INTO migrations VALUES (?, ?, ?)`, m.number, m.name, m.sum)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		// The failure is what counts; a rollback can only fail where SQLite has
		// rolled back already.
		_, _ = conn.ExecContext(ctx, "ROLLBACK")
	}
	return err
}
