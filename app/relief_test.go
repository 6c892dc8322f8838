package app

import (
	"slices"
	"testing"

	"marsad/border"
	"marsad/engine/ground"
)

func TestTheLaneOfReliefSaysWhatItIsMadeOf(t *testing.T) {
	g, err := ground.Open(ground.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	axis := border.Default()
	lane := reliefLane(axis, g)
	if !slices.Contains(lane.Marks, border.Synthetic) || lane.Kind != border.Number || lane.Source.Ar == "" {
		t.Errorf("%+v", lane.LaneInfo)
	}
	pieces := lane.Pieces(240_000, 260_000)
	if len(pieces) < 2 || pieces[0].From != 240_000 || pieces[len(pieces)-1].To != 260_000 {
		t.Fatalf("%d pieces over 20 km", len(pieces))
	}
	for _, p := range pieces {
		if h, _ := g.Height(axis.At((p.From + p.To) / 2)); p.Length() <= reliefStep && (p.Number < h-2.5 || p.Number > h+2.5) {
			t.Errorf("%v m at %v, where the ground is at %.1f m", p.Number, p.Span, h)
		}
	}
}
