package view

import (
	"math"
	"slices"

	"marsad/geo"
	"marsad/sense"
)

// Dwelling is what a camera must not look into: a polygon drawn on the map
// and the height of what stands on it.
type Dwelling struct {
	ID string
	// Outline has three corners or more; it need not be closed.
	Outline []geo.Point
	// Height of the building above the ground in metres; zero means 9 m, two
	// floors with a parapet and a tank.
	Height float64
}

// Pixel is a point of the picture.
type Pixel struct{ X, Y float64 }

// Shade is what one dwelling hides of the picture: a convex polygon, cut at
// the picture's edge.
type Shade struct {
	ID      string
	Outline []Pixel
}

const (
	dwellingHeight = 9.0
	margin         = 3.0  // σ of the pose by which a mask is grown
	outlineStep    = 10.0 // metres between the samples of an outline
	nearPlane      = 0.05 // metres ahead of the lens from which things show
)

// Shades projects dwellings into the picture. It errs on the safe side: the
// convex hull of the whole building from below its lowest to above its
// highest ground, grown by three times the error of pose, place and
// ground, whether or not a hill hides it. Dwellings out of view give none.
func (v *View) Shades(dwellings []Dwelling, ground sense.Ground) []Shade {
	var out []Shade
	for _, d := range dwellings {
		if outline := v.shade(d, ground); len(outline) >= 3 {
			out = append(out, Shade{ID: d.ID, Outline: outline})
		}
	}
	return out
}

func (v *View) shade(d Dwelling, ground sense.Ground) []Pixel {
	solid := v.solid(d, ground)
	if len(solid) == 0 {
		return nil
	}
	// In the camera's axes, cut by the near plane: the hull of what is left is
	// that of the points ahead and of where each line between a point ahead and
	// one behind passes the plane.
	points := make([]geo.ENU, len(solid)) // right, down, forward
	for i, s := range solid {
		points[i] = geo.ENU{E: dot(s, v.right), N: dot(s, v.down), U: dot(s, v.forward)}
	}
	var flat []Pixel
	for i, a := range points {
		if a.U >= nearPlane {
			flat = append(flat, Pixel{a.E / a.U, a.N / a.U})
			continue
		}
		for j, b := range points {
			if i != j && b.U >= nearPlane {
				k := (nearPlane - a.U) / (b.U - a.U)
				flat = append(flat, Pixel{(a.E + (b.E-a.E)*k) / nearPlane, (a.N + (b.N-a.N)*k) / nearPlane})
			}
		}
	}
	if len(flat) == 0 {
		return nil
	}
	// Undistorted, lines are straight: cut there to a frame in which the lens
	// is described, then bend the edge in small steps.
	side := v.limit / math.Sqrt2
	cut := clip(hull(flat), -side, -side, side, side)
	var bent []Pixel
	for i, a := range cut {
		b := cut[(i+1)%len(cut)]
		steps := 1
		if v.camera.Lens.K1 != 0 || v.camera.Lens.K2 != 0 {
			steps = 1 + int(math.Min(64, math.Hypot(b.X-a.X, b.Y-a.Y)*v.fx/8))
		}
		for s := range steps {
			k := float64(s) / float64(steps)
			x, y := v.pixel(a.X+(b.X-a.X)*k, a.Y+(b.Y-a.Y)*k)
			bent = append(bent, Pixel{x, y})
		}
	}
	grown := grow(hull(bent), v.slack(solid))
	return clip(grown, -0.5, -0.5, float64(v.camera.Width)-0.5, float64(v.camera.Height)-0.5)
}

// solid gives the points whose hull holds the building, in the camera's frame
// of the world.
func (v *View) solid(d Dwelling, ground sense.Ground) []geo.ENU {
	if len(d.Outline) < 3 {
		return nil
	}
	height := d.Height
	if !(height > 0) {
		height = dwellingHeight
	}
	type place struct {
		p geo.Point
		h float64
	}
	var edge []place
	low, high := math.Inf(1), math.Inf(-1)
	for i, a := range d.Outline {
		b := d.Outline[(i+1)%len(d.Outline)]
		if !a.Valid() || !b.Valid() {
			return nil
		}
		length, az := geo.Inverse(a, b)
		steps := min(1+int(length/outlineStep), 200)
		for s := range steps {
			p := a
			if s > 0 {
				p = geo.Direct(a, length*float64(s)/float64(steps), az)
			}
			h, known := ground.Height(p)
			if !known {
				h = v.camera.Foot.Height
			}
			low, high = min(low, h), max(high, h)
			edge = append(edge, place{p, h})
		}
	}
	var out []geo.ENU
	for _, e := range edge {
		out = append(out,
			v.toward(geo.Position{Point: e.p, Height: e.h - 1}),
			v.toward(geo.Position{Point: e.p, Height: math.Max(e.h, high) + height}))
	}
	return out
}

