package sample

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/barrier"
	"marsad/border"
)

var today = barrier.Date(2026, 1, 31)

func ledger(t testing.TB) *barrier.Ledger {
	events, err := Programme(border.Default(), today, 1)
	if err != nil {
		t.Fatal(err)
	}
	l := barrier.NewLedger(border.Default())
	if err := l.AppendAll(events); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheSampleIsWhatItSays(t *testing.T) {
	l := ledger(t)
	v := l.At((today + 1).Time(), (today + 1).Time())
	wall := v.Total(barrier.Wall, "", border.Span{})
	if math.Abs(wall.Standing()-350_000) > 1 {
		t.Errorf("%v m of wall stand, want 350 km", wall.Standing())
	}
	if got := wall.Metres; math.Abs(got-603_700) > 20 {
		t.Errorf("the wall is planned over %v m", got)
	}
	if n := len(v.Claims()); n != 39 {
		t.Errorf("%d claims were made by then, want 39", n)
	}
	if len(v.Disputes()) == 0 || len(v.Due(today).Open) == 0 || len(v.Clashes(today)) == 0 || len(v.Lookahead(today, 6)) == 0 {
		t.Errorf("nothing to show: %d disputes, %d overdue, %d clashes, %d ahead", len(v.Disputes()), len(v.Due(today).Open), len(v.Clashes(today)), len(v.Lookahead(today, 6)))
	}
	// Two years before there was less.
	if before := l.At((today-700).Time(), (today+1).Time()).Total(barrier.Wall, "", border.Span{}).Standing(); before <= 0 || before >= 200_000 {
		t.Errorf("%v m stood 700 days before", before)
	}
}

// All but the claims is marked as assumed, wherever it is looked at.
func TestEverythingIsMarked(t *testing.T) {
	v := ledger(t).At((today + 1).Time(), (today + 1).Time())
	unmarked := 0
	see := func(m []string) {
		if !slices.Contains(m, border.Assumed) {
			unmarked++
		}
	}
	for _, p := range v.Pieces() {
		see(p.Marks)
	}
	for _, p := range v.Packages() {
		see(p.Marks)
	}
	for _, d := range v.Diary() {
		see(d.Marks)
	}
	for _, i := range v.Inspections() {
		see(i.Marks)
	}
	for _, w := range v.WeakSpots() {
		see(w.Marks)
	}
	for _, s := range v.Stoppages() {
		see(s.Marks)
	}
	if unmarked != 0 {
		t.Errorf("%d things do not say that they are assumed", unmarked)
	}
}

func TestTheSampleIsTheSameEveryTime(t *testing.T) {
	a, _ := Programme(border.Default(), today, 1)
	b, _ := Programme(border.Default(), today, 1)
	if d := cmp.Diff(len(a), len(b)); d != "" || !cmp.Equal(a[:200], b[:200], cmp.AllowUnexported(border.Set{})) {
		t.Error("the same seed made another sample")
	}
}
