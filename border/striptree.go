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
	t = min(max(q.dot(c.along)*c.inverse, 0), 1)
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

// node is a capsule around consecutive pieces. The nodes stand in preorder: the
// first child follows its parent, second is the index of the other. A leaf has
// one piece and a negative second: ^second is the piece.
type node struct {
	chord
	radius   float64
	from, to float64 // chainages
	second   int32
}

func makeTree(pieces []piece) []node {
	nodes := make([]node, 0, 2*len(pieces))
	var build func(lo, hi int)
	build = func(lo, hi int) {
		first, last := &pieces[lo], &pieces[hi-1]
		at := len(nodes)
		n := node{from: first.start, to: last.start + last.length}
		if hi-lo == 1 {
			n.chord, n.second = first.chord, ^int32(lo)
			nodes = append(nodes, n)
			return
		}
		n.chord = capsule(pieces[lo:hi])
		for i := lo; i < hi; i++ {
			// A capsule is convex: it holds a piece if it holds its ends.
			a, _ := n.nearest(pieces[i].from)
			b, _ := n.nearest(pieces[i].from.add(pieces[i].along))
			n.radius = max(n.radius, math.Sqrt(a), math.Sqrt(b))
		}
		n.radius += 1e-6 // rounding
		nodes = append(nodes, n)
		mid := (lo + hi) / 2
		build(lo, mid)
		nodes[at].second = int32(len(nodes))
		build(mid, hi)
	}
	build(0, len(pieces))
	return nodes
}

// capsule is the chord of consecutive pieces. A line that returns to where it
// began has none; its first piece stands in, and the radius grows with it.
func capsule(pieces []piece) chord {
	last := &pieces[len(pieces)-1]
	c := newChord(pieces[0].from, last.from.add(last.along))
	if math.IsInf(c.inverse, 0) || c.inverse > 1/(minEdge*minEdge) {
		return pieces[0].chord
	}
	return c
}
