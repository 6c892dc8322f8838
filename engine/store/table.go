package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"marsad/record"
)

// table is one table of rows that are bound to the audit chain: an id, columns
// to search by, the whole thing as JSON, and a salt.
type table struct {
	name string
	cols []string
}

var (
	casesTable      = table{"cases", []string{"state", "severity", "section", "opened", "closed", "updated", "chainage", "revision", "erased"}}
	tasksTable      = table{"tasks", []string{"case_id", "section", "at", "ended"}}
	incidentsTable  = table{"incidents", []string{"case_id", "section", "type", "at"}}
	actionsTable    = table{"actions", []string{"case_id", "actor", "verb", "section", "refused", "at", "erased"}}
	eventsTable     = table{"events", []string{"kind", "section", "at", "erased"}}
	silencesTable   = table{"silences", []string{"at", "expires", "ended", "erased"}}
	suppressedTable = table{"suppressed", []string{"rule", "section", "at", "last", "erased"}}
	noticesTable    = table{"notices", []string{"case_id", "kind", "at", "erased"}}
	holdsTable      = table{"holds", []string{"subject", "at", "lifted"}}
	accountsTable   = table{"accounts", []string{"name", "updated"}}
)

// boundTables are all of them, in the order in which Verify reads them.
var boundTables = []table{
	casesTable, tasksTable, incidentsTable, actionsTable, eventsTable, silencesTable,
	suppressedTable, noticesTable, holdsTable, accountsTable, worksTable,
}

// row is one row of a table. Columns hold int64, float64, string or nil.
type row struct {
	id   string
	cols []any
	json []byte
}

func (t table) selectSQL(where string) string {
	return "SELECT id, " + strings.Join(t.cols, ", ") + ", json, salt FROM " + t.name + " " + where
}

func (t table) upsertSQL() string {
	marks := strings.Repeat("?, ", len(t.cols)+2) + "?"
	var sets []string
	for _, c := range append(slices.Clone(t.cols), "json", "salt") {
		sets = append(sets, c+" = excluded."+c)
	}
	return "INSERT INTO " + t.name + " (id, " + strings.Join(t.cols, ", ") + ", json, salt) VALUES (" + marks +
		") ON CONFLICT (id) DO UPDATE SET " + strings.Join(sets, ", ")
}

// scan reads a row as selectSQL gives it.
func (t table) scan(rows interface{ Scan(...any) error }) (r row, salt []byte, err error) {
	r.cols = make([]any, len(t.cols))
	into := []any{&r.id}
	for i := range r.cols {
		into = append(into, &r.cols[i])
	}
	err = rows.Scan(append(into, &r.json, &salt)...)
	return r, salt, err
}

// same reports whether two rows say the same.
func (r row) same(o row) bool {
	return r.id == o.id && slices.Equal(r.cols, o.cols) && string(r.json) == string(o.json)
}

// hash binds every column of the row: a type letter and the value, texts behind
// their length.
func (r row) hash(salt []byte) []byte {
	b := text(nil, []byte(r.id))
	for _, c := range r.cols {
		switch v := c.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case float64:
			b = binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
		case string:
			b = text(b, []byte(v))
		default:
			// Another type than was written: no hash that was bound fits it.
			b = fmt.Appendf(append(b, '?'), "%T", v)
		}
	}
	return record.Commit(salt, text(b, r.json))
}

func text(b, s []byte) []byte {
	return append(binary.AppendUvarint(append(b, 't'), uint64(len(s))), s...)
}

// scanAll reads every row of a result and closes it.
func scanAll[T any](rows *sql.Rows, one func(*sql.Rows) (T, error)) ([]T, error) {
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := one(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// queryer is what reads: the read pool, a connection, the writer's transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
