package works

import (
	"marsad/barrier"
	"marsad/border"
	"marsad/geo"
)

// A piece is followed in straight stretches of at most stretchOf metres; one that
// is stated to lie on one side stands besideLine metres off the line, as far as
// anybody stated: an assumption.
const (
	stretchOf  = 250.0
	besideLine = 10.0
)

// Obstacle is a straight stretch that stands Height metres above the ground.
type Obstacle struct {
	A, B   geo.Point
	Height float64
}

// Standing gives what stands in the way of a line of sight: walls and berms that are
// on record as standing, with the height that was measured or else specified. A
// fence or wire is looked through, a trench stands in nobody's way, and a height
// that nobody stated hides nothing.
func Standing(v *barrier.View) []Obstacle {
	var walls []Obstacle
	axis := v.Axis()
	for _, p := range v.Pieces(barrier.Wall, barrier.Berm) {
		height := p.Measured.Height
		if height == 0 {
			height = p.Specified.Height
		}
		if !p.State.Stands() || !(height > 0) || (p.Axis != "" && p.Axis != axis.Version()) {
			continue
		}
		off := offset(p.Side)
		for from := p.From; from < p.To; {
			to := min(p.To, from+stretchOf)
			walls = append(walls, straight(axis, border.Span{From: from, To: to}, off, height)...)
			from = to
		}
	}
	return walls
}

// offset is where a piece stands by its side, as far as anybody stated.
func offset(side barrier.Side) border.Offset {
	switch side {
	case barrier.HomeSide:
		return besideLine
	case barrier.OtherSide:
		return -besideLine
	}
	return 0
}

// straight follows the bends of the axis within a span.
func straight(axis *border.Axis, s border.Span, off border.Offset, height float64) []Obstacle {
	points := axis.Line(s)
	if off != 0 {
		points = []geo.Point{axis.Place(s.From, off), axis.Place(s.To, off)}
	}
	var walls []Obstacle
	for i := 1; i < len(points); i++ {
		walls = append(walls, Obstacle{A: points[i-1], B: points[i], Height: height})
	}
	return walls
}
