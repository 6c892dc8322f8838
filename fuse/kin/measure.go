package kin

import "math"

// Pose is where a sensor stands in the plane, and the angle by which its own
// north lies clockwise of the plane's y axis, in radians.
type Pose struct{ X, Y, Rot float64 }

// Meas is one measurement in the sensor's own polar or Cartesian terms.
type Meas struct {
	// Azimuth (rad clockwise from the sensor's north), range (m, along the
	// ground) and radial speed (m/s, positive when receding), each with its
	// variance; a variance of 0 says that it was not measured.
	Az, Range, Doppler    float64
	VarAz, VarRange, VarD float64
	CovAzRange            float64
	// Elevation (rad above the horizontal) with its variance, where VarEl > 0,
	// and the height in m of the sensor over the ground on which the thing is,
	// with its variance. The range is then derived (see Look), for gates and
	// first states alone.
	El, VarEl         float64
	Height, VarHeight float64
	// East and north offset in m in the sensor's own north frame, with
	// covariance 00 01 11, where XY is set: then the polar part is derived and
	// used for gating alone.
	XY   bool
	E, N float64
	VarE [3]float64
}

// Rows linearises the measurement about a mean, seen from a pose, with at most
// three rows of independent noise; n is their number. With an XY measurement
// the rows are exact.
func (z *Meas) Rows(p Pose, x *[4]float64, rows *[3]Row) (n int) {
	if z.XY {
		return z.xyRows(p, x, rows)
	}
	dx, dy := x[0]-p.X, x[1]-p.Y
	r2 := dx*dx + dy*dy
	if r2 < 1 {
		r2, dx = 1, 1 // on top of the sensor no angle is defined
	}
	r := math.Sqrt(r2)
	az := wrap(z.Az + p.Rot - math.Atan2(dx, dy))
	rows[0] = Row{H: [4]float64{dy / r2, -dx / r2}, Nu: az, R: z.VarAz}
	n = 1
	switch {
	case z.VarEl > 0:
		rows[1] = z.elevationRow(dx, dy, r)
		n = 2
	case z.VarRange > 0:
		rows[1] = Row{H: [4]float64{dx / r, dy / r}, Nu: z.Range - r, R: z.VarRange}
		if z.CovAzRange != 0 {
			// Take from the range what the azimuth's noise explains of it.
			f := z.CovAzRange / z.VarAz
			for i := range 2 {
				rows[1].H[i] -= f * rows[0].H[i]
			}
			rows[1].Nu -= f * az
			rows[1].R -= f * z.CovAzRange
		}
		n = 2
	}
	if z.VarD > 0 {
		vr := (dx*x[2] + dy*x[3]) / r
		rows[n] = Row{
			H:  [4]float64{(x[2] - vr*dx/r) / r, (x[3] - vr*dy/r) / r, dx / r, dy / r},
			Nu: z.Doppler - vr, R: z.VarD,
		}
		n++
	}
	return n
}

func (z *Meas) xyRows(p Pose, x *[4]float64, rows *[3]Row) int {
	s, c := math.Sincos(p.Rot)
	// Clockwise turn: north (0, 1) of the sensor is (sin, cos) in the plane.
	e, n := p.X+c*z.E+s*z.N, p.Y-s*z.E+c*z.N
	v00, v01, v11 := turnBlock(z.VarE[0], z.VarE[1], z.VarE[2], c, -s)
	rows[0] = Row{H: [4]float64{1, 0}, Nu: e - x[0], R: v00}
	rows[1] = Row{H: [4]float64{0, 1}, Nu: n - x[1], R: v11}
	if v01 != 0 {
		f := v01 / v00
		rows[1].H[0] = -f
		rows[1].Nu -= f * rows[0].Nu
		rows[1].R -= f * v01
	}
	return 2
}

