package works_test

import (
	"testing"
	"time"

	"marsad/assess"
	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
	"marsad/sense"
)

func alertAt(n int, km border.Chainage, class sense.Class, crossed bool) *assess.Alert {
	return &assess.Alert{ID: ident.Derive("alert", began, "test", uint64(n)), Opened: began.Add(-time.Minute), Class: class, Crossed: crossed, Simulated: true,
		Where: assess.Where{Chainage: km, HasKm: true, Offset: 40}}
}

// A breach that an alert found opens one weak spot, to be looked at within two
// days, and no second one for the next who uses the same hole.
func TestAnAlertOpensAWeakSpot(t *testing.T) {
	b := open(t, &disk{})
	standing := wall(1, 10_000, 12_000)
	standing.Piece.State, standing.Piece.Unit = barrier.Built, "1st engineers"
	standing.Piece.Dates.Finished = barrier.DayOf(began) - 10
	standing.Piece.Evidence = []barrier.Evidence{{Kind: "document", Ref: "sheet 7"}}
	if _, err := b.State(t.Context(), engineer, standing); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		alert *assess.Alert
		opens bool
		kind  barrier.Weakness
	}{
		{"a group nears the wall", alertAt(1, 11_000, sense.Group, false), false, ""},
		{"a group crosses where nothing stands", alertAt(2, 50_000, sense.Group, true), false, ""},
		{"an animal crosses the wall", alertAt(3, 11_500, sense.Animal, true), false, ""},
		{"a group crosses the wall", alertAt(4, 11_000, sense.Group, true), true, barrier.Breach},
		{"the same alert told again", alertAt(4, 11_000, sense.Group, true), false, ""},
		{"another through the same hole", alertAt(5, 11_100, sense.Person, true), false, ""},
		{"another a kilometre on", alertAt(6, 11_950, sense.Vehicle, true), true, barrier.Breach},
		{"digging at the line", alertAt(7, 60_000, sense.Dig, false), true, barrier.Tunnel},
	} {
		before := b.View(time.Time{}, time.Time{}).WeakSpots()
		opened, err := b.Alarmed(t.Context(), c.alert)
		after := b.View(time.Time{}, time.Time{}).WeakSpots()
		if err != nil || opened != c.opens || len(after)-len(before) != map[bool]int{true: 1}[c.opens] {
			t.Errorf("%s: opened %v, %d spots after %d (%v)", c.what, opened, len(after), len(before), err)
		}
		if !c.opens {
			continue
		}
		var found *barrier.WeakSpot
		for _, w := range after {
			if w.Found.Alert == c.alert.ID {
				found = w
			}
		}
		if found == nil || found.Kind != c.kind || found.Found.How != "alert" || found.Found.By != "marsad" || found.State != barrier.SpotOpen ||
			found.Reinspect != barrier.DayOf(began)+2 || len(found.Marks) != 1 || found.Marks[0] != border.Simulated {
			t.Errorf("%s: %+v", c.what, found)
		}
	}
	// Nobody looked: three days on they are overdue.
	if late := b.View(began.AddDate(0, 0, 3), time.Time{}).Due(barrier.DayOf(began) + 3).Open; len(late) != 3 {
		t.Errorf("%d of 3 spots are overdue after three days", len(late))
	}
	if n := b.disk.notes[len(b.disk.notes)-1]; n.ActorID != "marsad" {
		t.Errorf("on record as stated by %q", n.ActorID)
	}
}
