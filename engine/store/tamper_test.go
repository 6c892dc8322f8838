package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"marsad/assess"
	"marsad/barrier"
	"marsad/engine/store"
	"marsad/engine/store/storetest"
	"marsad/record"
	"marsad/respond"
)

var ctx = context.Background()

// filled makes a closed data folder with something in every table, and the head
// that a witness was given in the middle.
func filled(t testing.TB) (dir string, witnessed []byte) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	s, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 6 {
		revisions, acts := storetest.Whole(n)
		b := record.Batch{
			Cursor: uint64(n + 1), Cases: revisions[:1+n%len(revisions)], Actions: acts[:1+n%len(acts)], Events: []assess.Event{storetest.Event(n)},
			Silences: []assess.Silence{storetest.Silence(n)}, Suppressed: []assess.Suppressed{storetest.Suppressed(n)}, Notices: []respond.Notice{storetest.Notice(n)},
		}
		if n == 5 {
			b.Cases, b.Actions = revisions, acts
		}
		must(s.Commit(ctx, b))
		must(s.PutAccount(ctx, fmt.Sprint("acc-", n), fmt.Sprint("name", n), []byte(`{"n":1}`)))
		if n == 3 {
			witnessed, err = s.Head(ctx)
			must(err)
		}
	}
	must(s.AppendWorks(ctx, []barrier.Event{storetest.Stated(0), storetest.Stated(4)}, record.Note{Kind: record.OfAction, Verb: "works.state"}))
	_, err = s.SetHold(ctx, record.Hold{Subject: "x", Reason: "y", ByID: "z"})
	must(err)
	must(s.Close())
	return dir, witnessed
}

// raw opens the database as somebody does who goes past Marsad.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", store.DSN(filepath.Join(dir, store.File), "rw", 0))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

var bound = []string{"cases", "tasks", "incidents", "actions", "events", "silences", "suppressed", "notices", "holds", "accounts", "works"}

// Statements about the barrier are added; the database itself refuses the rest.
func TestStatementsAreNeitherChangedNorRemoved(t *testing.T) {
	dir, _ := filled(t)
	db := raw(t, dir)
	defer db.Close()
	for _, q := range []string{"UPDATE works SET actor = 'x'", "UPDATE works SET json = json_set(json, '$.why', 'x')", "UPDATE works SET json = json_set(json, '$.erased', json('true')), actor = 'x'", "DELETE FROM works"} {
		if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Whatever single thing is done to any row of the record, verify finds it.
func TestAnyTamperingIsFound(t *testing.T) {
	whole, _ := filled(t)
	dir := filepath.Join(t.TempDir(), "copy")
	if r, err := store.Verify(ctx, whole, store.Witness{}); err != nil || !r.OK() {
		t.Fatalf("untouched: %v %+v", err, r.Problems)
	}
	rapid.Check(t, func(rt *rapid.T) {
		copyFolder(t, whole, dir)
		db := raw(t, dir)
		// Who goes past Marsad goes past its triggers as well.
		if _, err := db.Exec(`DROP TRIGGER works_unchanged; DROP TRIGGER works_kept`); err != nil {
			rt.Fatal(err)
		}
		table := rapid.SampledFrom(append([]string{"audit", "audit", "audit", "hashes"}, bound...)).Draw(rt, "table")
		var rows int
		if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&rows); err != nil || rows == 0 {
			rt.Fatalf("%s has %d rows, %v", table, rows, err)
		}
		var rowid int64
		if err := db.QueryRow("SELECT rowid FROM "+table+" LIMIT 1 OFFSET ?", rapid.IntRange(0, rows-1).Draw(rt, "row")).Scan(&rowid); err != nil {
			rt.Fatal(err)
		}
		if rapid.IntRange(0, 4).Draw(rt, "what") == 0 {
			if _, err := db.Exec("DELETE FROM "+table+" WHERE rowid = ?", rowid); err != nil {
				rt.Fatal(err)
			}
		} else if !change(rt, db, table, rowid) {
			rt.Skip("nothing there to change")
		}
		if err := db.Close(); err != nil {
			rt.Fatal(err)
		}
		r, err := store.Verify(ctx, dir, store.Witness{})
		if err != nil {
			return // it could not even be read: that is found as well
		}
		if r.OK() {
			rt.Fatal("not found")
		}
	})
}

// change alters one column of a row: a byte of a text or blob, a number by one.
func change(t *rapid.T, db *sql.DB, table string, rowid int64) bool {
	rows, err := db.Query("SELECT * FROM "+table+" WHERE rowid = ?", rowid)
	if err != nil {
		t.Fatal(err)
	}
	cols, err := rows.Columns()
	if err != nil || !rows.Next() {
		t.Fatal("no row", err)
	}
	values := make([]any, len(cols))
	into := make([]any, len(cols))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		t.Fatal(err)
	}
	rows.Close()
	i := rapid.IntRange(0, len(cols)-1).Draw(t, "column")
	flip := func(b []byte) []byte {
		at := rapid.IntRange(0, len(b)-1).Draw(t, "byte")
		b[at] ^= byte(rapid.IntRange(1, 31).Draw(t, "xor")) // ASCII stays ASCII, so the text stays a text
		return b
	}
	var changed any
	switch v := values[i].(type) {
	case int64:
		changed = v + rapid.SampledFrom([]int64{-1, 1, 1000, -1 << 40}).Draw(t, "by")
	case float64:
		changed = v + 1
	case string:
		if v == "" {
			changed = "x"
		} else {
			changed = string(flip([]byte(v)))
		}
	case []byte:
		if len(v) == 0 {
			changed = []byte{1}
		} else {
			changed = flip(v)
		}
	default:
		return false // NULL
	}
	_, err = db.Exec("UPDATE "+table+" SET "+cols[i]+" = ? WHERE rowid = ?", changed, rowid)
	return err == nil // a constraint that refuses it has found it
}

