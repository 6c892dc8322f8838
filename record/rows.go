package record

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// RowsAt is how many rows one entry of kind "rows" binds at most.
const RowsAt = 500

// Row is the hash of a row of the record as it was written. Two rows with the
// same table and id are revisions of one: the later holds.
type Row struct {
	Table string
	ID    string
	Hash  []byte // nil: the row was deleted
}

// MarshalJSON writes [table, id, hash].
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal([3]string{r.Table, r.ID, base64.RawStdEncoding.EncodeToString(r.Hash)})
}

// UnmarshalJSON reads [table, id, hash].
func (r *Row) UnmarshalJSON(b []byte) error {
	var f []string
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	if len(f) != 3 {
		return fmt.Errorf("a row has a table, an id and a hash, not %d fields", len(f))
	}
	hash, err := base64.RawStdEncoding.DecodeString(f[2])
	if err != nil {
		return err
	}
	*r = Row{Table: f[0], ID: f[1]}
	if len(hash) > 0 {
		r.Hash = hash
	}
	return nil
}

type rowsDetail struct {
	Rows []Row `json:"rows"`
}

// RowsEntries are the entries that bind rows to the chain, in the rows' order.
func RowsEntries(rows []Row, at time.Time) ([]Entry, error) {
	var out []Entry
	for len(rows) > 0 {
		n := min(len(rows), RowsAt)
		e, err := finish(Entry{At: at, Kind: OfRows, ActorID: Software, Verb: "write"}, rowsDetail{rows[:n]}, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		rows = rows[n:]
	}
	return out, nil
}

// Rows reads what an entry of kind "rows" binds.
func (e Entry) Rows() ([]Row, error) {
	if e.Kind != OfRows {
		return nil, nil
	}
	var d rowsDetail
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return nil, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	return d.Rows, nil
}
