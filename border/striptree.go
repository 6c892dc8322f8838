package border

import (
	"math"

	"marsad/geo"
)

// The search for the nearest chainage runs in Earth-centred coordinates. Every
// edge is cut into pieces of at most a kilometre, and each piece stands for its
// chord: a chord lies in the plane of its geodesic and at most 2 cm below it,
// so no map projection and no zone comes in. Above the pieces stands a strip
// tree (Ballard 1981): each node is the chord from the first point of its
// pieces to the last, and the radius of the capsule around that chord which
// holds them all.

// maxPiece is the longest piece of an edge in metres.
const maxPiece = 1000.0

type vec struct{ x, y, z float64 }

func (a vec) sub(b vec) vec       { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) add(b vec) vec       { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) dot(b vec) float64   { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) times(k float64) vec { return vec{a.x * k, a.y * k, a.z * k} }
func (a vec) unit() vec           { return a.times(1 / math.Sqrt(a.dot(a))) }
func (a vec) cross(b vec) vec {
	return vec{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

func cartesian(p geo.Point) vec {
	x, y, z := geo.Cartesian(geo.Position{Point: p})
	return vec{x, y, z}
}

// chord is a straight line in space with what the search needs of it.
type chord struct {
	from, along vec
	inverse     float64 // of the squared length
}

func newChord(from, to vec) chord {
	along := to.sub(from)
	return chord{from: from, along: along, inverse: 1 / along.dot(along)}
}

// nearest gives the squared distance to a point, and where on the chord the
// nearest point lies, from 0 to 1.
func (c *chord) nearest(p vec) (squared, t float64) {
	q := p.sub(c.from)
	t = q.dot(c.along) * c.inverse
	if t < 0 {
		t = 0
	} else if t > 1 {
		t = 1
	}
	q = vec{q.x - t*c.along.x, q.y - t*c.along.y, q.z - t*c.along.z}
	return q.dot(q), t
}

// piece is at most a kilometre of an edge.
type piece struct {
	chord
	left   vec     // unit vector to the home side, level
	start  float64 // chainage
	length float64 // on the ellipsoid
}

func makePieces(a *Axis) []piece {
	var pieces []piece
	for i := range a.azimuths {
		length := a.chainages[i+1] - a.chainages[i]
		n := int(math.Ceil(length / maxPiece))
		from := cartesian(a.vertices[i])
		for k := 1; k <= n; k++ {
			end := a.vertices[i+1]
			if k < n {
				end = geo.Direct(a.vertices[i], length*float64(k)/float64(n), a.azimuths[i])
			}
			to := cartesian(end)
			p := piece{chord: newChord(from, to), start: a.chainages[i] + length*float64(k-1)/float64(n), length: length / float64(n)}
			p.left = up(end).cross(p.along).unit()
			pieces = append(pieces, p)
			from = to
		}
	}
	return pieces
}

// up is the unit vector along the vertical.
func up(p geo.Point) vec {
	sinLat, cosLat := math.Sincos(geo.Radians(p.Lat))
	sinLon, cosLon := math.Sincos(geo.Radians(p.Lon))
	return vec{cosLat * cosLon, cosLat * sinLon, sinLat}
}

// node is a capsule around a run of pieces. The nodes stand in preorder: the
// first child follows its parent, second is the index of the other. A leaf has
// no second; it holds the pieces from lo to hi.
type node struct {
	chord
	radius float64
	second int32
	lo, hi int32
}

// leafPieces is the most pieces a leaf holds; measured, not tuned finely.
const leafPieces = 6

func makeTree(pieces []piece) []node {
	nodes := make([]node, 0, len(pieces))
	var build func(lo, hi int)
	build = func(lo, hi int) {
		at := len(nodes)
		n := node{lo: int32(lo), hi: int32(hi)}
		n.chord, n.radius = capsule(pieces[lo:hi])
		nodes = append(nodes, n)
		if hi-lo <= leafPieces {
			return
		}
		mid := split(n.chord, pieces[lo:hi]) + lo
		build(lo, mid)
		nodes[at].second = int32(len(nodes))
		build(mid, hi)
	}
	build(0, len(pieces))
	return nodes
}

// capsule gives the axis and the radius of a capsule around a run of pieces.
// Its axis is the chord from the first point to the last. A run that returns to
// where it began has no such chord; its first piece stands in.
func capsule(pieces []piece) (axis chord, radius float64) {
	first, last := pieces[0].from, pieces[len(pieces)-1].end()
	axis = newChord(first, last)
	if !(axis.inverse < 1/(minEdge*minEdge)) {
		axis = pieces[0].chord
	}
	squared, _ := axis.nearest(first)
	for i := range pieces {
		// A capsule is convex: it holds a piece if it holds its ends.
		s, _ := axis.nearest(pieces[i].end())
		squared = max(squared, s)
	}
	return axis, math.Sqrt(squared) + 1e-6 // rounding
}

// end is the last point of the piece.
func (p *piece) end() vec { return p.from.add(p.along) }

// split chooses where a run of pieces is cut: where the line is farthest from
// the run's chord, so that both capsules become slim, but not in the outer
// quarters, so that the tree stays shallow.
func split(c chord, pieces []piece) int {
	best, farthest := len(pieces)/2, -1.0
	for i := max(1, len(pieces)/4); i < len(pieces) && i <= len(pieces)*3/4; i++ {
		if d, _ := c.nearest(pieces[i].from); d > farthest {
			best, farthest = i, d
		}
	}
	return best
}
