package fuse

import (
	"math"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
	"marsad/geo"
)

// Way is a known route: within Width m of its line things come Times as often as
// elsewhere. It is a value handed in; nothing needs one.
type Way struct {
	Line  []geo.Point
	Width float64
	Times float64
}

// Hindrance is a wall, a trench or steep ground: within Width m of its line things
// come to a halt Halt times as often, take up speed Halt times as seldom, and what
// nothing measures goes on for Pace of the usual way (0 to 1). It is soft
// knowledge, a value handed in: who is measured on the other side is there.
type Hindrance struct {
	Line  []geo.Point
	Width float64
	Halt  float64
	Pace  float64
}

// stretch is a piece of a way or of a hindrance in the frame of a cell.
type stretch struct {
	x, y, dx, dy float64
	of           int32
}

// far2 is the square of the distance in m² of a place.
func (s *stretch) far2(x, y float64) float64 {
	x, y = x-s.x, y-s.y
	f := 0.0
	if l := s.dx*s.dx + s.dy*s.dy; l > 0 {
		f = min(max((x*s.dx+y*s.dy)/l, 0), 1)
	}
	x, y = x-f*s.dx, y-f*s.dy
	return x*x + y*y
}

// lay lists the pieces of a line that come near a cell.
func (c *frameCell) lay(out []stretch, line []geo.Point, width, margin float64, of int) []stretch {
	for i := range line {
		j := min(i+1, len(line)-1)
		if j == i && len(line) > 1 || !line[i].Valid() || !line[j].Valid() {
			continue
		}
		x, y := c.frame.Surface(line[i])
		u, v := c.frame.Surface(line[j])
		e, n := c.halfE+margin+width, c.halfN+margin+width
		if min(x, u) > e || max(x, u) < -e || min(y, v) > n || max(y, v) < -n {
			continue
		}
		out = append(out, stretch{x, y, u - x, v - y, int32(of)})
	}
	return out
}

// bend lets the core know the ways and hindrances of the configuration. Pieces
// are laid out when a cell is made, so that asking changes nothing.
func (c *cells) bend(core *pmb.Config, ways []Way, hindrances []Hindrance) {
	c.ways, c.hindrances = ways, hindrances
	if len(ways) > 0 {
		core.Unseen.Weight = func(cell int32, x, y float64) float64 {
			most := 1.0
			for i := range c.list[cell].ways {
				s := &c.list[cell].ways[i]
				// A square of the map is on the way if any of it may be.
				w := &ways[s.of]
				if s.far2(x, y) < sq(w.Width+core.Unseen.Side/2) {
					most = max(most, w.Times)
				}
			}
			return most
		}
	}
	if len(hindrances) > 0 {
		core.Ground = func(cell int32, x, y float64) (g pmb.Going) {
			for i := range c.list[cell].hindrances {
				s := &c.list[cell].hindrances[i]
				h := &hindrances[s.of]
				if s.far2(x, y) < sq(h.Width) {
					halt := max(h.Halt, 1)
					g.Manner = pmb.Manner{kin.Still: halt, kin.Slow: 1, kin.Stroll: 1, kin.Fast: 1 / halt, kin.Veer: 1 / math.Sqrt(halt)}
					g.Pace = min(max(h.Pace, 0.05), 1)
					return g
				}
			}
			return g
		}
	}
}
