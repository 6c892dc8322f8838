package works

import (
	"marsad/barrier"
	"marsad/border"
	"marsad/geo"
)

// Barring is a line on the ground at which a layer of the barrier stops or slows
// who comes: it is no fact about anybody who is measured there.
type Barring struct {
	Kind barrier.Kind
	Line []geo.Point
}

// Bars gives what stands in the way of who comes on foot or on wheels: walls,
// trenches, berms, fences and wire that are on record as standing, but for the
// metres of weak spots that are open. A piece that is marked, as assumed or
// simulated, is left out: nobody stops at a wall that may not be there.
func Bars(v *barrier.View) []Barring {
	axis := v.Axis()
	var open []border.Span
	for _, w := range v.WeakSpots() {
		if w.State != barrier.SpotClosed && (w.Axis == "" || w.Axis == axis.Version()) {
			open = append(open, border.Span{From: w.From, To: max(w.To, w.From+1)})
		}
	}
	through := border.NewSet(open...)
	var out []Barring
	for _, p := range v.Pieces(barrier.Wall, barrier.Trench, barrier.Berm, barrier.Fence, barrier.Wire) {
		if !p.State.Stands() || len(p.Marks) > 0 || (p.Axis != "" && p.Axis != axis.Version()) {
			continue
		}
		for _, s := range border.NewSet(p.Span).Minus(through).Spans() {
			out = append(out, Barring{p.Kind, along(axis, s, offset(p.Side))})
		}
	}
	return out
}

// along is where a piece runs: on the line itself, or off it in straight stretches.
func along(axis *border.Axis, s border.Span, off border.Offset) []geo.Point {
	if off == 0 {
		return axis.Line(s)
	}
	var line []geo.Point
	for from := s.From; from < s.To; from += stretchOf {
		line = append(line, axis.Place(from, off))
	}
	return append(line, axis.Place(s.To, off))
}
