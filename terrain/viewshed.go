package terrain

import (
	"fmt"
	"math"

	"marsad/say"
)

// Viewer stands on a cell of a DEM.
type Viewer struct {
	Column, Row  int
	Height       float64 // of the eye above the cell's ground, metres
	TargetHeight float64 // of what is looked for above its ground, metres
	Range        float64 // metres; 0 is the whole grid
	Refraction   float64 // coefficient; 0.14286 is usual for light
}

// View is what a viewer sees, cell by cell on the DEM's grid.
type View struct {
	Grid
	// Visible is 255 where a target of the viewer's height is seen, else 0:
	// hidden, out of range, or not known.
	Visible []byte
	// Least is the least height above the ground that is seen, in metres; NaN
	// out of range, +Inf where a void lies on the way. Nil unless asked for.
	Least []float32
}

// Viewshed finds the cells that a viewer sees.
//
// Method: horizons are carried outward cell by cell, so that no line of sight
// is walked twice. Each cell takes its horizon from the two neighbours nearer to
// the eye between which the line of sight passes: the plane through the eye and
// the higher of ground and horizon there is the horizon here (the reference
// plane of Wang, Robinson and White, "Generating viewsheds without using
// sightlines", Photogrammetric Engineering & Remote Sensing 66, 2000; the idea of
// carrying horizons is Franklin and Ray's, 1994). It interpolates along the ring,
// as gdal_viewshed does by default. Work is a few operations a cell, memory two
// rows beyond the result.
//
// Voids are never seen, nor is anything behind one.
func (d *DEM) Viewshed(v Viewer, least bool) (*View, error) {
	dx, dy, err := d.spacing()
	if err != nil {
		return nil, err
	}
	if err := d.check(v); err != nil {
		return nil, err
	}
	view := &View{Grid: d.Grid, Visible: make([]byte, len(d.Cells))}
	if least {
		view.Least = make([]float32, len(d.Cells))
		fillVoid(view.Least)
	}
	here := v.Row*d.Width + v.Column
	s := &sweep{dem: d, view: view, viewer: v, dx: dx, dy: dy,
		eye:  float64(d.Cells[here]) + v.Height,
		fall: (1 - v.Refraction) / (2 * curvatureRadius)}
	s.reach = v.Range
	if s.reach == 0 {
		s.reach = math.Hypot(dx*float64(d.Width), dy*float64(d.Height))
	}
	s.prepare()
	axis := make([]float64, d.Width)
	s.line(0, nil, axis)
	above, below := make([]float64, d.Width), append([]float64(nil), axis...)
	copy(above, axis)
	spare := make([]float64, d.Width)
	for k := 1; k <= s.rowsReached && v.Row+k < d.Height; k++ {
		s.line(k, below, spare)
		below, spare = spare, below
	}
	for k := 1; k <= s.rowsReached && v.Row-k >= 0; k++ {
		s.line(-k, above, spare)
		above, spare = spare, above
	}
	return view, nil
}

// curvatureRadius is the ellipsoid's semi-major axis, which gdal_viewshed uses
// too.
const curvatureRadius = 6_378_137.0

func (d *DEM) check(v Viewer) error {
	bad := ""
	switch {
	case v.Column < 0 || v.Row < 0 || v.Column >= d.Width || v.Row >= d.Height:
		bad = "stands outside the elevation data"
	case !(v.Height >= 0 && v.Height <= 30_000):
		bad = fmt.Sprintf("stands %g m above the ground; 0 to 30,000 are possible", v.Height)
	case !(v.TargetHeight >= 0 && v.TargetHeight <= 30_000):
		bad = fmt.Sprintf("looks for something %g m above the ground; 0 to 30,000 are possible", v.TargetHeight)
	case !(v.Range >= 0 && v.Range <= 2_000_000):
		bad = fmt.Sprintf("has a range of %g m; 0 to 2,000,000 are possible", v.Range)
	case !(v.Refraction >= -2 && v.Refraction <= 2):
		bad = fmt.Sprintf("has a refraction coefficient of %g; −2 to 2 are possible", v.Refraction)
	case math.IsNaN(float64(d.Cells[v.Row*d.Width+v.Column])):
		bad = "stands on a void of the elevation data"
	default:
		return nil
	}
	return refuse("terrain.viewer", say.Text{En: "the viewer " + bad, Ar: "موضع الناظر غير مقبول: " + say.LTR(bad)}, say.Text{
		En: "give a point on known ground, heights in metres above it, and a range in metres", Ar: "أعطِ نقطة معلومة الارتفاع، والارتفاعات والمدى بالأمتار"}, nil)
}

// sweep carries horizons from row to row.
type sweep struct {
	dem         *DEM
	view        *View
	viewer      Viewer
	dx, dy      float64
	eye, fall   float64
	reach       float64
	rowsReached int
	inverse     []float64 // 1/n
	drop        []float64 // of the ground n columns away by curvature, metres
}

func (s *sweep) prepare() {
	n := max(s.dem.Width, s.dem.Height) + 1
	s.inverse, s.drop = make([]float64, n), make([]float64, n)
	for i := 1; i < n; i++ {
		s.inverse[i] = 1 / float64(i)
		x := float64(i) * s.dx
		s.drop[i] = s.fall * x * x
	}
	s.rowsReached = min(s.dem.Height, int(s.reach/s.dy))
}