// Point is where the measurement lies in the plane and with what covariance
// (packed 00 01 11). ok is false where the measurement has no range.
func (z *Meas) Point(p Pose) (x, y float64, cov [3]float64, ok bool) {
	if z.XY {
		s, c := math.Sincos(p.Rot)
		v00, v01, v11 := turnBlock(z.VarE[0], z.VarE[1], z.VarE[2], c, -s)
		return p.X + c*z.E + s*z.N, p.Y - s*z.E + c*z.N, [3]float64{v00, v01, v11}, true
	}
	if z.VarRange <= 0 {
		return 0, 0, cov, false
	}
	s, c := math.Sincos(z.Az + p.Rot)
	across := z.Range * z.Range * z.VarAz
	cross := z.Range * z.CovAzRange
	// Axes: along the ray (s, c), across it (c, −s).
	cov[0] = s*s*z.VarRange + 2*s*c*cross + c*c*across
	cov[1] = s*c*(z.VarRange-across) + (c*c-s*s)*cross
	cov[2] = c*c*z.VarRange - 2*s*c*cross + s*s*across
	return p.X + z.Range*s, p.Y + z.Range*c, cov, true
}

// Apply updates a state with a measurement and gives its squared normalised
// innovation and log likelihood. Where the state is wide against the curvature
// of a bearing it is linearised again about the result (iterated extended
// Kalman filter: Bell & Cathey 1993); the likelihood is that of the first pass.
// Where it is so wide that an arc of equal range bends by more than the range's
// noise, cubature points stand in: see Cube.
func (z *Meas) Apply(g *Gauss, p Pose) (d2, logL float64, dims int) {
	if z.bends(g, p) {
		return z.Cube(g, p)
	}
	var rows [3]Row
	from := g.X
	before := *g
	n := z.Rows(p, &from, &rows)
	for i := range n {
		d, l := g.Use(&rows[i], &from)
		d2 += d
		logL += l
	}
	if z.XY {
		return d2, logL, n
	}
	dx, dy := from[0]-p.X, from[1]-p.Y
	r2 := dx*dx + dy*dy
	across := (dy*dy*before.P[0] - 2*dx*dy*before.P[1] + dx*dx*before.P[4]) / max(r2, 1)
	if across*across < 1e-4*r2*max(z.VarRange, 1) || z.VarRange == 0 && across < 0.01*r2 {
		return d2, logL, n // the sagitta across²/2r is small beside the noise
	}
	for range 2 {
		at := g.X
		n = z.Rows(p, &at, &rows)
		*g = before
		for i := range n {
			g.Use(&rows[i], &at)
		}
	}
	return d2, logL, n
}

// bends reports whether, over the width of the state, an arc of equal range
// leaves its tangent by more than bendRange of the range's noise, while the
// bearing is too blunt to feel how far the state is uncertain along it.
func (z *Meas) bends(g *Gauss, p Pose) bool {
	if z.XY || z.VarRange <= 0 {
		return false
	}
	dx, dy := g.X[0]-p.X, g.X[1]-p.Y
	r2 := dx*dx + dy*dy
	across := dy*dy*g.P[0] - 2*dx*dy*g.P[1] + dx*dx*g.P[4] // times r²
	if across*across < 4*bendRange*bendRange*z.VarRange*r2*r2*r2 {
		return false
	}
	along := dx*dx*g.P[0] + 2*dx*dy*g.P[1] + dy*dy*g.P[4]
	return across*along < z.VarAz*r2*r2*r2*r2
}

// bendRange is the measured bound of bends: below it one pass is as consistent.
const bendRange = 0.5

func wrap(a float64) float64 {
	if a > math.Pi || a <= -math.Pi {
		a -= 2 * math.Pi * math.Floor((a+math.Pi)/(2*math.Pi))
		if a > math.Pi {
			a -= 2 * math.Pi
		}
	}
	return a
}

// Wrap brings an angle in radians into (−π, π].
func Wrap(a float64) float64 { return wrap(a) }
