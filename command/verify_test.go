package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// A still that was changed by one bit, or taken away, on the disk is named by the
// command that a person uses, in both languages, and is no fault once it is put back.
func TestVerifyNamesEvidenceThatWasChangedOnTheDisk(t *testing.T) {
	s, dir, _ := kept(t)
	const still = "evidence/0190c8e4-0000-7000-8000-00000000000a/east-1.jpg"
	path, content := filepath.Join(dir, still), []byte("a still of the line")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(content)
	sum := sha256.Sum256(content)
	if err := s.Audit(t.Context(), record.Note{Kind: record.OfEvidence, ActorID: record.Software, Verb: record.EvidenceKept, Subject: "0190c8e4-0000-7000-8000-00000000000a",
		Detail: map[string]any{"camera": "east", "files": []record.EvidenceFile{{Name: "east-1.jpg", Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}}}}); err != nil {
		t.Fatal(err)
	}
	says := func(code int, lang string, words ...string) {
		t.Helper()
		got, out, errOut := typed("verify", "--data", dir, "--lang", lang)
		for _, want := range words {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing in\n%s%s", want, out, errOut)
			}
		}
		if got != code {
			t.Errorf("exit %d\n%s%s", got, out, errOut)
		}
	}
	says(0, "en", "1 files of evidence compared with their hashes in the chain", "no fault found")
	changed := bytes.Clone(content)
	changed[7] ^= 1
	put(changed)
	says(1, "en", "FAULT (changed): the file "+still)
	says(1, "ar", "خلل (\u2066changed", still)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	says(1, "en", "FAULT (removed): the file "+still)
	put(content)
	says(0, "ar", "لا خلل")
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
