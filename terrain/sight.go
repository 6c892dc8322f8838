package terrain

import (
	"math"

	"marsad/geo"
)

// Refraction is the usual coefficient of visible light, 1/7 of the Earth's
// curvature; radio waves bend by about 1/4.
const (
	Refraction      = 1.0 / 7
	RadioRefraction = 0.25
)

// EarthRadius is the mean radius used for curvature, metres.
const EarthRadius = 6_371_008.8

// Sight looks from one place over a patch. The ground falls away below the
// observer's horizontal by d²(1−k)/2R, k being the refraction coefficient. A ray
// is straight in degrees; that departs from the geodesic by less than 6 m within
// 20 km at 36° latitude.
type Sight struct {
	patch       *Patch
	at          geo.Point
	eye         float64 // metres above the ellipsoid
	fall        float64 // (1−k)/2R
	x, y        float64 // the observer in the patch's lattice
	east, north float64 // metres a lattice step
	walls       []wall
}

// Wall is an obstacle thinner than any terrain cell: a straight stretch that
// stands Height metres above the ground. It hides what lies more than wallFoot
// metres behind it: who stands at its foot stands on either side of it.
type Wall struct {
	A, B   geo.Point
	Height float64
}

const wallFoot = 2.0

type wall struct{ ax, ay, bx, by, height float64 }

// Look places an eye at a height above the ellipsoid. Below the ground, or over
// a void, it sees nothing: Blind tells so. NaN heights are blind as well.
func (p *Patch) Look(at geo.Point, eye, refraction float64, walls ...Wall) *Sight {
	north, east := metresPerDegree(at.Lat)
	s := &Sight{patch: p, at: at, eye: eye, fall: (1 - refraction) / (2 * EarthRadius),
		x: at.Lon*p.perDeg - float64(p.west), y: at.Lat*p.perDeg - float64(p.south),
		east: east / p.perDeg, north: north / p.perDeg}
	for _, w := range walls {
		s.walls = append(s.walls, wall{
			w.A.Lon*p.perDeg - float64(p.west) - s.x, w.A.Lat*p.perDeg - float64(p.south) - s.y,
			w.B.Lon*p.perDeg - float64(p.west) - s.x, w.B.Lat*p.perDeg - float64(p.south) - s.y, w.Height})
	}
	return s
}

// Blind reports whether the eye stands below the ground, or the ground below it
// is not known.
func (s *Sight) Blind() bool { return !(s.eye >= s.patch.at(s.x, s.y)) }

// Place gives the distance in metres and the azimuth in radians clockwise from
// north at which a point lies, in the plane in which Sight works.
func (s *Sight) Place(p geo.Point) (distance, azimuth float64) {
	e, n := s.plane(p)
	return math.Hypot(e, n), geo.Wrap2Pi(math.Atan2(e, n))
}

func (s *Sight) plane(p geo.Point) (e, n float64) {
	_, perDegree := metresPerDegree((p.Lat + s.at.Lat) / 2)
	return (p.Lon - s.at.Lon) * perDegree, (p.Lat - s.at.Lat) * s.north * s.patch.perDeg
}

// LeastHeight is the least height above the ground at a point at which the eye
// sees something there: 0 where it sees the ground itself, +Inf where it cannot
// be known (a void on the way, or a blind eye). step is the distance between
// looks at the ground in metres.
func (s *Sight) LeastHeight(p geo.Point, step float64) float64 {
	d, _ := s.Place(p)
	x1, y1 := p.Lon*s.patch.perDeg-float64(s.patch.west), p.Lat*s.patch.perDeg-float64(s.patch.south)
	n := max(1, int(math.Ceil(d/step)))
	var last [1]float64
	s.march(x1-s.x, y1-s.y, d, n, n-1, last[:])
	return last[0]
}

// Fan fills out with the least heights along an azimuth: out[i] at (i+1)·step
// metres.
func (s *Sight) Fan(azimuth, step float64, out []float64) {
	d := step * float64(len(out))
	sin, cos := math.Sincos(azimuth)
	s.march(d*sin/s.east, d*cos/s.north, d, len(out), 0, out)
}