func TestTamperingIsNamed(t *testing.T) {
	whole, witnessed := filled(t)
	var n int64
	db := raw(t, whole)
	if err := db.QueryRow("SELECT max(seq) FROM audit").Scan(&n); err != nil {
		t.Fatal(err)
	}
	db.Close()
	head, err := record.ParseHead(string(witnessed[:strings.Index(string(witnessed), "\n\n")+1]))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "copy")
	for _, c := range []struct {
		name  string
		do    func(*sql.DB) error
		fault record.Fault
		seq   int64
		about string
	}{
		{"an entry changed", execs("UPDATE audit SET verb = 'other' WHERE seq = 5"), record.Changed, 5, ""},
		{"an entry removed", execs("DELETE FROM audit WHERE seq = 5"), record.Removed, 5, ""},
		{"two entries exchanged", execs(
			"UPDATE audit SET seq = -1 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 6", "UPDATE audit SET seq = 6 WHERE seq = -1"), record.Reordered, 4, ""},
		{"an entry taken out and the rest moved up", execs(
			"DELETE FROM audit WHERE seq = 5", "UPDATE audit SET seq = -seq WHERE seq > 5", "UPDATE audit SET seq = -seq - 1 WHERE seq < 0"), record.Truncated, 0, ""},
		{"an entry put in", execs("INSERT INTO audit SELECT seq + 100000, at, kind, actor, verb, subject, section, detail, commitment, personal, salt, 0 FROM audit WHERE seq = 5"), record.Added, 0, ""},
		{"an entry far below", execs("UPDATE audit SET seq = -9000000000 WHERE seq = 5"), record.Added, -9000000000, ""},
		{"a name changed", execs(`UPDATE audit SET personal = replace(personal, 'Layla', 'Amina') WHERE personal LIKE '%Layla%'`), record.Changed, 0, ""},
		{"names gone without a run", execs("UPDATE audit SET personal = NULL, salt = NULL WHERE personal LIKE '%Layla%'"), record.Unexplained, 0, ""},
		{"names gone by a run that never was", execs("UPDATE audit SET personal = NULL, salt = NULL, erased_by = 30 WHERE personal LIKE '%Layla%'"), record.Unexplained, 0, ""},
		{"a state changed", execs("UPDATE cases SET state = 'open' WHERE state = 'debriefed'"), record.Changed, 0, "cases/"},
		{"a count changed", execs(`UPDATE incidents SET json = replace(json, '"referred":3', '"referred":0')`), record.Changed, 0, "incidents/"},
		{"a task removed", execs("DELETE FROM tasks"), record.Removed, 0, "tasks/"},
		{"an account put in", execs("INSERT INTO accounts SELECT 'acc-x', 'x', updated, json, salt FROM accounts LIMIT 1"), record.Added, 0, "accounts/acc-x"},
		{"an account's roles changed", execs(`UPDATE accounts SET json = '{"roles":["administrator"]}' WHERE id = 'acc-1'`), record.Changed, 0, "accounts/acc-1"},
		{"the last entries cut", execs(fmt.Sprintf("DELETE FROM audit WHERE seq > %d", n-3)), record.Truncated, 0, ""},
		{"the last entries cut with their hashes", cut(n-3, nil), record.Truncated, n - 3, "record"},
		{"no head", execs("DELETE FROM state WHERE key = 'head'"), record.BadHead, 0, ""},
		{"a head of before", cut(head.Size, witnessed), record.Added, 0, ""}, // the rows of later are there still
	} {
		copyFolder(t, whole, dir)
		db := raw(t, dir)
		if err := c.do(db); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := store.Verify(ctx, dir, store.Witness{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := false
		for _, p := range r.Problems {
			found = found || p.Fault == c.fault && (c.seq == 0 || c.seq == p.Seq) && strings.HasPrefix(p.Subject, c.about)
			if p.Text.En == "" || p.Text.Ar == "" || strings.Contains(p.Text.En+p.Text.Ar, "{") {
				t.Errorf("%s: says %+v", c.name, p.Text)
			}
		}
		if !found {
			t.Errorf("%s: not found as %s; found %+v", c.name, c.fault, r.Problems)
		}
	}
}

func execs(statements ...string) func(*sql.DB) error {
	return func(db *sql.DB) error {
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				return err
			}
		}
		return nil
	}
}

