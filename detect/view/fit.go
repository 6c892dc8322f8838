package view

import (
	"math"

	"marsad/geo"
)

// fit is the least-squares problem of a calibration. Its parameters are
// azimuth, tilt, roll, horizontal field of view (radians) and clock (seconds).
type fit struct {
	camera Camera
	marks  []Mark
	free   []int
}

func newFit(c Camera, marks []Mark, hold Hold) *fit {
	f := &fit{camera: c, marks: marks}
	walks := false
	for _, m := range marks {
		walks = walks || m.East != 0 || m.North != 0
	}
	for i, held := range [5]bool{hold.Azimuth, hold.Tilt, hold.Roll, hold.HFOV, hold.Clock || !walks} {
		if !held {
			f.free = append(f.free, i)
		}
	}
	return f
}

func (f *fit) isFree(i int) bool {
	for _, j := range f.free {
		if i == j {
			return true
		}
	}
	return false
}

// start is the camera as registered.
func (f *fit) start() [5]float64 {
	return [5]float64{f.camera.Azimuth, f.camera.Tilt, f.camera.Roll, f.camera.field(), 0}
}

// starts are the registered camera and, since an installer may have known
// little, the direction of the marks with several fields of view.
func (f *fit) starts() [][5]float64 {
	out := [][5]float64{f.start()}
	var e, n, u float64
	frame := geo.NewFrame(geo.Position{Point: f.camera.Foot.Point, Height: f.camera.Foot.Height + f.camera.Mast})
	for _, m := range f.marks {
		d := unit(frame.ToENU(m.At))
		e, n, u = e+d.E, n+d.N, u+d.U
	}
	az, el := angles(geo.ENU{E: e, N: n, U: u})
	for _, zoom := range []float64{1, 0.5, 2, 0.25, 4} {
		p := f.start()
		if f.isFree(3) {
			p[3] = min(p[3]*zoom, geo.Radians(150))
		} else if zoom != 1 {
			continue
		}
		if f.isFree(0) {
			p[0] = az - f.camera.PTZ.Pan
		}
		if f.isFree(1) {
			p[1] = el - f.camera.PTZ.Tilt
		}
		out = append(out, p)
	}
	return out
}

// view is the camera with parameters.
func (f *fit) view(p [5]float64) (*View, float64, error) {
	c := f.camera
	c.Azimuth, c.Tilt, c.Roll = p[0], p[1], p[2]
	if c.PTZ.HFOV > 0 {
		c.PTZ.HFOV = p[3]
	} else {
		if c.VFOV > 0 { // the shape of its pixels stays
			c.VFOV = 2 * math.Atan(math.Tan(c.VFOV/2)*math.Tan(p[3]/2)/math.Tan(c.HFOV/2))
		}
		c.HFOV = p[3]
	}
	v, err := New(c)
	return v, p[4], err
}

// residual of a mark in pixels with its 1σ; NaN where the mark has no pixel.
func (f *fit) residual(v *View, clock float64, i int) (dx, dy, sigma float64) {
	m := &f.marks[i]
	d := v.toward(m.At)
	d.E -= m.East * clock
	d.N -= m.North * clock
	sigma = m.Sigma
	if !(sigma > 0) {
		sigma = v.camera.Sure.Pixel
	}
	sigma = math.Hypot(sigma, m.Error/math.Max(math.Sqrt(dot(d, d)), 1)*v.fx)
	nx, ny, ahead := v.normal(d)
	if !ahead || math.Hypot(nx, ny) > 4*v.limit {
		return math.NaN(), math.NaN(), sigma
	}
	x, y := v.pixel(nx, ny)
	return m.X - x, m.Y - y, sigma
}

// rms of the residuals in pixels; NaN where a mark is out of sight.
func (f *fit) rms(p [5]float64) float64 {
	v, clock, err := f.view(p)
	if err != nil {
		return math.NaN()
	}
	sum := 0.0
	for i := range f.marks {
		dx, dy, _ := f.residual(v, clock, i)
		sum += dx*dx + dy*dy
	}
	return math.Sqrt(sum / float64(len(f.marks)))
}

const huber = 2.0 // σ from which a residual counts linearly

// cost is Huber's, over residuals in units of their error.
func (f *fit) cost(p [5]float64) float64 {
	v, clock, err := f.view(p)
	if err != nil {
		return math.Inf(1)
	}
	sum := 0.0
	for i := range f.marks {
		dx, dy, sigma := f.residual(v, clock, i)
		r := math.Hypot(dx, dy) / sigma
		switch {
		case math.IsNaN(r):
			return math.Inf(1)
		case r <= huber:
			sum += r * r
		default:
			sum += 2*huber*r - huber*huber
		}
	}
	return sum
}

