package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsad/engine/store"
	"marsad/engine/store/storetest"
	"marsad/record"
	"marsad/respond"
)

// typed runs a command line and gives its exit code and what it printed.
func typed(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = Main(args, &o, &e)
	return code, o.String(), e.String()
}

// kept makes a data folder with some cases and gives a head of it.
func kept(t *testing.T) (s *store.Store, dir, head string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	s, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for n := range 3 {
		if err := s.Commit(context.Background(), record.Batch{Cursor: uint64(n + 1), Cases: []respond.Case{storetest.Case(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	b, err := s.HandOut(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	head = filepath.Join(t.TempDir(), "witness.head")
	if err := os.WriteFile(head, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return s, dir, head
}

func TestVerifyBesideAServer(t *testing.T) {
	_, dir, head := kept(t)
	code, out, errOut := typed("verify", "--data", dir)
	if code != 0 || !strings.Contains(out, "no fault found. Only a head from outside") || errOut != "" {
		t.Errorf("without a head: %d\n%s%s", code, out, errOut)
	}
	code, out, _ = typed("verify", "--data", dir, "--head", head)
	if code != 0 || !strings.Contains(out, "head witness") || !strings.Contains(out, "no fault found\n") {
		t.Errorf("with a head: %d\n%s", code, out)
	}
	code, out, _ = typed("verify", "--data", dir, "--head", head, "--lang", "ar")
	if code != 0 || !strings.Contains(out, "مطابق") {
		t.Errorf("in Arabic: %d\n%s", code, out)
	}
}

func TestVerifyFailsOnATamperedRecord(t *testing.T) {
	s, dir, _ := kept(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, store.File)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(b, []byte("a group walks towards the line"), []byte("a goat  walks towards the line"), 1)
	if bytes.Equal(b, changed) {
		t.Fatal("nothing was there to change")
	}
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := typed("verify", "--data", dir)
	if code != 1 || !strings.Contains(out, "FAULT (changed): cases/") || !strings.Contains(errOut, "tell oversight") {
		t.Errorf("%d\n%s%s", code, out, errOut)
	}
	code, _, errOut = typed("verify", "--data", t.TempDir())
	if code != 1 || !strings.Contains(errOut, "there is no record") {
		t.Errorf("an empty folder: %d %s", code, errOut)
	}
}

func TestBackupAndRestore(t *testing.T) {
	_, dir, head := kept(t)
	file := filepath.Join(t.TempDir(), "b.backup")
	code, out, errOut := typed("backup", "--data", dir, file)
	if code != 0 || !strings.Contains(out, "not in it: sessions") {
		t.Fatalf("backup: %d\n%s%s", code, out, errOut)
	}
	if code, _, errOut = typed("backup", "--data", dir, file); code != 1 || !strings.Contains(errOut, "never overwrites") {
		t.Errorf("over an existing file: %d %s", code, errOut)
	}
	to := filepath.Join(t.TempDir(), "new")
	code, out, errOut = typed("restore", file, "--data", to)
	if code != 0 || !strings.Contains(out, "restored into") {
		t.Fatalf("restore: %d\n%s%s", code, out, errOut)
	}
	if code, out, _ = typed("verify", "--data", to, "--head", head); code != 0 {
		t.Errorf("the restored record: %d\n%s", code, out)
	}
	if code, _, errOut = typed("restore", file, "--data", to); code != 1 || !strings.Contains(errOut, "not empty") {
		t.Errorf("over a folder with something in it: %d %s", code, errOut)
	}
}