// cut takes away all entries after a size with their hashes, and puts a head in
// place of the record's own unless it is nil.
func cut(size int64, head []byte) func(*sql.DB) error {
	return func(db *sql.DB) error {
		if _, err := db.Exec("DELETE FROM audit WHERE seq > ?", size); err != nil {
			return err
		}
		if _, err := db.Exec("DELETE FROM hashes WHERE i >= ?", tlog.StoredHashCount(size)); err != nil {
			return err
		}
		if head == nil {
			return nil
		}
		_, err := db.Exec("UPDATE state SET value = ? WHERE key = 'head'", head)
		return err
	}
}

// Somebody puts the whole folder back to what it was: without a witness nothing
// can be seen, and with a head from outside the cut is.
func TestWitnessFindsAFolderPutBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	outside := t.TempDir()
	s, err := store.Open(dir, store.Options{HeadsDir: outside})
	if err != nil {
		t.Fatal(err)
	}
	put := func(n int) {
		t.Helper()
		if err := s.Commit(ctx, record.Batch{Cursor: uint64(n), Cases: []respond.Case{storetest.Case(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	put(1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(t.TempDir(), "before")
	copyFolder(t, dir, before)
	if s, err = store.Open(dir, store.Options{HeadsDir: outside}); err != nil {
		t.Fatal(err)
	}
	put(2)
	witnessed, err := s.HandOut(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	copyFolder(t, before, dir)
	if r, err := store.Verify(ctx, dir, store.Witness{}); err != nil || !r.OK() {
		t.Fatalf("nothing inside the folder can show it: %v %+v", err, r.Problems)
	}
	for name, with := range map[string]store.Witness{"a head": {Head: witnessed}, "the folder of heads": {HeadsDir: outside}} {
		r, err := store.Verify(ctx, dir, with)
		if err != nil || len(r.Problems) != 1 || r.Problems[0].Fault != record.Truncated {
			t.Errorf("%s: %v %+v", name, err, r.Problems)
		}
	}
	// A head with the line ends and blank lines of a mail is still one.
	mailed := "\r\n" + strings.ReplaceAll(string(witnessed), "\n", "\r\n") + "\r\n"
	if r, err := store.Verify(ctx, dir, store.Witness{Head: []byte(mailed)}); err != nil || len(r.Problems) != 1 || r.Problems[0].Fault != record.Truncated {
		t.Errorf("a head from a mail: %v %+v", err, r.Problems)
	}
}

// A chain that was cut while Marsad did not run is not blessed by the next head.
func TestOpenKeepsTheHeadThatSpeaksAgainstTheChain(t *testing.T) {
	dir, _ := filled(t)
	var n int64
	db := raw(t, dir)
	if err := db.QueryRow("SELECT max(seq) FROM audit").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := cut(n-2, nil)(db); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Doubt() == nil {
		t.Fatal("Open found nothing")
	}
	for n := range 20 { // the chain grows past the size of before
		if err := s.Commit(ctx, record.Batch{Cursor: 100, Cases: []respond.Case{storetest.Case(100 + n)}}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Verify(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	told, kept := false, false
	for _, p := range r.Problems {
		told = told || p.Fault == record.Doubted && p.Seq > n-2
		kept = kept || p.Fault == record.Rewritten && strings.HasPrefix(p.Subject, "heads/doubt-")
	}
	if !told || !kept {
		t.Errorf("verify does not find what Open saw (told %v, head kept %v): %+v", told, kept, r.Problems)
	}
}

// Nor when the head itself was taken away, or put in by somebody without the key.
func TestOpenTellsOfAHeadThatIsNotOurs(t *testing.T) {
	_, foreign := filled(t)
	for name, head := range map[string]any{"gone": nil, "another's": foreign, "nonsense": []byte("x")} {
		dir, _ := filled(t)
		db := raw(t, dir)
		if _, err := db.Exec("DELETE FROM state WHERE key = 'head'"); err != nil {
			t.Fatal(err)
		}
		if head != nil {
			if _, err := db.Exec("INSERT INTO state VALUES ('head', ?)", head); err != nil {
				t.Fatal(err)
			}
		}
		db.Close()
		for range 2 { // and it stays told
			s, err := store.Open(dir, store.Options{})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			r, err := s.Verify(ctx, nil)
			if err != nil || r.OK() {
				t.Errorf("%s: verify finds nothing, %v", name, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
