package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"marsad/engine/store"
	"marsad/engine/store/storetest"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
)

// refused fails unless an error has a code and says, in both languages, what
// happened and what to do.
func refused(t *testing.T, err error, code string) {
	t.Helper()
	if err == nil {
		t.Fatalf("want %s, got no error", code)
	}
	e := say.As(err)
	if e.Code != code || e.Text.En == "" || e.Text.Ar == "" || e.Hint.En == "" || e.Hint.Ar == "" {
		t.Fatalf("want %s with a text and a hint in both languages, got %+v (%v)", code, e, err)
	}
}

func opened(t testing.TB, dir string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // tests that care close it themselves
	return s
}

func one(n int) record.Batch {
	return record.Batch{Cursor: uint64(n), Cases: []respond.Case{storetest.Case(n)}}
}

func TestTwoServersOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	first := opened(t, dir, store.Options{})
	_, err := store.Open(dir, store.Options{})
	refused(t, err, "store.in_use")
	if !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Errorf("does not say who: %v", err)
	}
	if err := first.Commit(ctx, one(1)); err != nil {
		t.Errorf("the first was disturbed: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, dir, store.Options{})
}

// A command beside the server appends to the same chain without breaking it.
func TestBesideAServer(t *testing.T) {
	dir := t.TempDir()
	_, err := store.Open(dir, store.Options{Beside: true})
	refused(t, err, "store.none")
	server := opened(t, dir, store.Options{})
	beside := opened(t, dir, store.Options{Beside: true})
	for n := range 10 {
		if err := server.Commit(ctx, one(n)); err != nil {
			t.Fatal(err)
		}
		if err := beside.Audit(ctx, record.Note{Verb: "account", Subject: fmt.Sprint(n)}); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := server.Verify(ctx, nil); err != nil || !r.OK() || r.Entries != 1+20+10 {
		t.Errorf("%v %d %+v", err, r.Entries, r.Problems)
	}
}

func TestLockedDatabase(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir, store.Options{Wait: 20 * time.Millisecond})
	if err := s.Commit(ctx, one(1)); err != nil {
		t.Fatal(err)
	}
	other, err := raw(t, dir).Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	refused(t, s.Commit(ctx, one(2)), "store.locked")
	if _, err := s.Case(ctx, storetest.Case(1).Alert.ID); err != nil {
		t.Errorf("reading waits for the lock: %v", err)
	}
	if _, err := other.ExecContext(ctx, "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(ctx, one(2)); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestBrokenDatabase(t *testing.T) {
	whole, _ := filled(t)
	for name, harm := range map[string]func(path string) error{
		"not a database": func(p string) error { return os.WriteFile(p, []byte("Dear diary, nothing happened today."), 0o600) },
		"zeroes":         func(p string) error { return os.WriteFile(p, make([]byte, 100_000), 0o600) },
		"cut in half": func(p string) error {
			info, err := os.Stat(p)
			if err != nil {
				return err
			}
			return os.Truncate(p, info.Size()/2)
		},
		"a page overwritten": func(p string) error {
			f, err := os.OpenFile(p, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteAt([]byte(strings.Repeat("garbage ", 512)), 4096*3)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "copy")
			copyFolder(t, whole, dir)
			if err := harm(filepath.Join(dir, store.File)); err != nil {
				t.Fatal(err)
			}
			_, err := store.Open(dir, store.Options{})
			refused(t, err, "store.broken")
			if !strings.Contains(err.Error(), "restore") {
				t.Errorf("does not say how to go on: %v", err)
			}
			if r, err := store.Verify(ctx, dir, store.Witness{}); err == nil && r.OK() {
				t.Error("verify found nothing")
			}
		})
	}
}

func TestAnotherProgramsDatabase(t *testing.T) {
	dir := t.TempDir()
	db := raw(t, dir)
	_ = db.Close()
	f, err := os.Create(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	db = raw(t, dir)
	if _, err := db.Exec("CREATE TABLE theirs (x)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	_, err = store.Open(dir, store.Options{})
	refused(t, err, "store.broken")
}

func TestSchemaOfAnotherRelease(t *testing.T) {
	for _, c := range []struct{ do, code string }{
		{"INSERT INTO migrations VALUES (99, '0099_x.sql', 'sum')", "store.newer"},
		{"UPDATE migrations SET sum = 'other'", "store.schema"},
	} {
		dir := t.TempDir()
		if err := opened(t, dir, store.Options{}).Close(); err != nil {
			t.Fatal(err)
		}
		db := raw(t, dir)
		if _, err := db.Exec(c.do); err != nil {
			t.Fatal(err)
		}
		db.Close()
		_, err := store.Open(dir, store.Options{})
		refused(t, err, c.code)
	}
}

func TestMigrationsAreNumberedWithoutAGap(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("SELECT 1;")}
	for name, files := range map[string]fstest.MapFS{
		"a gap":        {"migrations/0001_a.sql": file, "migrations/0003_c.sql": file},
		"one twice":    {"migrations/0001_a.sql": file, "migrations/0001_b.sql": file},
		"no number":    {"migrations/first.sql": file},
		"not from one": {"migrations/0002_a.sql": file},
	} {
		if _, err := store.ReadMigrations(files); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	ms, err := store.ReadMigrations(fstest.MapFS{"migrations/0001_a.sql": file, "migrations/0002_b.sql": file})
	if err != nil || len(ms) != 2 {
		t.Errorf("%v %v", ms, err)
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir, store.Options{})
	first := s.Key()
	if err := s.Commit(ctx, one(1)); err != nil {
		t.Fatal(err)
	}
	head, err := s.HandOut(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "audit.key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key's mode is %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(dir, store.Options{})
	refused(t, err, "key.open")
	if err := os.WriteFile(path, []byte("PRIVATE+KEY+nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(dir, store.Options{})
	refused(t, err, "key.broken")
	// The key is lost: a new one is made, the chain tells, old heads still hold.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s = opened(t, dir, store.Options{})
	if s.Key() == first || s.Doubt() != nil {
		t.Fatalf("key %s, doubt %v", s.Key(), s.Doubt())
	}
	es, _, err := s.Entries(ctx, store.AuditFilter{Sections: []string{"*"}, Kinds: []record.Kind{record.OfKey}})
	if err != nil || len(es) != 2 || es[0].Verb != "replace" {
		t.Errorf("the chain tells of keys: %v %+v", err, es)
	}
	if r, err := s.Verify(ctx, head); err != nil || !r.OK() {
		t.Errorf("a head of the old key: %v %+v", err, r.Problems)
	}
}

func TestHeadsOutsideAreNeverOverwritten(t *testing.T) {
	outside := t.TempDir()
	var heads [][]byte
	for range 3 { // three Marsads that were told the same folder
		head, err := opened(t, t.TempDir(), store.Options{HeadsDir: outside, Now: func() time.Time { return storetest.Start }}).HandOut(ctx)
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, head)
	}
	files, err := os.ReadDir(outside)
	if err != nil || len(files) != 3 {
		t.Fatalf("%d heads of 3, %v", len(files), err)
	}
	if b, err := os.ReadFile(filepath.Join(outside, "2026-03-01.head")); err != nil || string(b) != string(heads[0]) {
		t.Errorf("the first was overwritten: %v", err)
	}
}

func TestHeadsFolderOutsideCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, t.TempDir(), store.Options{HeadsDir: filepath.Join(file, "heads")})
	head, err := s.HandOut(ctx)
	refused(t, err, "heads.outside")
	if len(head) == 0 {
		t.Error("the head is not given to hand it out in another way")
	}
}

// What retention erased cannot be read from the folder's bytes any more.
func TestErasedIsNotOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	now := storetest.Start
	s := opened(t, dir, store.Options{Now: func() time.Time { return now }})
	for n := range 30 {
		revisions, acts := storetest.Whole(n)
		for i := range revisions {
			if err := s.Commit(ctx, record.Batch{Cursor: uint64(n), Cases: revisions[i : i+1], Actions: acts[i : i+1]}); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := func() (in []string) {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !f.Type().IsRegular() {
				continue
			}
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range storetest.Said[:4] {
				if strings.Contains(string(b), said) {
					in = append(in, f.Name()+": "+said)
				}
			}
		}
		return in
	}
	if len(found()) == 0 {
		t.Fatal("the names are not there to begin with")
	}
	now = now.Add(91 * 24 * time.Hour)
	if _, err := s.Erase(ctx, now, record.Policy{}); err != nil {
		t.Fatal(err)
	}
	if in := found(); len(in) > 0 {
		t.Errorf("still on the disk: %v", in)
	}
}

// A wait that ends does not cut a commit that has begun, and stops one that has
// not.
func TestContextOfACommit(t *testing.T) {
	s := opened(t, t.TempDir(), store.Options{})
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Commit(ended, one(1)); err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestDamagedSnapshotIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir, store.Options{})
	for n := range 2 {
		b := one(n + 1)
		b.Snapshot = fmt.Appendf(nil, "state %d", n+1)
		if err := s.Commit(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	db := raw(t, dir)
	defer db.Close()
	if _, err := db.Exec(`UPDATE snapshots SET blob = x'00' WHERE seq = 2`); err != nil {
		t.Fatal(err)
	}
	if seq, b, err := s.Snapshot(ctx); err != nil || seq != 1 || string(b) != "state 1" {
		t.Errorf("%d %q %v, want the one before", seq, b, err)
	}
	if _, err := db.Exec(`UPDATE snapshots SET blob = x'00'`); err != nil {
		t.Fatal(err)
	}
	if seq, b, err := s.Snapshot(ctx); err != nil || seq != 0 || b != nil {
		t.Errorf("%d %q %v, want none", seq, b, err)
	}
}