// march walks n equal steps along a ray and writes the least heights from the
// step after skip on. The horizon is the steepest slope met so far.
func (s *Sight) march(dx, dy, distance float64, n, skip int, out []float64) {
	horizon := math.Inf(-1)
	if s.Blind() {
		horizon = math.Inf(1)
	}
	step := distance / float64(n)
	sx, sy := dx/float64(n), dy/float64(n)
	obstacles := s.crossings(dx, dy, distance)
	p := s.patch
	x, y := s.x, s.y
	first := 1
	if p.holds(x, y) && p.holds(x+dx, y+dy) {
		horizon = s.steepest(horizon, sx, sy, step, skip)
		x, y, first = x+float64(skip)*sx, y+float64(skip)*sy, skip+1
	}
	for k := first; k <= n; k++ {
		x, y = x+sx, y+sy
		d := step * float64(k)
		for len(obstacles) > 0 && obstacles[0].distance < d {
			horizon = max(horizon, obstacles[0].slope)
			obstacles = obstacles[1:]
		}
		ground := p.at(x, y) - s.eye - s.fall*d*d
		if ground != ground {
			horizon = math.Inf(1) // nothing is known from here on
		}
		if k > skip {
			out[k-1-skip] = least(horizon, d, ground)
		}
		if ground > horizon*d {
			horizon = ground / d
		}
	}
}

// steepest is the horizon after n steps that all lie inside the patch: march
// without asking at each of them. Most of the work of coverage is done here.
func (s *Sight) steepest(horizon, sx, sy, step float64, n int) float64 {
	cells, columns := s.patch.cells, s.patch.columns
	x, y, d := s.x, s.y, 0.0
	for range n {
		x, y, d = x+sx, y+sy, d+step
		i, j := int(x), int(y)
		fx, fy := x-float64(i), y-float64(j)
		k := j*columns + i
		south, north := cells[k:k+2:k+2], cells[k+columns:k+columns+2:k+columns+2]
		a, b := float64(south[0]), float64(north[0])
		a += (float64(south[1]) - a) * fx
		b += (float64(north[1]) - b) * fx
		ground := a + (b-a)*fy - s.eye - s.fall*d*d
		if ground > horizon*d {
			horizon = ground / d
		} else if ground != ground {
			return math.Inf(1) // nothing is known from here on
		}
	}
	return horizon
}

// holds reports whether a place of the lattice lies inside, four points around,
// with room for what adding up many steps rounds.
func (p *Patch) holds(x, y float64) bool {
	const room = 1e-6
	return x >= room && y >= room && x < float64(p.columns-1)-room && y < float64(p.rows-1)-room
}

// least is how far the line of sight over the horizon passes above the ground.
func least(horizon, d, ground float64) float64 {
	if h := horizon*d - ground; h > 0 {
		return h
	}
	if ground != ground || math.IsInf(horizon, 1) {
		return math.Inf(1)
	}
	return 0
}

type crossing struct{ distance, slope float64 }

// crossings gives the slopes to the tops of the walls that a ray crosses, the
// nearest first.
func (s *Sight) crossings(dx, dy, distance float64) []crossing {
	var met []crossing
	for _, w := range s.walls {
		// The ray t·(dx, dy) meets A + u·(B − A) for t and u in 0 to 1.
		ex, ey := w.bx-w.ax, w.by-w.ay
		det := dy*ex - dx*ey
		if det == 0 {
			continue
		}
		t := (ex*w.ay - ey*w.ax) / det
		u := (dx*w.ay - dy*w.ax) / det
		if t <= 0 || (1-t)*distance < wallFoot || u < 0 || u > 1 {
			continue
		}
		d := t * distance
		top := s.patch.at(s.x+t*dx, s.y+t*dy) + w.height - s.eye - s.fall*d*d
		if top != top {
			top = math.Inf(1) // nobody knows how high it reaches
		}
		met = append(met, crossing{d, top / d})
	}
	for i := 1; i < len(met); i++ {
		for j := i; j > 0 && met[j].distance < met[j-1].distance; j-- {
			met[j], met[j-1] = met[j-1], met[j]
		}
	}
	return met
}
