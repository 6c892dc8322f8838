package barrier

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMachineGolden(t *testing.T) {
	const file = "testdata/machine.golden"
	got := Diagram()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("the machine is not its picture; run go test ./barrier -update\n%s", d)
	}
}

// Every verb has its words, every need its check and its words, every state is
// reached, and no step is there twice.
func TestTheMachinesAreWhole(t *testing.T) {
	for _, s := range []Subject{SubjectPiece, SubjectPackage, SubjectWeakSpot} {
		reached := map[string]bool{"": true}
		seen := map[[3]string]bool{}
		for _, m := range Moves(s) {
			reached[m.To] = true
			key := [3]string{m.From, string(m.Verb), m.To}
			if seen[key] || len(m.Who) == 0 || m.Verb.Name().Ar == "" {
				t.Errorf("%s: %v is there twice, or has nobody or no words", s, key)
			}
			seen[key] = true
			for _, n := range m.Needs {
				if needWords[n] == "" {
					t.Errorf("%s has no words in Arabic", n)
				}
			}
		}
		for _, m := range Moves(s) {
			if !reached[m.From] {
				t.Errorf("%s: nothing leads to %s", s, m.From)
			}
		}
	}
	if next := Next(SubjectPiece, string(Inspected), []string{RoleCommander}); len(next) == 0 || next[0].Verb != Accept {
		t.Errorf("a commander may next: %+v", next)
	}
	if Moves(SubjectClaim) != nil || len(plain[SubjectClaim]) == 0 {
		t.Error("a claim has no states, and somebody who may state it")
	}
}
