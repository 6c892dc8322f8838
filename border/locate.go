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
	var found search
	a.nearest(v, &found)
	f := found.best
	c := a.candidate(v, f)
	l := Location{
		Chainage: c.Chainage,
		Offset:   c.Offset,
		Side:     c.Offset.Side(),
		Beyond:   f.piece == 0 && f.t == 0 || int(f.piece) == len(a.pieces)-1 && f.t == 1,
	}
	distance := math.Sqrt(f.squared)
	if distance > MaxOffset {
		l.Far = true
		return l
	}
	// Along a straight line, a point g farther along is within the limit only
	// while g² < limit² - distance².
	limit := distance + AmbiguousWithin
	g := math.Sqrt(AmbiguousWithin*(limit+distance)) + apart
	if s, ok := a.second(v, &found, limit*limit, float64(c.Chainage)-g, float64(c.Chainage)+g); ok {
		l.Ambiguous = true
		l.Second = a.candidate(v, s)
	}
	return l
}

// candidate turns a foot on a piece into chainage and signed offset.
func (a *Axis) candidate(p vec, f foot) Candidate {
	i, t := int(f.piece), f.t
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
	d := math.Sqrt(f.squared)
	d += d * f.squared / (24 * meanRadius * meanRadius)
	return Candidate{Chainage: c, Offset: Offset(math.Copysign(d, q.dot(left)))}
}

// foot is the nearest point of one piece.
type foot struct {
	squared float64 // distance, in space
	t       float64 // where on the piece, 0 to 1
	piece   int32
}

// depth of the deepest tree. From one level to the next a run loses a quarter of
// its pieces, or a seventh where it is short: 120,000 pieces, the most that an
// axis can have, need 36.
const depth = 40

// search is what one search found: the nearest foot, and the pieces that came
// within AmbiguousWithin of the nearest known at the time, among which the
// second candidate must be.
type search struct {
	best  foot
	close [24]foot
	count int // may exceed the room, then the line must be searched again
}

type pending struct {
	squared float64
	node    int32
}

// nearest fills in the search.
func (a *Axis) nearest(p vec, found *search) {
	var stack [depth]pending
	top := 0
	nodes, pieces := a.nodes, a.pieces
	found.best.squared = math.Inf(1)
	limit := math.Inf(1) // nothing farther than this matters
	at := int32(0)
	for {
		n := &nodes[at]
		if n.second > 0 {
			first, second := at+1, n.second
			d1, _ := nodes[first].nearest(p)
			d2, _ := nodes[second].nearest(p)
			if d2 < d1 {
				first, second, d1, d2 = second, first, d2, d1
			}
			if reach := limit + nodes[second].radius; d2 < reach*reach {
				stack[top] = pending{d2, second}
				top++
			}
			if reach := limit + nodes[first].radius; d1 < reach*reach {
				at = first
				continue
			}
		} else {
			for i := n.lo; i < n.hi; i++ {
				d, t := pieces[i].nearest(p)
				if d >= limit*limit {
					continue
				}
				f := foot{d, t, i}
				if d < found.best.squared {
					found.best = f
					limit = math.Sqrt(d) + AmbiguousWithin
				}
				if found.count < len(found.close) {
					found.close[found.count] = f
				}
				found.count++
			}
		}
		for {
			if top == 0 {
				return
			}
			top--
			at = stack[top].node
			if reach := limit + nodes[at].radius; stack[top].squared < reach*reach {
				break
			}
		}
	}
}

// second gives the nearest foot whose piece lies outside a stretch of chainage
// and nearer than the square root of the limit. A foot counts only if the line
// comes near there and goes away again, so that the edge of the stretch itself
// never does.
func (a *Axis) second(p vec, found *search, limit, from, to float64) (foot, bool) {
	best := foot{squared: limit}
	consider := func(f foot) {
		s := &a.pieces[f.piece]
		if f.squared < best.squared && (s.start+s.length <= from || s.start >= to) && a.isFoot(p, int(f.piece), f.t) {
			best = f
		}
	}
	if found.count <= len(found.close) {
		for _, f := range found.close[:found.count] {
			consider(f)
		}
	} else {
		for i := range a.pieces {
			d, t := a.pieces[i].nearest(p)
			consider(foot{d, t, int32(i)})
		}
	}
	return best, best.squared < limit
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
