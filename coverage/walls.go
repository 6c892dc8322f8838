package coverage

import (
	"math"

	"marsad/geo"
	"marsad/terrain"
)

// MaxWall is the longest that one straight stretch of wall may be, metres: what
// looks at the far end of a longer one may not meet it.
const MaxWall = 500.0

// build takes the walls that stand from now on and gives the stations whose view
// passes a stretch that was built, taken down or raised.
func (n *Network) build(walls []terrain.Wall) []Station {
	differs := map[terrain.Wall]bool{}
	for _, w := range n.cfg.Walls {
		differs[w] = true
	}
	for _, w := range walls {
		if differs[w] {
			delete(differs, w)
		} else {
			differs[w] = true
		}
	}
	n.cfg.Walls = walls
	var again []Station
	for _, w := range n.watches {
		if w.reach == nil || methodOf(w.sensor.Kind) == touch {
			continue
		}
		far := math.Min(w.sensor.MaxRange, MaxReach)
		for wall := range differs { // whichever is met first: the answer is the same
			if withinReach(&wall, w.sensor.Position.Point, far) {
				again = append(again, Station{w.sensor, w.health})
				break
			}
		}
	}
	return again
}

// wallsNear gives the walls that may stand in the way within a distance.
func (n *Network) wallsNear(p geo.Point, far float64) []terrain.Wall {
	var near []terrain.Wall
	for i := range n.cfg.Walls {
		if withinReach(&n.cfg.Walls[i], p, far) {
			near = append(near, n.cfg.Walls[i])
		}
	}
	return near
}

// withinReach reports whether a wall may lie within a distance of a point.
func withinReach(w *terrain.Wall, p geo.Point, far float64) bool {
	slack := far + MaxWall
	if math.Abs(w.A.Lat-p.Lat)*110_500 > slack { // a degree of latitude is at least that long
		return false
	}
	return geo.Distance(p, w.A) <= slack
}
