package view

import (
	"fmt"
	"math"

	"marsad/geo"
	"marsad/sense"
)

// Kind says what can be said of where a pixel is.
type Kind uint8

// The kinds.
const (
	// OnGround: the ray meets the ground, the position counts.
	OnGround Kind = iota
	// Grazing: the ray passes so close along the ground or the horizon that
	// only its direction counts.
	Grazing
	// InAir: the ray passes above the horizon by more than its error.
	InAir
)

// String is one word.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

var kinds = [...]string{"ground", "grazing", "air"}

// Spot is where a pixel is in the world.
type Spot struct {
	Kind Kind
	// Azimuth and Elevation of the ray in radians; AngleCov packs their
	// covariance as az², az·el, el² in rad². They always count.
	Azimuth, Elevation float64
	AngleCov           [3]float64
	// Position, the slant range in metres and the covariance of the position in
	// m² of the east, north, up frame there (packed upper triangle 00 01 02 11
	// 12 22) count only OnGround.
	Position geo.Position
	Range    float64
	Cov      [6]float64

	steps [2]geo.ENU // metres on the ground for a pixel to the right and down
}

// grazing is the ratio of the error along the ray to its range from which on
// a position would pretend to know what it does not.
const grazing = 0.5

// Detection gives the spot as a measurement: a position where there is one,
// else bearing and elevation.
func (s Spot) Detection() sense.Detection {
	if s.Kind == OnGround {
		return sense.Detection{Shape: sense.AtPosition,
			Z: [3]float64{s.Position.Lat, s.Position.Lon, s.Position.Height}, R: s.Cov}
	}
	return sense.Detection{Shape: sense.BearingElevation, Z: [3]float64{s.Azimuth, s.Elevation},
		R: [6]float64{s.AngleCov[0], s.AngleCov[1], 0, s.AngleCov[2]}}
}

// Spot says where a pixel is. Sigma is the error of the pixel in pixels, 1σ
// along each axis; zero takes the camera's own.
func (v *View) Spot(x, y, sigma float64, ground sense.Ground) Spot {
	if !(sigma > 0) {
		sigma = v.camera.Sure.Pixel
	}
	d := v.direction(x, y)
	s := Spot{}
	s.Azimuth, s.Elevation = angles(d)
	by := v.slopes(x, y)
	s.AngleCov = v.angleCov(d, by, sigma)
	p, met := ground.Meet(v.at, s.Azimuth, s.Elevation, v.camera.Reach)
	if !met {
		s.Kind = InAir
		low := s.Elevation - 2*math.Sqrt(s.AngleCov[2])
		if _, met := ground.Meet(v.at, s.Azimuth, low, v.camera.Reach); met {
			s.Kind = Grazing
		}
		return s
	}
	to := v.frame.ToENU(p)
	s.Range = math.Sqrt(dot(to, to))
	s.Position = p
	normal := v.normalAt(p, ground)
	// At the far end the ray points less downwards by the curve of the Earth
	// that lies between, and more by its own bend.
	far := d
	far.U += math.Hypot(to.E, to.N) * (1 - v.camera.Refraction) / earth
	far = unit(far)
	falls := -dot(normal, far)
	if falls < 1e-9 {
		s.Kind = Grazing
		return s
	}
	// A ray turned by δ moves its foot by range·δ, then along the ray back to
	// the ground; a lens moved by δ moves it likewise.
	drop := func(m geo.ENU) geo.ENU { return add(m, scale(far, dot(normal, m)/falls)) }
	var moves [10]geo.ENU
	for i := range by {
		moves[i] = drop(scale(by[i], s.Range))
	}
	moves[6], moves[7], moves[8] = drop(geo.ENU{E: 1}), drop(geo.ENU{N: 1}), drop(geo.ENU{U: 1})
	moves[9] = scale(far, -normal.U/falls)
	s.steps = [2]geo.ENU{moves[0], moves[1]}
	s.Cov = v.spread(moves, sigma)
	if math.Sqrt(s.Cov[0]+s.Cov[3]) > grazing*s.Range {
		s.Kind = Grazing
	}
	return s
}

