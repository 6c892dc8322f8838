package store_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"marsad/engine/store"
	"marsad/engine/store/storetest"
	"marsad/record"
)

func names(t *testing.T, file string) (out []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h.Name)
	}
}

func TestBackupWhileItRuns(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "data"), store.Options{})
	if err := s.PutSession(ctx, "hash-of-a-session", "acc-1", storetest.Start, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(ctx, one(0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.HandOut(ctx); err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if err := s.Commit(ctx, one(n)); err != nil {
				stopped <- err
				return
			}
		}
	}()
	to := t.TempDir()
	var last store.Manifest
	for _, name := range []string{"1", "2", "3"} {
		m, err := s.Backup(ctx, filepath.Join(to, name), store.BackupOptions{ActorID: "acc-9", Actor: "Nadia"})
		if err != nil {
			t.Fatal(err)
		}
		if m.Entries < last.Entries {
			t.Errorf("backup %s has %d entries, the one before %d", name, m.Entries, last.Entries)
		}
		last = m
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatalf("writing was disturbed: %v", err)
	}
	_, err := s.Backup(ctx, filepath.Join(to, "3"), store.BackupOptions{})
	refused(t, err, "backup.exists")
	if left, _ := filepath.Glob(filepath.Join(to, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if got := names(t, filepath.Join(to, "3")); slices.Contains(got, "audit.key") || !slices.Contains(got, "audit.pub") || !slices.Contains(got, store.File) || got[0] != "manifest.json" || !slices.ContainsFunc(got, func(n string) bool { return strings.HasPrefix(n, "heads/") }) {
		t.Errorf("in the backup: %v", got)
	}
	es, _, err := s.Entries(ctx, store.AuditFilter{Sections: []string{"*"}, Kinds: []record.Kind{record.OfBackup}})
	if err != nil || len(es) != 3 || es[0].ActorID != "acc-9" || es[0].Actor() != "Nadia" {
		t.Errorf("the chain tells of backups: %v %+v", err, es)
	}

	head, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new", "data")
	r, err := store.Restore(ctx, filepath.Join(to, "3"), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Report.OK() || r.Report.Entries != last.Entries || r.Manifest.Sum != last.Sum {
		t.Errorf("restored %+v", r)
	}
	again := opened(t, dir, store.Options{})
	if _, err := again.Session(ctx, "hash-of-a-session"); err == nil {
		t.Error("a session came back")
	}
	if again.Key() == s.Key() {
		t.Error("the key was in a backup without it")
	}
	if rep, err := again.Verify(ctx, []byte(r.Manifest.Head)); err != nil || !rep.OK() || rep.Entries != last.Entries+2 {
		t.Errorf("the restored record, to which a key and the restore were added: %v %d %+v", err, rep.Entries, rep.Problems)
	}
	// What came after the backup is missing, and a later head says so.
	rep, err := again.Verify(ctx, head)
	if err != nil || rep.OK() {
		t.Errorf("a head from after the backup holds: %v", err)
	}
}

func TestBackupWithItsKey(t *testing.T) {
	from := t.TempDir()
	s := opened(t, from, store.Options{})
	if err := s.Commit(ctx, one(0)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b")
	if _, err := s.Backup(ctx, file, store.BackupOptions{Key: true}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the backup: %v %v", info.Mode(), err)
	}
	dir := t.TempDir() // empty, and there: a mounted disk
	if _, err := store.Restore(ctx, file, dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	again := opened(t, dir, store.Options{})
	if again.Key() != s.Key() {
		t.Error("the key is another")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRestoreRefuses(t *testing.T) {
	whole, _ := filled(t)
	s := opened(t, whole, store.Options{})
	good := filepath.Join(t.TempDir(), "good")
	if _, err := s.Backup(ctx, good, store.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err := store.Restore(ctx, good, whole, store.Options{})
	refused(t, err, "restore.not_empty")
	b, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Tampered before it was backed up: the backup itself is whole.
	db := raw(t, whole)
	if _, err := db.Exec("UPDATE cases SET state = 'open' WHERE state = 'debriefed'"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s = opened(t, whole, store.Options{})
	tampered := filepath.Join(t.TempDir(), "tampered")
	if _, err := s.Backup(ctx, tampered, store.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		file func() string
		code string
	}{
		{"tampered", func() string { return tampered }, "backup.tampered"},
		{"cut short", wrote(t, b[:len(b)/2]), "backup.broken"},
		{"one byte changed", wrote(t, flipped(b, len(b)/2)), "backup.broken"},
		{"not a backup", wrote(t, []byte("hello")), "backup.broken"},
		{"empty", wrote(t, nil), "backup.broken"},
		{"absent", func() string { return filepath.Join(t.TempDir(), "none") }, "backup.broken"},
		{"climbing out", wrote(t, packed(t, "../../evil", []byte("x"))), "backup.broken"},
		{"a stranger", wrote(t, packed(t, "heads/x/y.head", []byte("x"))), "backup.broken"},
		{"no record", wrote(t, packed(t, "audit.pub", []byte("x"))), "backup.broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "to")
			_, err := store.Restore(ctx, c.file(), dir, store.Options{})
			refused(t, err, c.code)
			if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
				t.Errorf("left behind: %v %v", files, err)
			}
		})
	}
}

func wrote(t *testing.T, b []byte) func() string {
	return func() string {
		path := filepath.Join(t.TempDir(), "b")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// packed is an archive in a backup's form with one file besides the manifest.
func packed(t testing.TB, name string, data []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	about, err := json.Marshal(store.Manifest{Format: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"manifest.json", about}, {name, data}} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whatever bytes a backup has, nothing is written but the files that belong into
// one, and nothing outside the folder.
func FuzzUnpack(f *testing.F) {
	f.Add(packed(f, "../evil", []byte("x")))
	f.Add(packed(f, "heads/2026-03-01.head", []byte("x")))
	f.Add(packed(f, store.File, nil))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, b []byte) {
		top := t.TempDir()
		dir := filepath.Join(top, "in")
		if err := os.MkdirAll(filepath.Join(dir, "heads"), 0o700); err != nil {
			t.Fatal(err)
		}
		_, _ = store.Unpack(bytes.NewReader(b), dir) // most are no backups
		outside, err := os.ReadDir(top)
		if err != nil || len(outside) != 1 {
			t.Fatalf("written outside: %v %v", outside, err)
		}
		inside, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range inside {
			if !slices.Contains([]string{"heads", store.File, "audit.pub", "audit.key"}, e.Name()) {
				t.Fatalf("%s does not belong there", e.Name())
			}
		}
	})
}
