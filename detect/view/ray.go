package view

import (
	"math"

	"marsad/geo"
)

// Ray gives the direction of a pixel at the camera.
func (v *View) Ray(x, y float64) (azimuth, elevation float64) {
	return angles(v.direction(x, y))
}

func angles(d geo.ENU) (azimuth, elevation float64) {
	return geo.Wrap2Pi(math.Atan2(d.E, d.N)), math.Atan2(d.U, math.Hypot(d.E, d.N))
}

// direction is the unit vector of a pixel's ray in the camera's frame of the
// world.
func (v *View) direction(x, y float64) geo.ENU {
	nx, ny := straighten((x-v.cx)/v.fx, (y-v.cy)/v.fy, v.camera.Lens, v.limit)
	return v.towards(nx, ny)
}

func (v *View) towards(nx, ny float64) geo.ENU {
	return unit(add(v.forward, add(scale(v.right, nx), scale(v.down, ny))))
}

// Pixel gives the pixel at which a point of the world shows, and whether it
// lies in the picture. The point may be hidden by the ground: that is not
// asked here. Points behind the camera have no pixel: NaN.
func (v *View) Pixel(p geo.Position) (x, y float64, in bool) {
	nx, ny, ahead := v.normal(v.toward(p))
	if !ahead || math.Hypot(nx, ny) > v.limit {
		// Beyond the limit the lens is not described; such a point lies well
		// outside of the picture.
		return math.NaN(), math.NaN(), false
	}
	x, y = v.pixel(nx, ny)
	return x, y, v.holds(x, y)
}

// toward is the vector to a point as the bent ray shows it.
func (v *View) toward(p geo.Position) geo.ENU {
	d := v.frame.ToENU(p)
	d.U += v.camera.Refraction * (d.E*d.E + d.N*d.N) / (2 * earth)
	return d
}

// normal gives undistorted normalised coordinates of a vector, and whether it
// points ahead.
func (v *View) normal(d geo.ENU) (nx, ny float64, ahead bool) {
	z := dot(d, v.forward)
	if !(z > 1e-9) {
		return 0, 0, false
	}
	return dot(d, v.right) / z, dot(d, v.down) / z, true
}

func (v *View) pixel(nx, ny float64) (x, y float64) {
	r2 := nx*nx + ny*ny
	k := 1 + v.camera.Lens.K1*r2 + v.camera.Lens.K2*r2*r2
	return v.cx + v.fx*nx*k, v.cy + v.fy*ny*k
}

// holds reports whether a point lies in the area of the picture's pixels.
func (v *View) holds(x, y float64) bool {
	return x >= -0.5 && y >= -0.5 && x < float64(v.camera.Width)-0.5 && y < float64(v.camera.Height)-0.5
}

// straighten removes the lens's distortion by Newton's method along the
// radius; without distortion it is exact.
func straighten(dx, dy float64, lens Lens, limit float64) (nx, ny float64) {
	if lens.K1 == 0 && lens.K2 == 0 {
		return dx, dy
	}
	rd := math.Hypot(dx, dy)
	if rd == 0 {
		return 0, 0
	}
	r := min(rd, limit)
	for range 20 {
		q := r * r
		step := (r*(1+lens.K1*q+lens.K2*q*q) - rd) / (1 + 3*lens.K1*q + 5*lens.K2*q*q)
		r = min(max(r-step, 0), limit)
		if math.Abs(step) < 1e-14 {
			break
		}
	}
	return dx * r / rd, dy * r / rd
}
