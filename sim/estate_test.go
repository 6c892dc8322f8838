package sim

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/border"
	"marsad/ident"
	"marsad/sense"
)

func TestEstateHasWhatIsPublished(t *testing.T) {
	e := NewEstate(border.Default(), EstateSeed, nil)
	count := map[sense.Kind]int{}
	ids := map[sense.SensorID]bool{}
	for _, n := range e.Nodes {
		count[n.Kind]++
		if id, err := ident.Parse(string(n.ID)); err != nil || id.Version() != 4 {
			t.Errorf("%s: %q is not a UUID of version 4", n.Name, n.ID)
		}
		if ids[n.ID] {
			t.Errorf("%s: id %s is taken twice", n.Name, n.ID)
		}
		ids[n.ID] = true
		if !n.Simulated || !n.Assumed {
			t.Errorf("%s is not marked simulated and assumed", n.Name)
		}
		if l := e.Axis.Locate(n.Position.Point); n.Kind != sense.Presence && l.Side != border.Home {
			t.Errorf("%s stands at offset %.0f, not on the home side", n.Name, l.Offset)
		}
	}
	want := map[sense.Kind]int{sense.Camera: Towers, sense.Radar: Radars, sense.Aerostat: Aerostats, sense.Presence: Gaps, sense.OwnForce: Patrols}
	if d := cmp.Diff(want, count); d != "" {
		t.Error(d)
	}
	for _, u := range e.Roster {
		if !ids[sense.SensorID(u.Node)] {
			t.Errorf("unit %s reports under a node that does not exist", u.ID)
		}
		if u.Name.Ar == "" || u.Name.En == "" {
			t.Errorf("unit %s has no name in one language", u.ID)
		}
	}
	if len(e.Roster) != Patrols {
		t.Errorf("%d units", len(e.Roster))
	}
}

func TestEstateIsItsSeed(t *testing.T) {
	a, b := NewEstate(border.Default(), 1, nil), NewEstate(border.Default(), 1, nil)
	if d := cmp.Diff(a.Sensors(), b.Sensors()); d != "" {
		t.Error(d)
	}
	if c := NewEstate(border.Default(), 2, nil); c.Nodes[0].ID == a.Nodes[0].ID {
		t.Error("two seeds gave one id")
	}
}

func TestEstateWithin(t *testing.T) {
	e := NewEstate(border.Default(), EstateSeed, nil).Within(0, 120_000)
	for _, n := range e.Nodes {
		if n.Chainage > 120_000 {
			t.Errorf("%s at %v", n.Name, n.Chainage)
		}
	}
	linked := 0
	for _, l := range e.Links {
		linked += len(l.Nodes)
	}
	if linked != len(e.Nodes) || len(e.Nodes) < 140 {
		t.Errorf("%d nodes, %d on links", len(e.Nodes), linked)
	}
}
