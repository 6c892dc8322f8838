package fuse

import (
	"math"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
	"marsad/geo"
)

// cellKey names a geographic cell by its row and column of CellDegrees.
type cellKey struct{ Row, Col int32 }

// cells keeps the frames of the cells that are in use, by number.
type cells struct {
	degrees, margin float64
	side            float64 // of a square of the map of undetected things, m
	engine          *pmb.Engine
	list            []frameCell
	number          map[cellKey]int32
	grounds         []groundFrom // oldest first; the newest says which ways there are
}

// frameCell is one cell's frame, tangent at its centre, and half its size in m.
type frameCell struct {
	key          cellKey
	frame        geo.Frame
	halfE, halfN float64
	// What is known of the ground near it: the ways of now, and the hindrances of
	// every ground that may still be asked for.
	ways       layout
	hindrances []layout
}

// mostCells bounds what hostile positions can make the stage remember: far
// more than any border has.
const mostCells = 2048

func (c *cells) keyOf(p geo.Point) cellKey {
	return cellKey{int32(math.Floor(p.Lat / c.degrees)), int32(math.Floor(p.Lon / c.degrees))}
}

// at gives the number of a cell, made if need be; ok is false where there are
// too many.
func (c *cells) at(k cellKey) (n int32, ok bool) {
	if n, ok = c.number[k]; ok {
		return n, true
	}
	if len(c.list) >= mostCells {
		return 0, false
	}
	lat, lon := (float64(k.Row)+0.5)*c.degrees, (float64(k.Col)+0.5)*c.degrees
	f := frameCell{key: k, frame: geo.NewFrame(geo.Position{Point: geo.Point{Lat: lat, Lon: lon}})}
	// Half sizes at the wider edge, so that the hash covers the whole cell.
	low := math.Max(0, math.Abs(lat)-c.degrees/2)
	f.halfE = geo.Radians(c.degrees/2) * geo.SemiMajor * math.Cos(geo.Radians(low))
	f.halfN = geo.Radians(c.degrees/2) * geo.SemiMajor
	c.layOut(&f)
	n = c.engine.AddCell(-f.halfE, -f.halfN, f.halfE, f.halfN)
	c.list = append(c.list, f)
	c.number[k] = n
	return n, true
}

// Over implements pmb.Frames: a track that strayed more than the margin out of
// its cell goes to the one it is in.
func (c *cells) Over(cell int32, x, y float64) (to int32, x0, y0, cos, sin float64, ok bool) {
	f := &c.list[cell]
	if math.Abs(x) <= f.halfE+c.margin && math.Abs(y) <= f.halfN+c.margin {
		return 0, 0, 0, 0, 0, false
	}
	p := f.frame.At(x, y)
	if !p.Valid() {
		return 0, 0, 0, 0, 0, false
	}
	k := c.keyOf(p)
	if k == f.key {
		return 0, 0, 0, 0, 0, false
	}
	to, ok = c.at(k)
	if !ok {
		return 0, 0, 0, 0, 0, false
	}
	g := &c.list[to]
	f = &c.list[cell] // the list may have moved
	nx, ny := g.frame.Surface(p)
	// The old frame's north, a kilometre long, as the new frame sees it.
	mx, my := g.frame.Surface(f.frame.At(x, y+1000))
	l := math.Hypot(mx-nx, my-ny)
	// North (0, 1) turns into (−sin, cos).
	sin, cos = -(mx-nx)/l, (my-ny)/l
	return to, nx - (cos*x - sin*y), ny - (sin*x + cos*y), cos, sin, true
}

// poses gives a position's pose in every cell that a square of the given reach
// about it touches, its own cell first.
func (c *cells) poses(p geo.Point, reach float64, out []pmb.CellPose) []pmb.CellPose {
	out = out[:0]
	reach += c.margin
	own := c.keyOf(p)
	dLat := geo.Degrees(reach / geo.SemiMinor)
	dLon := geo.Degrees(reach / (geo.SemiMinor * math.Max(0.05, math.Cos(geo.Radians(p.Lat)))))
	lo := c.keyOf(geo.Point{Lat: p.Lat - dLat, Lon: p.Lon - dLon})
	hi := c.keyOf(geo.Point{Lat: p.Lat + dLat, Lon: p.Lon + dLon})
	if n, ok := c.at(own); ok {
		out = append(out, c.pose(n, p))
	}
	for row := lo.Row; row <= hi.Row; row++ {
		for col := lo.Col; col <= hi.Col; col++ {
			k := cellKey{row, col}
			if k == own || len(out) == 16 {
				continue
			}
			if n, ok := c.at(k); ok {
				out = append(out, c.pose(n, p))
			}
		}
	}
	return out
}

func (c *cells) pose(n int32, p geo.Point) pmb.CellPose {
	f := &c.list[n].frame
	x, y := f.Surface(p)
	nx, ny := f.Surface(geo.Point{Lat: math.Min(p.Lat+0.01, 90), Lon: p.Lon})
	return pmb.CellPose{Cell: n, Pose: kin.Pose{X: x, Y: y, Rot: math.Atan2(nx-x, ny-y)}}
}