// normal builds the normal matrix, the right side and the cost at p.
func (f *fit) normal(p [5]float64) (n [5][5]float64, g [5]float64, cost float64, ok bool) {
	v, clock, err := f.view(p)
	if err != nil {
		return n, g, 0, false
	}
	k := len(f.free)
	type side struct {
		v     *View
		clock float64
	}
	var sides [5][2]side
	var step [5]float64
	for a, i := range f.free {
		step[a] = 1e-6
		if i == 4 {
			step[a] = 1e-3
		}
		for s, sign := range [2]float64{1, -1} {
			q := p
			q[i] += sign * step[a]
			w, c, err := f.view(q)
			if err != nil {
				return n, g, 0, false
			}
			sides[a][s] = side{w, c}
		}
	}
	for m := range f.marks {
		dx, dy, sigma := f.residual(v, clock, m)
		r := math.Hypot(dx, dy) / sigma
		if math.IsNaN(r) {
			return n, g, 0, false
		}
		weight := 1 / (sigma * sigma)
		if r > huber {
			weight *= huber / r
			cost += 2*huber*r - huber*huber
		} else {
			cost += r * r
		}
		var jx, jy [5]float64 // of the computed pixel
		for a := range k {
			px, py, _ := f.residual(sides[a][0].v, sides[a][0].clock, m)
			mx, my, _ := f.residual(sides[a][1].v, sides[a][1].clock, m)
			jx[a], jy[a] = -(px-mx)/(2*step[a]), -(py-my)/(2*step[a])
		}
		for a := range k {
			g[a] += weight * (jx[a]*dx + jy[a]*dy)
			for b := range k {
				n[a][b] += weight * (jx[a]*jx[b] + jy[a]*jy[b])
			}
		}
	}
	for a := range k {
		if math.IsNaN(g[a]) {
			return n, g, 0, false
		}
	}
	return n, g, cost, true
}

// solve runs Levenberg-Marquardt from a start and gives the solution with its
// cost, infinite where the start sees nothing.
func (f *fit) solve(p [5]float64) ([5]float64, float64) {
	k := len(f.free)
	lambda, cost := 1e-3, f.cost(p)
	if math.IsInf(cost, 1) {
		return p, cost
	}
	for range 100 {
		n, g, _, ok := f.normal(p)
		if !ok {
			return p, cost
		}
		moved := false
		for range 12 {
			damped := n
			for a := range k {
				damped[a][a] += lambda*n[a][a] + 1e-12
			}
			inverse, regular := invert(damped, k)
			q, largest := p, 0.0
			for a, i := range f.free {
				d := 0.0
				for b := range k {
					d += inverse[a][b] * g[b]
				}
				q[i] += d
				largest = math.Max(largest, math.Abs(d))
			}
			q[0], q[2] = geo.WrapPi(q[0]), geo.WrapPi(q[2])
			if regular {
				if c := f.cost(q); c < cost {
					done := cost-c < 1e-12*(1+cost) || largest < 1e-11
					p, cost, lambda, moved = q, c, math.Max(lambda/5, 1e-12), !done
					break
				}
			}
			lambda *= 4
		}
		if !moved {
			break
		}
	}
	return p, cost
}

// invert inverts the leading k×k block of a symmetric positive matrix by
// Gauss and Jordan with scaling, and reports whether it is regular.
func invert(m [5][5]float64, k int) (out [5][5]float64, regular bool) {
	var scale [5]float64
	for i := range k {
		if !(m[i][i] > 0) {
			return out, false
		}
		scale[i] = 1 / math.Sqrt(m[i][i])
	}
	for i := range k {
		for j := range k {
			m[i][j] *= scale[i] * scale[j]
		}
		out[i][i] = 1
	}
	for c := range k {
		pivot := c
		for r := c + 1; r < k; r++ {
			if math.Abs(m[r][c]) > math.Abs(m[pivot][c]) {
				pivot = r
			}
		}
		if math.Abs(m[pivot][c]) < 1e-12 {
			return out, false
		}
		m[c], m[pivot] = m[pivot], m[c]
		out[c], out[pivot] = out[pivot], out[c]
		d := 1 / m[c][c]
		for j := range k {
			m[c][j] *= d
			out[c][j] *= d
		}
		for r := range k {
			if r == c {
				continue
			}
			f := m[r][c]
			for j := range k {
				m[r][j] -= f * m[c][j]
				out[r][j] -= f * out[c][j]
			}
		}
	}
	for i := range k {
		for j := range k {
			out[i][j] *= scale[i] * scale[j]
		}
	}
	return out, true
}
