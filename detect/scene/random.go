package scene

import "math"

// stream is a small generator of numbers (SplitMix64: Steele, Lea, Flood 2014).
type stream uint64

// keyed makes the stream of a purpose: the same keys, the same numbers,
// whatever was drawn elsewhere.
func keyed(keys ...uint64) stream {
	h := uint64(0x243f6a8885a308d3)
	for _, k := range keys {
		h = mix(h ^ mix(k+0x9e3779b97f4a7c15))
	}
	return stream(h)
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (s *stream) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	return mix(uint64(*s))
}

// unit is uniform in [0, 1), between in [a, b).
func (s *stream) unit() float64                { return float64(s.next()>>11) / (1 << 53) }
func (s *stream) between(a, b float64) float64 { return a + (b-a)*s.unit() }
func (s *stream) below(n int) int              { return int(s.next() % uint64(n)) }

// normal has mean 0 and variance 1 (Box and Muller 1958).
func (s *stream) normal() float64 {
	return math.Sqrt(-2*math.Log(1-s.unit())) * math.Cos(2*math.Pi*s.unit())
}

// poisson counts events of a mean (Knuth), for means below some tens.
func (s *stream) poisson(mean float64) int {
	limit, p, n := math.Exp(-mean), s.unit(), 0
	for p > limit {
		p *= s.unit()
		n++
	}
	return n
}

// gauss is a long table of normal numbers: noise for a whole frame is read
// from it row by row at random places.
type gauss []float32

const gaussBits = 17

func newGauss(s stream) gauss {
	g := make(gauss, 1<<gaussBits+4096)
	for i := range 1 << gaussBits {
		g[i] = float32(s.normal())
	}
	copy(g[1<<gaussBits:], g[:4096])
	return g
}

// row gives n ≤ 4096 numbers from a random place.
func (g gauss) row(s *stream, n int) []float32 {
	at := s.next() >> (64 - gaussBits)
	return g[at : at+uint64(n)]
}

// lattice is value noise on a torus: smooth random texture.
type lattice struct {
	side int // a power of two
	v    []float32
}

func newLattice(s stream, side int) lattice {
	l := lattice{side, make([]float32, side*side)}
	for i := range l.v {
		l.v[i] = float32(2*s.unit() - 1)
	}
	return l
}

// at is the bilinear value at x, y in cells, about -1…1.
func (l *lattice) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	tx, ty := x-fx, y-fy
	tx, ty = tx*tx*(3-2*tx), ty*ty*(3-2*ty)
	m := l.side - 1
	x0, y0 := int(fx)&m, int(fy)&m
	x1, y1 := (x0+1)&m, (y0+1)&m
	a, b := float64(l.v[y0*l.side+x0]), float64(l.v[y0*l.side+x1])
	c, d := float64(l.v[y1*l.side+x0]), float64(l.v[y1*l.side+x1])
	return (a*(1-tx)+b*tx)*(1-ty) + (c*(1-tx)+d*tx)*ty
}

// fractal adds octaves of the lattice, each twice as fine and half as strong.
func (l *lattice) fractal(x, y float64, octaves int) float64 {
	sum, scale := 0.0, 1.0
	for range octaves {
		sum += l.at(x, y) * scale
		x, y, scale = 2*x+17.3, 2*y+5.1, scale/2
	}
	return sum
}
