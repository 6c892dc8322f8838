package app

import (
	"math"
	"sync"

	"marsad/border"
	"marsad/engine/ground"
	"marsad/say"
)

// reliefStep is the length of a piece of the lane of relief, in metres; its value
// is the height at its middle, to five metres.
const reliefStep = 500

// reliefLane is the ground along the line, metres above the ellipsoid, worked out
// when somebody first asks. Made-up relief says so; where no source knows the
// ground there is none.
func reliefLane(axis *border.Axis, g *ground.Ground) border.LaneEntry {
	from := g.Provenance()
	info := border.LaneInfo{ID: "relief", Name: say.Text{En: "relief", Ar: "التضاريس"}, Unit: "m", Source: from.Source}
	if from.Synthetic {
		info.Marks = []string{border.Synthetic}
	}
	heights := sync.OnceValue(func() border.Lane[float64] {
		var pieces []border.Piece[float64]
		whole := axis.Whole()
		for at := whole.From; at < whole.To; at += reliefStep {
			span := border.Span{From: at, To: at + reliefStep}.Intersect(whole)
			if h, known := g.Height(axis.At((span.From + span.To) / 2)); known {
				pieces = append(pieces, border.Piece[float64]{Span: span, Value: 5 * math.Round(h/5)})
			}
		}
		return border.NewLane(pieces...)
	})
	lane := border.NumberLane(info, border.Lane[float64]{})
	lane.Pieces = func(from, to border.Chainage) []border.LanePiece {
		return border.NumberLane(info, heights()).Pieces(from, to)
	}
	return lane
}
