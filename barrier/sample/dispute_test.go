package sample

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/barrier"
)

var update = flag.Bool("update", false, "write the list of disputes anew, to be read before it is kept")

// What is known of the published claims (and stands in their notes) is found by
// computing.
func TestTheDisputesOfThePublishedClaims(t *testing.T) {
	v := ledger(t).At((today + 1).Time(), (today + 1).Time())
	all := v.Disputes()
	is := func(kind string, layer barrier.Kind, of, against float64) *barrier.Discrepancy {
		i := slices.IndexFunc(all, func(d barrier.Discrepancy) bool {
			return d.Kind == kind && d.Layer == layer && d.Of == of && (against == 0 || d.Against == against)
		})
		if i < 0 {
			t.Fatalf("%s of %s, %v against %v: not found", kind, layer, of, against)
		}
		return &all[i]
	}
	fit := func(d *barrier.Discrepancy, code string) bool {
		return slices.ContainsFunc(d.Explanations, func(e barrier.Explanation) bool { return e.Code == code && e.Fits })
	}
	// 400 in January, 300 in September: 300 built and 100 contracted make 400.
	if d := is("falls", barrier.Wall, 400_000, 300_000); !fit(d, "planned") || !fit(d, "scope") {
		t.Errorf("400 to 300: %+v", d.Explanations)
	}
	// 350 and 100 do not make 400; rounding to 100 and to 50 may.
	if d := is("falls", barrier.Wall, 400_000, 350_000); fit(d, "planned") || !fit(d, "rounding") {
		t.Errorf("400 to 350: %+v", d.Explanations)
	}
	// 250 is of one region only.
	if d := is("falls", barrier.Wall, 400_000, 250_000); !fit(d, "scope") || fit(d, "rounding") {
		t.Errorf("400 to 250: %+v", d.Explanations)
	}
	// 170 to 400 km in five months is faster than this border ever built.
	is("too-fast", barrier.Wall, 170_000, 400_000)
	// 650 km of fence on 603.7 km of line.
	is("beyond-line", barrier.Fence, 650_000, 0)
	// 80 %: of no published length of the border, but of a claimed 400, or of what
	// was built and contracted together.
	share := all[slices.IndexFunc(all, func(d barrier.Discrepancy) bool { return d.Kind == "share" })]
	for _, e := range share.Explanations {
		if e.Code == "denominator" && e.Fits != (strings.HasPrefix(e.Text.En, "of 400 km") || strings.HasPrefix(e.Text.En, "of 450 km (built, and planned")) {
			t.Errorf("80 %%: %+v", e)
		}
	}
	// 83 km added go with the 170 of August, or are among the 400 of three days
	// before if rounding took 100 km.
	if d := is("added", barrier.Wall, 483_000, 300_000); !fit(d, "new") || !fit(d, "counted") {
		t.Errorf("83 added: %+v", d.Explanations)
	}
	// Of 615 and of 618 km are different denominators, and do not explain 50 km.
	if d := is("falls", barrier.Wall, 400_000, 350_000); fit(d, "denominator") || !slices.ContainsFunc(d.Explanations, func(e barrier.Explanation) bool { return e.Code == "denominator" }) {
		t.Errorf("400 of 615 and 350 of 618: %+v", d.Explanations)
	}
	// 1,200 cameras on this border and 975 on all of them.
	if d := is("part", barrier.Camera, 1200, 975); !fit(d, "growth") || fit(d, "scope") {
		t.Errorf("1,200 of 975 cameras: %+v", d.Explanations)
	}
	// The last claim beside what was inspected.
	if d := is("not-inspected", barrier.Wall, 350_000, 0); !fit(d, "uninspected") || d.Against >= 350_000 {
		t.Errorf("350 km claimed: %+v", d)
	}
	for _, d := range all {
		if d.Text.Ar == "" || d.Text.En == "" || len(d.Explanations) == 0 {
			t.Errorf("%+v lacks its words", d)
		}
	}
}

// The whole list, as people read it in either language: which claims cannot both
// be taken at their word, and which explanations fit.
func TestTheListOfDisputesAsItIsRead(t *testing.T) {
	v := ledger(t).At((today + 1).Time(), (today + 1).Time())
	for _, lang := range []string{"en", "ar"} {
		var b strings.Builder
		for i, d := range v.Disputes() {
			fmt.Fprintf(&b, "%d. %s, %s: %s\n", i+1, d.Kind, d.Layer.Name().In(lang), d.Text.In(lang))
			for _, e := range d.Explanations {
				fmt.Fprintf(&b, "   %s %s: %s\n", map[bool]string{true: "+", false: "-"}[e.Fits], e.Code, e.Text.In(lang))
			}
		}
		path := filepath.Join("testdata", "disputes."+lang+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
			t.Errorf("the list in %s (- kept, + now):\n%s", lang, diff)
		}
	}
}

// A figure that was said on five days contradicts another no more than once, and no
// claim gets lost in the list by that.
func TestADisputeOfTwoFiguresIsListedOnce(t *testing.T) {
	v := ledger(t).At((today + 1).Time(), (today + 1).Time())
	seen := map[string]bool{}
	repeated := 0
	for _, d := range v.Disputes() {
		key := fmt.Sprint(d.Kind, d.Layer, d.Of, d.Against)
		if seen[key] {
			t.Errorf("%s is listed again: %s", key, d.Text.En)
		}
		seen[key] = true
		repeated += len(d.Again)
		if days := strings.Count(d.Text.En, " on 20"); len(d.Again) > 0 && (!strings.Contains(d.Text.En, "said again: ") || !strings.Contains(d.Text.Ar, "وتكرر: ") || days < len(d.Again)) {
			t.Errorf("%d were said again and the text names %d days: %s", len(d.Again), days, d.Text.En)
		}
		for _, id := range d.Again {
			if id == d.A || id == d.B {
				t.Errorf("%s repeats itself", d.Text.En)
			}
		}
	}
	if repeated == 0 {
		t.Error("the published claims repeat figures, and none is grouped")
	}
}
