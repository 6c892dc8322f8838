package store_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"marsad/engine/store"
	"marsad/record"
)

const filmed = "0190c8e4-0000-7000-8000-00000000000a"

// film puts two files of an alert into a data folder and on record.
func film(t *testing.T, s *store.Store, dir, alert string) {
	t.Helper()
	var files []record.EvidenceFile
	for name, content := range map[string]string{"east.avi": "a clip of " + alert, "east-1.jpg": "a still"} {
		path := filepath.Join(dir, "evidence", alert, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(content))
		files = append(files, record.EvidenceFile{Name: name, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
	}
	if err := os.WriteFile(filepath.Join(dir, "evidence", alert, "east.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Audit(ctx, record.Note{Kind: record.OfEvidence, ActorID: record.Software, Verb: record.EvidenceKept, Subject: alert,
		Detail: map[string]any{"camera": "east", "files": files}}); err != nil {
		t.Fatal(err)
	}
}

// faults verifies a data folder and gives what is wrong, by subject.
func faults(t *testing.T, dir string) (map[string]record.Fault, record.Report) {
	t.Helper()
	r, err := store.Verify(ctx, dir, store.Witness{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]record.Fault{}
	for _, p := range r.Problems {
		out[p.Subject] = p.Fault
	}
	return out, r
}

func TestEvidenceIsComparedWithTheChain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := opened(t, dir, store.Options{})
	film(t, s, dir, filmed)
	film(t, s, dir, "another-alert")
	if found, r := faults(t, dir); len(found) != 0 || r.Files != 4 {
		t.Fatalf("%d files, %v", r.Files, found)
	}
	if files, err := s.EvidenceOf(ctx, filmed); err != nil || len(files) != 2 {
		t.Errorf("%v %v", files, err)
	}
	clip, still := "evidence/"+filmed+"/east.avi", "evidence/"+filmed+"/east-1.jpg"
	if err := os.WriteFile(filepath.Join(dir, clip), []byte("another clip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, still)); err != nil {
		t.Fatal(err)
	}
	if found, _ := faults(t, dir); len(found) != 2 || found[clip] != record.Changed || found[still] != record.Removed {
		t.Errorf("found %v", found)
	}
	// One bit of a still is enough.
	other := "evidence/another-alert/east-1.jpg"
	b, err := os.ReadFile(filepath.Join(dir, other))
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(filepath.Join(dir, other), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, _ := faults(t, dir); len(found) != 3 || found[other] != record.Changed {
		t.Errorf("a changed still: %v", found)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(filepath.Join(dir, other), b, 0o600); err != nil {
		t.Fatal(err)
	}
	// What retention erased, and said so, is no fault.
	if err := s.Audit(ctx, record.Note{Kind: record.OfEvidence, ActorID: record.Software, Verb: record.EvidenceErased, Subject: filmed}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "evidence", filmed)); err != nil {
		t.Fatal(err)
	}
	if found, r := faults(t, dir); len(found) != 0 || r.Files != 2 {
		t.Errorf("after erasure: %d files, %v", r.Files, found)
	}
}

func TestEvidenceIsInABackup(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "data"), t.TempDir()
	s := opened(t, from, store.Options{})
	film(t, s, from, filmed)
	clip := filepath.Join("evidence", filmed, "east.avi")
	if m, err := s.Backup(ctx, filepath.Join(to, "whole"), store.BackupOptions{}); err != nil || m.Files != 3 {
		t.Fatalf("%d files, %v", m.Files, err)
	}
	if m, err := s.Backup(ctx, filepath.Join(to, "bare"), store.BackupOptions{NoEvidence: true}); err != nil || m.Files != 0 {
		t.Fatalf("%d files, %v", m.Files, err)
	}
	whole := filepath.Join(t.TempDir(), "data")
	r, err := store.Restore(ctx, filepath.Join(to, "whole"), whole, store.Options{})
	if err != nil || !r.Report.OK() || r.Report.Files != 2 {
		t.Fatalf("%v %+v", err, r.Report)
	}
	want, _ := os.ReadFile(filepath.Join(from, clip))
	if got, err := os.ReadFile(filepath.Join(whole, clip)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("restored %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(whole, "evidence", filmed, "east.json")); err != nil {
		t.Error(err)
	}
	// Without pictures the record is restored all the same, and each is named.
	bare := filepath.Join(t.TempDir(), "data")
	if r, err = store.Restore(ctx, filepath.Join(to, "bare"), bare, store.Options{}); err != nil || len(r.Report.Problems) != 2 || !r.Report.Problems[0].OfFile() {
		t.Errorf("%v %+v", err, r.Report.Problems)
	}
	// A picture that was changed before the backup is named by who restores it.
	if err := os.WriteFile(filepath.Join(from, clip), []byte("another clip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(ctx, filepath.Join(to, "changed"), store.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	if r, err = store.Restore(ctx, filepath.Join(to, "changed"), filepath.Join(t.TempDir(), "data"), store.Options{}); err != nil || len(r.Report.Problems) != 1 || r.Report.Problems[0].Fault != record.Changed {
		t.Errorf("%v %+v", err, r.Report.Problems)
	}
}

// Whatever the data folder is called, its lists of evidence are in a backup; what
// somebody else put beside them is not, and keeps no backup from being restored.
func TestABackupOfAFolderOfAnyName(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "data [old] *"), filepath.Join(t.TempDir(), "backup")
	s := opened(t, from, store.Options{})
	film(t, s, from, filmed)
	if err := os.WriteFile(filepath.Join(from, "evidence", filmed, "no plain name.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Backup(ctx, to, store.BackupOptions{}); err != nil || m.Files != 3 {
		t.Fatalf("%d files, %v", m.Files, err)
	}
	whole := filepath.Join(t.TempDir(), "data")
	if r, err := store.Restore(ctx, to, whole, store.Options{}); err != nil || !r.Report.OK() {
		t.Fatalf("%v %+v", err, r.Report)
	}
	if _, err := os.Stat(filepath.Join(whole, "evidence", filmed, "east.json")); err != nil {
		t.Error(err)
	}
}

// A backup that was tampered with puts nothing outside the folder of evidence.
func TestABackupPutsEvidenceNowhereElse(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "data"), t.TempDir()
	s := opened(t, from, store.Options{})
	film(t, s, from, filmed)
	if _, err := s.Backup(ctx, filepath.Join(to, "b"), store.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"evidence/../../x", "evidence/a/../b.avi", "evidence/x", "evidence/a/b/c", "evidence/ /c", "../evidence/a/b", "evidence/../x/y"} {
		bad := filepath.Join(t.TempDir(), "bad")
		renamed(t, filepath.Join(to, "b"), bad, name)
		_, err := store.Restore(ctx, bad, filepath.Join(t.TempDir(), "data"), store.Options{})
		refused(t, err, "backup.broken")
	}
}

// renamed copies a backup and gives its first picture another name.
func renamed(t *testing.T, from, to, name string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	in, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for r, done := tar.NewReader(in), false; ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !done && slices.Contains([]string{"evidence/" + filmed + "/east.avi", "evidence/" + filmed + "/east-1.jpg"}, h.Name) {
			h.Name, done = name, true
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
