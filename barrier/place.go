package barrier

import (
	"marsad/border"
	"marsad/geo"
)

// Stretch is where a thing of the barrier lies: a span of one version of the
// axis, the side, and the positions of both ends. The positions are what was
// surveyed in the field, so the chainages can be found again when the axis is
// surveyed anew; a stretch without them keeps to the version it was given on.
type Stretch struct {
	border.Span
	Side Side `json:"side"`
	// Axis is the version of the axis that From and To are measured along.
	Axis string `json:"axis"`
	// Ends are the positions of From and To on the ground.
	Ends *Ends `json:"ends,omitempty"`
}

// Ends are the anchors of a stretch.
type Ends struct {
	From geo.Point `json:"from"`
	To   geo.Point `json:"to"`
}

// Anchor gives the stretch of a span of an axis, with its ends on the line.
func Anchor(axis *border.Axis, s border.Span, side Side) Stretch {
	return Stretch{Span: s, Side: side, Axis: axis.Version(), Ends: &Ends{From: axis.At(s.From), To: axis.At(s.To)}}
}
