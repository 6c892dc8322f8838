package geo

import "math"

// ENU is a vector in a local frame: metres east, north and up.
type ENU struct{ E, N, U float64 }

// Frame is an east-north-up frame tangent to the ellipsoid at its origin.
// The zero value is not usable; make one with NewFrame.
type Frame struct {
	Origin           Position
	sinLat, cosLat   float64
	sinLon, cosLon   float64
	x0, y0, z0       float64
	metresPerDegreeN float64
	metresPerDegreeE float64
}

// NewFrame makes the frame tangent at the origin.
func NewFrame(origin Position) Frame {
	f := Frame{Origin: origin}
	f.sinLat, f.cosLat = math.Sincos(Radians(origin.Lat))
	f.sinLon, f.cosLon = math.Sincos(Radians(origin.Lon))
	f.x0, f.y0, f.z0 = Cartesian(origin)
	m, n := curvature(f.sinLat)
	f.metresPerDegreeN = m * math.Pi / 180
	f.metresPerDegreeE = n * f.cosLat * math.Pi / 180
	return f
}

// ToENU gives the vector from the frame's origin to a position. Exact.
func (f *Frame) ToENU(p Position) ENU {
	x, y, z := Cartesian(p)
	dx, dy, dz := x-f.x0, y-f.y0, z-f.z0
	return ENU{
		E: -f.sinLon*dx + f.cosLon*dy,
		N: -f.sinLat*f.cosLon*dx - f.sinLat*f.sinLon*dy + f.cosLat*dz,
		U: f.cosLat*f.cosLon*dx + f.cosLat*f.sinLon*dy + f.sinLat*dz,
	}
}

// FromENU gives the position at a vector from the frame's origin
// (Bowring 1976, iterated twice: below a millimetre within 1,000 km).
func (f *Frame) FromENU(v ENU) Position {
	x := f.x0 - f.sinLon*v.E - f.sinLat*f.cosLon*v.N + f.cosLat*f.cosLon*v.U
	y := f.y0 + f.cosLon*v.E - f.sinLat*f.sinLon*v.N + f.cosLat*f.sinLon*v.U
	z := f.z0 + f.cosLat*v.N + f.sinLat*v.U
	return geodetic(x, y, z)
}

// Surface gives the metres east and north of the origin at which a point of
// the ellipsoid lies, as the ground's own coordinates (heights play no part).
func (f *Frame) Surface(p Point) (e, n float64) {
	v := f.ToENU(Position{Point: p, Height: f.Origin.Height})
	return v.E, v.N
}

// At gives the point of the ellipsoid at metres east and north of the origin.
// It is the inverse of Surface: below a centimetre within 50 km.
func (f *Frame) At(e, n float64) Point {
	d2 := e*e + n*n
	r := SemiMajor + f.Origin.Height
	// Fall back onto the ellipsoid along the vertical: the tangent plane lies
	// d²/2R above it.
	u := -d2 / (2 * r)
	for range 2 {
		p := f.FromENU(ENU{e, n, u})
		u -= p.Height - f.Origin.Height
	}
	return f.FromENU(ENU{e, n, u}).Point
}

// curvature gives the meridional and the transverse radius of curvature.
func curvature(sinLat float64) (m, n float64) {
	w := math.Sqrt(1 - eccentricity*sinLat*sinLat)
	n = SemiMajor / w
	m = SemiMajor * (1 - eccentricity) / (w * w * w)
	return m, n
}

// Cartesian gives the Earth-centred, Earth-fixed coordinates in metres: x
// through the meridian of Greenwich, z through the north pole.
func Cartesian(p Position) (x, y, z float64) {
	sinLat, cosLat := math.Sincos(Radians(p.Lat))
	sinLon, cosLon := math.Sincos(Radians(p.Lon))
	_, n := curvature(sinLat)
	x = (n + p.Height) * cosLat * cosLon
	y = (n + p.Height) * cosLat * sinLon
	z = (n*(1-eccentricity) + p.Height) * sinLat
	return x, y, z
}

func geodetic(x, y, z float64) Position {
	p := math.Hypot(x, y)
	const second = eccentricity / (1 - eccentricity)
	tanU := z / p * (SemiMajor / SemiMinor)
	var lat float64
	for range 2 {
		u := math.Atan(tanU)
		sin, cos := math.Sincos(u)
		lat = math.Atan2(z+second*SemiMinor*sin*sin*sin, p-eccentricity*SemiMajor*cos*cos*cos)
		tanU = (1 - Flattening) * math.Tan(lat)
	}
	sinLat, cosLat := math.Sincos(lat)
	_, n := curvature(sinLat)
	h := p*cosLat + z*sinLat - n*(1-eccentricity*sinLat*sinLat)
	return Position{Point: Point{Lat: Degrees(lat), Lon: Degrees(math.Atan2(y, x))}, Height: h}
}
