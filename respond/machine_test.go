package respond

import (
	"flag"
	"os"
	"slices"
	"strings"
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
		t.Errorf("the machine is not its picture; run go test ./respond -update\n%s", d)
	}
}

func TestEveryVerbHasRightsAndEveryMoveAVerb(t *testing.T) {
	used := map[Verb]bool{OpenByHand: true, GrantSilence: true, EndSilence: true}
	for _, m := range Moves() {
		used[m.Verb] = true
		if !slices.Contains(path, m.From) || !slices.Contains(path, m.To) {
			t.Errorf("%+v leads nowhere", m)
		}
		if rights[m.Verb] == nil && m.Verb != Reopen {
			t.Errorf("nobody may %s", m.Verb)
		}
		if m.From == Debriefed && m.To != Debriefed && m.Verb != Reopen {
			t.Errorf("a closed case moves by %s", m.Verb)
		}
	}
	for v, roles := range rights {
		if !used[v] {
			t.Errorf("%s is in no move", v)
		}
		for _, role := range roles {
			if roleNames[role].IsZero() {
				t.Errorf("%s: there is no role %q", v, role)
			}
		}
	}
	if rights[Reopen] != nil {
		t.Error("a person may reopen")
	}
}

// The administrator and the analyst decide nothing.
func TestAdministratorDecidesNothing(t *testing.T) {
	for v, roles := range rights {
		if v != Complain && slices.Contains(roles, Administrator) {
			t.Errorf("an administrator may %s", v)
		}
	}
}

func TestEveryStateLeadsToTheEnd(t *testing.T) {
	reach := map[State]bool{Debriefed: true}
	for range path {
		for _, m := range Moves() {
			if reach[m.To] && m.Verb != Reopen {
				reach[m.From] = true
			}
		}
	}
	for _, s := range path {
		if !reach[s] {
			t.Errorf("from %s no case can be closed", s)
		}
	}
	if !strings.Contains(Diagram(), "on_scene --> outcome: outcome") {
		t.Error("the diagram lacks the outcome")
	}
}
