package works_test

import (
	"strings"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/barrier/sample"
	"marsad/border"
	"marsad/engine/works"
	"marsad/geo"
)

var analyst = works.By{Person: barrier.Person{Account: "sara", Roles: []string{barrier.RoleAnalyst}}, Name: "Sara"}

// What is claimed of what is watched comes from the ledger: the sample holds the
// published 99 %, said beside metres of wall, and a claim that a person enters or
// disputes stands there as well.
func TestClaimsOnWhatIsWatchedComeFromTheLedger(t *testing.T) {
	b := open(t, &disk{})
	axis := border.Default()
	if got := b.WatchedClaims(b.View(time.Time{}, time.Time{})); len(got) != 0 {
		t.Fatalf("an empty ledger claims %+v", got)
	}
	events, err := sample.Programme(axis, barrier.DayOf(b.now), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Load(t.Context(), works.By{}, events...); err != nil {
		t.Fatal(err)
	}
	all := b.WatchedClaims(b.View(time.Time{}, time.Time{}))
	var share *works.Watched
	for i := range all {
		c := &all[i]
		if c.Unit == "percent" {
			share = c
		}
		if c.Says.Ar == "" || c.Definition.Ar == "" || c.Speaker.Ar == "" || c.Grade == "" || !strings.HasPrefix(c.Says.En, "claimed: ") {
			t.Errorf("%+v", c)
		}
		if i > 0 && c.Date > all[i-1].Date {
			t.Errorf("%s stands behind %s", c.Date, all[i-1].Date)
		}
	}
	if len(all) != 4 || share == nil || share.Value != 99 || share.Date != "2025-09-15" || share.Grade != "B2" || !strings.Contains(share.Definition.En, "not stated") {
		t.Fatalf("%d claims, the share: %+v", len(all), share)
	}
	var claim *barrier.Claim
	for _, c := range b.View(time.Time{}, time.Time{}).Claims() {
		if c.ID.String() == share.Claim {
			claim = c
		}
	}
	e := barrier.Event{Op: barrier.Put, Verb: works.Disputed, Valid: b.now, Why: "two sections have no camera", Fact: barrier.Fact{Claim: claim}}
	if _, err := b.State(t.Context(), analyst, e); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.WatchedClaims(b.View(time.Time{}, time.Time{})) {
		if c.Claim == share.Claim && (len(c.Disputes) != 1 || c.Disputes[0].Why != e.Why) {
			t.Errorf("disputed, it reads %+v", c)
		}
	}
}

// Walls and berms that stand are in the way, with the height that was measured or
// specified; what is planned, damaged, looked through or of no stated height is not.
func TestWhatStandsInTheWay(t *testing.T) {
	b := open(t, &disk{})
	events, err := sample.Programme(border.Default(), barrier.DayOf(b.now), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Load(t.Context(), works.By{}, events...); err != nil {
		t.Fatal(err)
	}
	v := b.View(time.Time{}, time.Time{})
	want := 0.0
	for _, p := range v.Pieces(barrier.Wall, barrier.Berm) {
		if p.State.Stands() && max(p.Measured.Height, p.Specified.Height) > 0 {
			want += p.Length()
		}
	}
	got := 0.0
	for _, w := range works.Standing(v) {
		got += geo.Distance(w.A, w.B)
		if !(w.Height > 0 && w.Height < 10) || geo.Distance(w.A, w.B) > 260 {
			t.Fatalf("%+v", w)
		}
	}
	if want < 100_000 || got < 0.97*want || got > 1.03*want {
		t.Errorf("%.0f m stand in the way of %.0f m on record", got, want)
	}
}