// slack is by how many pixels a mask of a solid is grown: pose, place and
// ground, and one pixel.
func (v *View) slack(solid []geo.ENU) float64 {
	nearest := math.Inf(1)
	for _, s := range solid {
		if z := dot(s, v.forward); z >= nearPlane {
			nearest = math.Min(nearest, math.Sqrt(dot(s, s)))
		}
	}
	u := &v.camera.Sure
	place := math.Sqrt(u.East*u.East+u.North*u.North+u.Up*u.Up+u.Ground*u.Ground) / math.Max(nearest, 1)
	angle := math.Sqrt(u.Pose[0][0]+u.Pose[1][1]) + math.Sqrt(u.Pose[2][2])*math.Hypot(float64(v.camera.Width)/2/v.fx, float64(v.camera.Height)/2/v.fy)
	zoom := math.Sqrt(u.Pose[3][3]) / v.camera.field() * float64(v.camera.Width) / 2
	return 1 + margin*(math.Hypot(place, angle)*v.fx+zoom)
}

// Mask is what is hidden of a picture, one value per pixel, row by row.
type Mask struct {
	Width, Height int
	Hidden        []bool
}

// Fill makes the mask of shades: every pixel that a shade touches.
func Fill(shades []Shade, width, height int) Mask {
	m := Mask{Width: width, Height: height, Hidden: make([]bool, width*height)}
	for _, s := range shades {
		m.fill(s.Outline)
	}
	return m
}

// fill marks the pixels that a convex polygon touches: for each row the span
// of the polygon within the row's height.
func (m *Mask) fill(outline []Pixel) {
	for y := range m.Height {
		low, high := math.Inf(1), math.Inf(-1)
		band := clip(outline, math.Inf(-1), float64(y)-0.5, math.Inf(1), float64(y)+0.5)
		for _, p := range band {
			low, high = min(low, p.X), max(high, p.X)
		}
		if low > high {
			continue
		}
		from := max(int(math.Floor(low+0.5)), 0)
		to := min(int(math.Floor(high+0.5)), m.Width-1)
		for x := from; x <= to; x++ {
			m.Hidden[y*m.Width+x] = true
		}
	}
}

// At reports whether a pixel is hidden; outside of the picture nothing is.
func (m *Mask) At(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.Width && y < m.Height && m.Hidden[y*m.Width+x]
}

// Paint overwrites the hidden pixels of a picture of the mask's size. A
// picture of another size is hidden wholly: its view is not known.
func (m *Mask) Paint(pix []uint16, width, height int, value uint16) {
	if width != m.Width || height != m.Height || len(pix) != len(m.Hidden) {
		for i := range pix {
			pix[i] = value
		}
		return
	}
	for i, hidden := range m.Hidden {
		if hidden {
			pix[i] = value
		}
	}
}

// Share is the part of the picture that is hidden, 0…1.
func (m *Mask) Share() float64 {
	n := 0
	for _, h := range m.Hidden {
		if h {
			n++
		}
	}
	if len(m.Hidden) == 0 {
		return 0
	}
	return float64(n) / float64(len(m.Hidden))
}

// hull is the convex hull, in one sense of rotation (Andrew 1979).
func hull(points []Pixel) []Pixel {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b Pixel) int {
		switch {
		case a.X != b.X && a.X < b.X, a.X == b.X && a.Y < b.Y:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	turns := func(a, b, c Pixel) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }
	var out []Pixel
	chain := func(p Pixel, floor int) {
		for len(out) >= floor+2 && turns(out[len(out)-2], out[len(out)-1], p) <= 0 {
			out = out[:len(out)-1]
		}
		out = append(out, p)
	}
	for _, p := range points {
		chain(p, 0)
	}
	floor := len(out) - 1
	for i := len(points) - 2; i >= 0; i-- {
		chain(points[i], floor)
	}
	return out[:len(out)-1]
}

// grow is the hull of a polygon with a square of half side r at each corner:
// it holds everything within r of the polygon.
func grow(polygon []Pixel, r float64) []Pixel {
	var out []Pixel
	for _, p := range polygon {
		out = append(out, Pixel{p.X - r, p.Y - r}, Pixel{p.X + r, p.Y - r}, Pixel{p.X - r, p.Y + r}, Pixel{p.X + r, p.Y + r})
	}
	return hull(out)
}

// clip cuts a convex polygon to a rectangle (Sutherland and Hodgman 1974).
func clip(polygon []Pixel, x0, y0, x1, y1 float64) []Pixel {
	sides := [4]func(Pixel) float64{
		func(p Pixel) float64 { return p.X - x0 }, func(p Pixel) float64 { return x1 - p.X },
		func(p Pixel) float64 { return p.Y - y0 }, func(p Pixel) float64 { return y1 - p.Y },
	}
	for _, inside := range sides {
		var out []Pixel
		for i, a := range polygon {
			b := polygon[(i+1)%len(polygon)]
			da, db := inside(a), inside(b)
			if da >= 0 {
				out = append(out, a)
			}
			if (da >= 0) != (db >= 0) {
				k := da / (da - db)
				out = append(out, Pixel{a.X + (b.X-a.X)*k, a.Y + (b.Y-a.Y)*k})
			}
		}
		polygon = out
	}
	return polygon
}
