package border

import (
	"math"

	"marsad/geo"
)

// Figures of the search.
const (
	// MaxOffset is how far from the line a place still has a chainage.
	MaxOffset = 50_000.0 // metres
	// AmbiguousWithin is the difference of two distances, in metres, below
	// which two chainages count as equally near: the error of a good sensor.
	AmbiguousWithin = 10.0
	// apart is how much farther along, in metres, a second chainage must lie
	// than a straight line would explain.
	apart = 100.0
)

// Candidate is one answer to "where along the line".
type Candidate struct {
	Chainage Chainage `json:"chainage"`
	Offset   Offset   `json:"offset"`
}

// Location is where a point lies with respect to the line.
type Location struct {
	Chainage Chainage
	Offset   Offset // its size is the distance to the line
	Side     Side
	// Ambiguous says that another stretch of the line is as near, within
	// AmbiguousWithin: inside a bend, the nearest chainage is not unique. Second
	// is the nearest of that stretch.
	Ambiguous bool
	Second    Candidate
	// Beyond says that the nearest point is an end of the line, so that the
	// point lies past it rather than beside it.
	Beyond bool
	// Far says that the point is farther than MaxOffset from the line, or is
	// not on the Earth at all; nobody should be told its chainage.
	Far bool
}

// meanRadius turns chords into arcs. At 50 km the arc is 0.13 m longer, and the
// ellipsoid's own radii would change that by 3 mm.
const meanRadius = 6371008.8

// Locate gives the nearest chainage to a point and its signed distance, on the
// ellipsoid: within a centimetre at 50 km. It allocates nothing.
func (a *Axis) Locate(p geo.Point) Location {
	if !p.Valid() {
		return Location{Far: true}
	}
	v := cartesian(p)
	i, t, squared := a.nearest(v)
	c := a.candidate(v, i, t, squared)
	l := Location{
		Chainage: c.Chainage,
		Offset:   c.Offset,
		Side:     c.Offset.Side(),
		Beyond:   i == 0 && t == 0 || i == len(a.pieces)-1 && t == 1,
	}
	distance := math.Sqrt(squared)
	if distance > MaxOffset {
		l.Far = true
		return l
	}
	// Along a straight line, a point g farther along is nearer than this limit
	// only while g² < limit² - distance².
	limit := distance + AmbiguousWithin
	g := math.Sqrt(AmbiguousWithin*(limit+distance)) + apart
	if j, t, squared := a.nearestOutside(v, limit*limit, float64(c.Chainage)-g, float64(c.Chainage)+g); j >= 0 {
		l.Ambiguous = true
		l.Second = a.candidate(v, j, t, squared)
	}
	return l
}

// candidate turns a foot on a piece into chainage and signed offset.
func (a *Axis) candidate(p vec, i int, t, squared float64) Candidate {
	s := &a.pieces[i]
	q := vec{p.x - s.from.x - t*s.along.x, p.y - s.from.y - t*s.along.y, p.z - s.from.z - t*s.along.z}
	c := Chainage(s.start + t*s.length)
	if t > 0 && t < 1 {
		// Only the level part counts: the chord lies a little below the ground.
		x := q.dot(s.left)
		return Candidate{Chainage: c, Offset: Offset(x + x*x*x/(6*meanRadius*meanRadius))}
	}
	// At a corner the side is that of the two edges' mean direction: of either
	// alone it would be wrong around a sharp bend.
	left := s.left
	if t == 0 && i > 0 {
		left = left.add(a.pieces[i-1].left)
	} else if t == 1 && i < len(a.pieces)-1 {
		left = left.add(a.pieces[i+1].left)
	}
	d := math.Sqrt(squared)
	d += d * squared / (24 * meanRadius * meanRadius)
	return Candidate{Chainage: c, Offset: Offset(math.Copysign(d, q.dot(left)))}
}

// depth of the deepest tree that fits: 2^31 pieces.
const depth = 32

type pending struct {
	squared float64
	node    int32
}

// nearest gives the nearest piece, where on it, and the squared distance.
func (a *Axis) nearest(p vec) (best int, where, squared float64) {
	var stack [depth]pending
	top := 0
	squared = math.Inf(1)
	bound := math.Inf(1) // its root
	at := int32(0)
	d, t := a.nodes[0].nearest(p)
	for {
		n := &a.nodes[at]
		if n.second < 0 {
			if d < squared {
				best, where, squared = int(^n.second), t, d
				bound = math.Sqrt(d)
			}
		} else {
			first, second := at+1, n.second
			d1, t1 := a.nodes[first].nearest(p)
			d2, t2 := a.nodes[second].nearest(p)
			if d2 < d1 {
				first, second, d1, d2, t1 = second, first, d2, d1, t2
			}
			if reach := bound + a.nodes[second].radius; d2 < reach*reach {
				stack[top] = pending{d2, second}
				top++
			}
			if reach := bound + a.nodes[first].radius; d1 < reach*reach {
				at, d, t = first, d1, t1
				continue
			}
		}
		// Take the next that can still hold something nearer.
		for {
			if top == 0 {
				return best, where, squared
			}
			top--
			at, d = stack[top].node, stack[top].squared
			if reach := bound + a.nodes[at].radius; d < reach*reach {
				break
			}
		}
		if a.nodes[at].second < 0 {
			_, t = a.nodes[at].nearest(p)
		}
	}
}

// nearestOutside gives the nearest foot whose piece lies outside a stretch of
// chainage and nearer than the square root of the limit; -1 if there is none.
// A foot is a local minimum of the distance: the line comes near there and goes
// away again, so that the edge of the stretch itself never counts.
func (a *Axis) nearestOutside(p vec, limit, from, to float64) (best int, where, squared float64) {
	var stack [depth]int32
	top := 1
	best, squared = -1, limit
	bound := math.Sqrt(limit)
	for top > 0 {
		top--
		at := stack[top]
		n := &a.nodes[at]
		if n.from >= from && n.to <= to {
			continue
		}
		d, t := n.nearest(p)
		if reach := bound + n.radius; d >= reach*reach {
			continue
		}
		if n.second >= 0 {
			stack[top], stack[top+1] = n.second, at+1
			top += 2
			continue
		}
		if i := int(^n.second); d < squared && (n.to <= from || n.from >= to) && a.isFoot(p, i, t) {
			best, where, squared = i, t, d
			bound = math.Sqrt(d)
		}
	}
	return best, where, squared
}

// isFoot reports whether the distance has a local minimum there.
func (a *Axis) isFoot(p vec, i int, t float64) bool {
	switch {
	case t > 0 && t < 1:
		return true
	case t == 0 && i > 0:
		_, before := a.pieces[i-1].nearest(p)
		return before == 1
	case t == 1 && i < len(a.pieces)-1:
		_, after := a.pieces[i+1].nearest(p)
		return after == 0
	}
	return true
}