// line works out the row j rows below the viewer's (above, where negative).
// last and this hold the higher of ground and horizon relative to the eye, for
// the row nearer to the viewer and for this one.
func (s *sweep) line(j int, last, this []float64) {
	v, d := &s.viewer, s.dem
	y := float64(j) * s.dy
	within := s.reach*s.reach - y*y
	if within < 0 {
		return
	}
	columns := int(math.Sqrt(within) / s.dx)
	rowDrop := s.fall*y*y + s.eye
	offset := (v.Row + j) * d.Width
	r := row{cells: d.Cells[offset : offset+d.Width], visible: s.view.Visible[offset : offset+d.Width],
		last: last, this: this, drop: s.drop, inverse: s.inverse, rowDrop: rowDrop, target: v.TargetHeight}
	if s.view.Least != nil {
		r.least = s.view.Least[offset : offset+d.Width]
	}
	if j < 0 {
		j = -j
	}
	r.middle(v.Column, j)
	right, left := min(columns, d.Width-1-v.Column), min(columns, v.Column)
	if j == 0 {
		r.along(v.Column, 1, right)
		r.along(v.Column, -1, left)
		return
	}
	r.half(v.Column, 1, j, right)
	r.half(v.Column, -1, j, left)
}

// row is one row at work.
type row struct {
	cells           []float32
	visible         []byte
	least           []float32
	last, this      []float64
	drop, inverse   []float64
	rowDrop, target float64
}

// set judges the cell at column c, i columns from the viewer, against its
// horizon.
func (r *row) set(c, i int, horizon float64) {
	ground := float64(r.cells[c]) - r.drop[i] - r.rowDrop
	if ground != ground { // a void: nothing is known here and behind
		r.this[c] = math.Inf(1)
		if r.least != nil {
			r.least[c] = float32(math.Inf(1))
		}
		return
	}
	if r.least != nil {
		r.least[c] = float32(max(0, horizon-ground))
	}
	if ground+r.target >= horizon {
		r.visible[c] = 255
	}
	if ground > horizon {
		horizon = ground
	}
	r.this[c] = horizon
}

// near judges a cell beside the viewer, which nothing can hide.
func (r *row) near(c, i int) { r.set(c, i, math.Inf(-1)) }

// middle judges the cell in the viewer's column.
func (r *row) middle(c, j int) {
	if j < 2 {
		r.near(c, 0)
		return
	}
	r.set(c, 0, r.last[c]*float64(j)*r.inverse[j-1])
}

// along judges the viewer's own row to one side.
func (r *row) along(c, side, n int) {
	if n >= 1 {
		r.near(c+side, 1)
	}
	for i := 2; i <= n; i++ {
		at := c + side*i
		r.set(at, i, r.this[at-side]*float64(i)*r.inverse[i-1])
	}
}

// half judges a row beyond the viewer's to one side: first the cells that are
// nearer to the viewer in columns than in rows, whose line of sight enters
// between two cells of the last row; then the diagonal; then those that it
// enters between a cell of the last row and one of this.
func (r *row) half(c, side, j, n int) {
	if j > 1 {
		r.steep(c, side, j, min(n, j-1))
	}
	if n < j {
		return
	}
	if diagonal := c + side*j; j == 1 {
		r.near(diagonal, 1)
	} else {
		r.set(diagonal, j, r.last[diagonal-side]*float64(j)*r.inverse[j-1])
	}
	if n > j {
		r.flat(c, side, j, n)
	}
}

// steep judges the cells up to n columns from the viewer's, all short of the
// diagonal. It is set written out: a call a cell would cost as much as the work.
func (r *row) steep(c, side, j, n int) {
	scale := r.inverse[j-1]
	nearer := r.last[c] // the neighbour towards the viewer's column
	for i := 1; i <= n; i++ {
		at := c + side*i
		beside := r.last[at]
		horizon := (nearer*float64(i) + beside*float64(j-i)) * scale
		nearer = beside
		ground := float64(r.cells[at]) - r.drop[i] - r.rowDrop
		if r.least != nil || ground != ground {
			r.set(at, i, horizon)
			continue
		}
		if ground+r.target >= horizon {
			r.visible[at] = 255
		}
		if ground > horizon {
			horizon = ground
		}
		r.this[at] = horizon
	}
}

// flat judges the cells from the diagonal to n columns from the viewer's.
func (r *row) flat(c, side, j, n int) {
	before := r.this[c+side*j]
	for i := j + 1; i <= n; i++ {
		at := c + side*i
		horizon := (r.last[at-side]*float64(j) + before*float64(i-j)) * r.inverse[i-1]
		ground := float64(r.cells[at]) - r.drop[i] - r.rowDrop
		if r.least != nil || ground != ground {
			r.set(at, i, horizon)
			before = r.this[at]
			continue
		}
		if ground+r.target >= horizon {
			r.visible[at] = 255
		}
		if ground > horizon {
			horizon = ground
		}
		r.this[at], before = horizon, horizon
	}
}
