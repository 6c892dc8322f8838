package sense

import (
	"flag"
	"os"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestHealthTableIsTheDrawnOne(t *testing.T) {
	const golden = "testdata/health.golden"
	got := HealthTable()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the machine changed; look at it, then run go test -update:\n%s", got)
	}
}

func TestHealthRules(t *testing.T) {
	all := rapid.SampledFrom([]Health{Unheard, Good, Late, Lost, Degraded, Gone})
	rapid.Check(t, func(t *rapid.T) {
		h := all.Draw(t, "health")
		if got := h.Next(SaysFault); h != Gone && got != Degraded {
			t.Fatalf("%v that says fault is %v", h, got)
		}
		if got := h.Next(MissedTwo); h != Gone && got != Lost {
			t.Fatalf("%v that missed two is %v", h, got)
		}
		if got := h.Next(SaidGoodbye); got != Gone {
			t.Fatalf("%v that said goodbye is %v", h, got)
		}
		e := Event(rapid.IntRange(0, nEvent-1).Draw(t, "event"))
		next := h.Next(e)
		if h == Gone && e != Reregistered && next != Gone {
			t.Fatalf("gone came back by %v", e)
		}
		if h == Degraded && next.Working() && e != SaysFine && e != SeesAgain {
			t.Fatalf("a fault was forgotten by %v", e)
		}
		if !h.Working() && next.Working() && e != Heard && e != SaysFine && !(h == Degraded && e == SeesAgain) {
			t.Fatalf("%v works after %v", h, e)
		}
		if again := next.Next(e); again != next && e != Reregistered && e != HeardUnsure {
			t.Fatalf("%v twice takes %v to %v, then %v", e, h, next, again)
		}
	})
	if got := Health(99).Next(Heard); got != Health(99) {
		t.Errorf("an unknown state moved to %v", got)
	}
}
