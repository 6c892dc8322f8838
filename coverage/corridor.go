package coverage

import (
	"math"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
)

// Corridor is the land on both sides of the line in cells of chainage and
// offset. On the inner side of sharp bends cells overlap.
type Corridor struct {
	Along, Across float64 // size of a cell, metres
	Columns, Rows int     // along the line; across it, from the other side to ours
	HalfWidth     float64 // metres
	// Depth is how many working sensors see a cell's middle, Columns to a row.
	Depth []uint8
	// Home and Other are the shares of the two sides that are seen.
	Home, Other Share
}

// Corridor works out which of the land within halfWidth metres of the line is
// seen now, in cells of cell metres. It reads the polar cells of each sensor: 1°
// by a 64th of its range.
func (n *Network) Corridor(c sense.Class, halfWidth, cell float64) Corridor {
	halfWidth = math.Max(100, math.Min(halfWidth, MaxReach))
	cell = math.Max(100, math.Min(cell, 10_000))
	side := int(math.Ceil(halfWidth / cell))
	k := Corridor{Along: cell, Across: cell, HalfWidth: float64(side) * cell,
		Columns: int(math.Ceil(n.cfg.Axis.Length() / cell)), Rows: 2 * side}
	k.Depth = make([]uint8, k.Columns*k.Rows)
	class := place(c)
	chosen := n.working()
	n.cfg.Run(k.Columns, func(column int) {
		at := border.Chainage((float64(column) + 0.5) * cell)
		on := n.cfg.Axis.At(at)
		var near []*watch
		for _, w := range chosen {
			if geo.Distance(on, w.reach.origin.Point) <= w.limit[class]+k.HalfWidth+cell {
				near = append(near, w)
			}
		}
		for row := range k.Rows {
			p := n.cfg.Axis.Place(at, border.Offset((float64(row-side)+0.5)*cell))
			for _, w := range near {
				if w.seesPoint(p, class) && k.Depth[row*k.Columns+column] < math.MaxUint8 {
					k.Depth[row*k.Columns+column]++
				}
			}
		}
	})
	for row := range k.Rows {
		s := n.share(0, 0)
		for column := range k.Columns {
			s.Whole++
			if k.Depth[row*k.Columns+column] > 0 {
				s.Part++
			}
		}
		side := &k.Other
		if row >= k.Rows/2 {
			side = &k.Home
		}
		*side = n.share(side.Part+s.Part, side.Whole+s.Whole)
	}
	return k
}

func (n *Network) working() []*watch {
	var all []*watch
	for _, w := range n.watches {
		if w.reach != nil && w.health.Working() {
			all = append(all, w)
		}
	}
	return all
}

// seesPoint judges any point by the polar cells.
func (w *watch) seesPoint(p geo.Point, class int) bool {
	d, az := geo.Inverse(w.reach.origin.Point, p)
	if !(d <= w.limit[class]) || d < w.sensor.MinRange || !w.inSector(float32(az)) {
		return false
	}
	least := w.reach.polar[w.reach.cell(d, az)]
	return least != unknown && float64(least) <= targets[class].least*10
}

// cell is the polar cell at a range within the sensor's and an azimuth.
func (r *reach) cell(d, az float64) int {
	a := min(int(geo.Wrap2Pi(az)/(2*math.Pi)*azimuths), azimuths-1)
	return a*rings + min(int(d/r.ringStep), rings-1)
}
