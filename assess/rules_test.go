package assess

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/say"
)

var update = flag.Bool("update", false, "write the golden files anew")

const sound1 = `id: x
applies: track
rank: 1
when: distance < 100 && on_other_side
hold: 5
severity: normal
raise:
  - {severity: high, when: distance < 50}
title: {en: "t {km}", ar: "ت {km}"}
reason: {en: "r {what}", ar: "س {what}"}
silent: {en: "s", ar: "ص"}
steps:
  - {en: "do", ar: "افعل"}
evidence: [distance]
`

func TestLoadRulesRefusesWithFileLineAndReason(t *testing.T) {
	if _, err := LoadRules(map[string][]byte{"a.yaml": []byte(sound1)}); err != nil {
		t.Fatal("the sound rule is refused:", err)
	}
	for name, c := range map[string]struct{ from, to, want string }{
		"unknown field":       {"rank: 1", "rnak: 1", "rnak"},
		"unknown feature":     {"distance < 100", "distnace < 100", "a.yaml, line 4"},
		"wrong type":          {"distance < 100 && on_other_side", "on_other_side < 3", "a.yaml, line 4"},
		"not a predicate":     {"distance < 100 && on_other_side", "distance + 1.0", "gives double"},
		"feature of another":  {"distance < 100 && on_other_side", "lost > 3", "lost"},
		"unknown scope":       {"applies: track", "applies: moon", "a.yaml, line 2"},
		"hold":                {"hold: 5", "hold: -5", "a.yaml, line 5"},
		"lower raise":         {"severity: high", "severity: information", "a.yaml, line 7"},
		"unknown severity":    {"severity: normal", "severity: grave", "severity is"},
		"no Arabic":           {`ar: "ت {km}"`, `ar: ""`, "a.yaml, line 9"},
		"unknown placeholder": {"r {what}", "r {who}", "{who}"},
		"no steps":            {"  - {en: \"do\", ar: \"افعل\"}\n", "", "written response"},
		"unknown evidence":    {"[distance]", "[mood]", "a.yaml, line 14"},
		"no id":               {"id: x", "id: ''", "needs an id"},
		"a loop":              {"distance < 100 && on_other_side", "'[1,2].exists(x, x > 1)'", "a.yaml, line 4"},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(sound1, c.from, c.to, 1)
			if body == sound1 {
				t.Fatal("the case changes nothing")
			}
			_, err := LoadRules(map[string][]byte{"a.yaml": []byte(body)})
			var e *say.Error
			if !errors.As(err, &e) || e.Kind != say.Invalid || !strings.Contains(e.Error(), c.want) || !strings.Contains(e.Text.Ar, "a.yaml") {
				t.Fatalf("got %v, want a *say.Error that names %q", err, c.want)
			}
		})
	}
}

func TestLoadRulesRefusesDearPredicates(t *testing.T) {
	dear := "distance < 1" + strings.Repeat(" || distance < 1", 300)
	_, err := LoadRules(map[string][]byte{"a.yaml": []byte(strings.Replace(sound1, "distance < 100 && on_other_side", dear, 1))})
	if err == nil || !strings.Contains(err.Error(), "cost") {
		t.Fatalf("got %v, want a refusal that speaks of cost", err)
	}
}

func TestLoadRulesRefusesTwoOfOneID(t *testing.T) {
	_, err := LoadRules(map[string][]byte{"a.yaml": []byte(sound1), "b.yaml": []byte(sound1)})
	if err == nil || !strings.Contains(err.Error(), "a.yaml") || !strings.Contains(err.Error(), "b.yaml") {
		t.Fatalf("got %v, want both files named", err)
	}
}

func TestRulesCoverWhatTheyMust(t *testing.T) {
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]Rule{}
	for _, r := range rules {
		have[r.ID] = r
		if r.file != "rules/"+r.ID+".yaml" {
			t.Errorf("rule %s stands in %s", r.ID, r.file)
		}
		if len(r.Evidence) == 0 {
			t.Errorf("rule %s shows no evidence", r.ID)
		}
		if r.NeverSilenced != (r.ID == "crossing") {
			t.Errorf("rule %s: never_silenced is %v", r.ID, r.NeverSilenced)
		}
	}
	for _, id := range []string{"approach-inbound", "approach-outbound", "crossing", "outbound-convoy", "barrier-loiter", "digging", "presence",
		"sensor-lost", "sensors-lost", "simultaneous-breach", "slow-air", "float", "patrol-overdue", "came-from-line", "herd-near"} {
		if _, ok := have[id]; !ok {
			t.Errorf("there is no rule %s", id)
		}
	}
}

func TestDocumentIsUpToDate(t *testing.T) {
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	got := Document(rules)
	if *update {
		if err := os.WriteFile("RULES.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("RULES.md is not what features.go and rules/ say; run go test ./assess -update\n%s", d)
	}
}

func TestFeaturesAreNamedOnceAndExplained(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Features() {
		k := string(f.Scope) + "." + f.Name
		if seen[k] {
			t.Errorf("%s is there twice", k)
		}
		seen[k] = true
		if f.Doc == "" || f.Label.En == "" || f.Label.Ar == "" {
			t.Errorf("%s is not explained in both languages", k)
		}
	}
}

func FuzzLoadRules(f *testing.F) {
	f.Add([]byte(sound1))
	for _, n := range []string{"crossing", "sensors-lost", "approach-inbound"} {
		b, err := embedded.ReadFile("rules/" + n + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rules, err := LoadRules(map[string][]byte{"f.yaml": b})
		if err != nil {
			var e *say.Error
			if !errors.As(err, &e) {
				t.Fatalf("%v is not for people", err)
			}
			return
		}
		a, err := New(Config{Line: straight{}, Rules: append(rules, rulesOnce()...)})
		if err != nil {
			t.Fatalf("loaded but not usable: %v", err)
		}
		var out Output
		w := walker{id: trackID(1), km: 1000, off: -10, voff: 1, share: 1, from: at("00:00:00")}
		for i := range 3 {
			tr := w.track(at("00:00:00").Add(time.Duration(i) * time.Second))
			a.Track(&tr, &out)
		}
	})
}
