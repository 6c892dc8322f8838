package works

import (
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/say"
)

// LanePrefix begins the id of every lane of the barrier.
const LanePrefix = "barrier-"

// Lanes gives a lane for each kind of layer that has a length and of which there
// is anything: the state that counts most at every metre. They are need-to-know.
func (b *Book) Lanes() []border.LaneEntry {
	v := b.View(time.Time{}, time.Time{})
	marks, _ := Computed(b, time.Time{}, time.Time{}, "marks", func(v *barrier.View) ([]string, error) { return Marks(v), nil })
	var lanes []border.LaneEntry
	for _, k := range barrier.Kinds() {
		if k.Counted() || len(v.Pieces(k)) == 0 {
			continue
		}
		lanes = append(lanes, b.lane(k, marks))
	}
	return lanes
}

func (b *Book) lane(k barrier.Kind, marks []string) border.LaneEntry {
	pieces := func(within border.Span, at time.Time) []border.LanePiece {
		segments, _ := Computed(b, at, time.Time{}, LanePrefix+string(k), func(v *barrier.View) ([]barrier.Segment, error) {
			return v.Layer(k, "", border.Span{}), nil
		})
		var out []border.LanePiece
		for _, s := range segments {
			if cut := s.Intersect(within); !cut.Empty() {
				out = append(out, border.LanePiece{Span: cut, Value: string(s.State)})
			}
		}
		return out
	}
	return border.LaneEntry{
		LaneInfo: border.LaneInfo{ID: LanePrefix + string(k), Name: k.Name(), Kind: border.Category, Values: stateLegend(), Marks: marks,
			Source: say.Text{En: "pieces on record, by the state that counts most", Ar: "القطع المسجلة، بالحالة الأرجح عند كل متر"}},
		NeedToKnow: true,
		Pieces: func(from, to border.Chainage) []border.LanePiece {
			return pieces(border.Span{From: from, To: to}, time.Time{})
		},
		PiecesAt: func(from, to border.Chainage, at time.Time) ([]border.LanePiece, bool) {
			return pieces(border.Span{From: from, To: to}, at), true
		},
	}
}

// stateLegend runs from the best state to the worst; what does not stand is
// lacking, so that a lane's length is metres that keep somebody out.
func stateLegend() []border.LaneValue {
	var out []border.LaneValue
	for _, s := range []barrier.State{barrier.Accepted, barrier.Inspected, barrier.Built, barrier.Damaged, barrier.UnderRepair, barrier.Building, barrier.Cleared, barrier.Surveyed, barrier.Planned} {
		out = append(out, border.LaneValue{Value: string(s), Name: s.Name(), Lacking: !s.Stands()})
	}
	return out
}

// Marks gathers what is marked on anything that the figures of a view rest on:
// assumed, simulated, synthetic, claimed.
func Marks(v *barrier.View) []string {
	seen := map[string]bool{}
	add := func(marks []string) {
		for _, m := range marks {
			seen[m] = true
		}
	}
	for _, p := range v.Pieces() {
		add(p.Marks)
	}
	for _, p := range v.Packages() {
		add(p.Marks)
	}
	for _, i := range v.Inspections() {
		add(i.Marks)
	}
	var out []string
	for _, m := range []string{border.Assumed, border.Simulated, border.Synthetic, border.Claimed} {
		if seen[m] {
			out = append(out, m)
		}
	}
	return out
}