// slopes gives the change of a pixel's direction by one pixel right, one down,
// and by azimuth, tilt, roll and field of view: central differences of a
// smooth function.
func (v *View) slopes(x, y float64) (by [6]geo.ENU) {
	half := func(a, b geo.ENU, step float64) geo.ENU { return scale(add(a, scale(b, -1)), 1/(2*step)) }
	by[0] = half(v.direction(x+0.5, y), v.direction(x-0.5, y), 0.5)
	by[1] = half(v.direction(x, y+0.5), v.direction(x, y-0.5), 0.5)
	const h = 1e-5
	c := &v.camera
	for i := range 4 {
		var up, down View = *v, *v
		step := [4]float64{}
		step[i] = h
		up.right, up.down, up.forward = axes(c.Azimuth+step[0], c.Tilt+step[1], c.Roll+step[2], c.PTZ)
		down.right, down.down, down.forward = axes(c.Azimuth-step[0], c.Tilt-step[1], c.Roll-step[2], c.PTZ)
		width := h
		if i == 3 {
			width = h * c.field()
			up.fx, up.fy, _, _ = optics(c, c.field()+width)
			down.fx, down.fy, _, _ = optics(c, c.field()-width)
		}
		by[2+i] = half(up.direction(x, y), down.direction(x, y), width)
	}
	return by
}

// angleCov is the covariance of azimuth and elevation.
func (v *View) angleCov(d geo.ENU, by [6]geo.ENU, sigma float64) [3]float64 {
	flat := math.Max(math.Hypot(d.E, d.N), 1e-9)
	right := geo.ENU{E: d.N / flat, N: -d.E / flat}
	up := cross(right, d)
	var az, el [6]float64
	for i, b := range by {
		az[i], el[i] = dot(b, right)/flat, dot(b, up)
	}
	form := func(a, b [6]float64) float64 {
		sum := sigma * sigma * (a[0]*b[0] + a[1]*b[1])
		for i := range 4 {
			for j := range 4 {
				sum += a[2+i] * v.camera.Sure.Pose[i][j] * b[2+j]
			}
		}
		return sum
	}
	return [3]float64{form(az, az), form(az, el), form(el, el)}
}

// spread adds up what each error moves: two of the pixel, four of the pose,
// three of the place, one of the ground.
func (v *View) spread(moves [10]geo.ENU, sigma float64) [6]float64 {
	var c [10][10]float64
	c[0][0], c[1][1] = sigma*sigma, sigma*sigma
	for i := range 4 {
		for j := range 4 {
			c[2+i][2+j] = v.camera.Sure.Pose[i][j]
		}
	}
	u := &v.camera.Sure
	c[6][6], c[7][7], c[8][8], c[9][9] = u.East*u.East, u.North*u.North, u.Up*u.Up, u.Ground*u.Ground
	var out [3][3]float64
	for i := range moves {
		a := [3]float64{moves[i].E, moves[i].N, moves[i].U}
		for j := range moves {
			if c[i][j] == 0 {
				continue
			}
			b := [3]float64{moves[j].E, moves[j].N, moves[j].U}
			for k := range 3 {
				for l := range 3 {
					out[k][l] += a[k] * c[i][j] * b[l]
				}
			}
		}
	}
	return [6]float64{out[0][0], out[0][1], out[0][2], out[1][1], out[1][2], out[2][2]}
}

// normalAt is the ground's unit normal in the camera's frame, level where the
// slope is unknown.
func (v *View) normalAt(p geo.Position, ground sense.Ground) geo.ENU {
	const arm = 15.0
	here := geo.NewFrame(p)
	height := func(e, n float64) (float64, bool) { return ground.Height(here.At(e, n)) }
	e1, a := height(arm, 0)
	e0, b := height(-arm, 0)
	n1, c := height(0, arm)
	n0, d := height(0, -arm)
	if !(a && b && c && d) {
		return geo.ENU{U: 1}
	}
	return unit(geo.ENU{E: -(e1 - e0) / (2 * arm), N: -(n1 - n0) / (2 * arm), U: 1})
}
