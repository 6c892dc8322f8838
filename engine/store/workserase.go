package store

import (
	"database/sql"
	"encoding/json"

	"marsad/barrier"
)

// dueWorks finds statements older than a time that hold somebody's words or a
// name and were not erased yet.
var dueWorks = worksTable.selectSQL(`WHERE at < ? AND json_extract(json, '$.erased') IS NULL AND (json LIKE '%"why":%' OR subject <> 'claim' AND (
	json LIKE '%"note":%' OR json LIKE '%"inspector":%' OR json LIKE '%"reporter":%' OR json LIKE '%"found":%' OR
	json LIKE '%"approver":%' OR json LIKE '%"entered":%' OR json LIKE '%"diary":%' OR json LIKE '%"evidence":%')) ORDER BY n`)

// eraseWorks redacts statements about the barrier, each once: a dispute of a
// claim loses its reason, a claim itself nothing. A hold keeps a thing, a
// statement, an import or all of an account's.
func (w *write) eraseWorks(cut int64, held holds) (n int, err error) {
	type item struct {
		e barrier.Event
		r row
	}
	var found []item
	rows, err := w.query(dueWorks, cut)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() && len(found) < erasedAtOnce {
		var d item
		if d.r, _, err = worksTable.scan(rows); err != nil {
			return 0, err
		}
		if err := json.Unmarshal(d.r.json, &d.e); err != nil {
			return 0, broken(w.s.dir, err)
		}
		_, thing, _ := d.e.About()
		if !held.any(id(thing), id(d.e.ID), orNone(id(d.e.Import), d.e.Import.IsZero()), d.e.By) {
			found = append(found, d)
		}
	}
	if err := errOf(rows); err != nil {
		return 0, err
	}
	for _, d := range found {
		if err := w.replace(worksTable, d.r, d.e.Redacted(), false); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

// errOf closes rows that were read as far as was wanted.
func errOf(rows *sql.Rows) error {
	err := rows.Err()
	if cerr := rows.Close(); err == nil {
		err = cerr
	}
	return err
}
