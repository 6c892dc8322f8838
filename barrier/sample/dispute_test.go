package sample

import (
	"slices"
	"testing"

	"marsad/barrier"
)

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
	// 80 %: of no published length of the border, but of a claimed 400.
	share := all[slices.IndexFunc(all, func(d barrier.Discrepancy) bool { return d.Kind == "share" })]
	for _, e := range share.Explanations {
		if e.Code == "denominator" && e.Fits != (len(e.Text.En) > 0 && e.Text.En[:9] == "of 400 km") {
			t.Errorf("80 %%: %+v", e)
		}
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
