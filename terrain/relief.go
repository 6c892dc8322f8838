package terrain

import (
	_ "embed"
	"encoding/binary"
	"math"

	"marsad/say"
)

//go:embed data/relief.bin
var reliefData []byte

// The relief's grid: 5 minutes over the region, rows from the north.
const (
	reliefWest, reliefNorth = 38.0, 38.0
	reliefPerDegree         = 12.0
	reliefWidth, reliefRows = 67, 73
)

// Relief is the built-in ground of the region: the public 5-minute grid
// (ETOPO5), smoothly interpolated, with seeded detail between its points. The
// detail is fractal noise, stronger where the grid is rough (after Musgrave,
// Kolb and Mace, "The synthesis and rendering of eroded fractal terrains",
// SIGGRAPH 1989). It looks like ground and is none: everything computed on it
// is marked synthetic. The same seed gives the same ground.
type Relief struct{ seed uint64 }

// NewRelief makes the ground of a seed.
func NewRelief(seed uint64) *Relief { return &Relief{seed} }

// Provenance says that the ground is synthetic.
func (r *Relief) Provenance() Provenance {
	return Provenance{Synthetic: true, Vertical: EGM96, Source: say.Text{
		En: "synthetic relief: ETOPO5 (5′, public domain) with seeded detail",
		Ar: "تضاريس اصطناعية: شبكة ETOPO5 العامة مع تفاصيل مولّدة حسابياً"}}
}

// Fill gives heights to those nodes of a window that have none yet.
func (r *Relief) Fill(w Window, dst []float32) error {
	for row := range w.Rows {
		lat := w.South + float64(row)*w.Step
		for column := range w.Columns {
			i := row*w.Columns + column
			if dst[i] == dst[i] { // not a void
				continue
			}
			if h, ok := r.height(w.West+float64(column)*w.Step, lat); ok {
				dst[i] = float32(h)
			}
		}
	}
	return nil
}

// height is that above sea level at degrees; ok is false outside the region.
func (r *Relief) height(lon, lat float64) (metres float64, ok bool) {
	x, y := (lon-reliefWest)*reliefPerDegree, (reliefNorth-lat)*reliefPerDegree
	if !(x >= 0 && y >= 0 && x <= reliefWidth-1 && y <= reliefRows-1) {
		return 0, false
	}
	i, j := min(int(x), reliefWidth-2), min(int(y), reliefRows-2)
	wx, wy := spline(x-float64(i)), spline(y-float64(j))
	low, high := math.Inf(1), math.Inf(-1)
	for b := range 4 {
		line := 0.0
		for a := range 4 {
			v := reliefAt(i+a-1, j+b-1)
			line += wx[a] * v
			low, high = math.Min(low, v), math.Max(high, v)
		}
		metres += wy[b] * line
	}
	// An eighth of the range among the neighbours: 4 m in the plain of the
	// Jazira, 60 m in the mountains of the north.
	strength := math.Max(4, math.Min(60, (high-low)/8))
	return metres + strength*r.noise(lon*100, lat*120), true
}

// reliefAt gives a point of the grid, the nearest of the edge outside it.
func reliefAt(i, j int) float64 {
	i, j = max(0, min(i, reliefWidth-1)), max(0, min(j, reliefRows-1))
	return float64(int16(binary.LittleEndian.Uint16(reliefData[2*(j*reliefWidth+i):])))
}

// spline gives Catmull and Rom's weights of four points at t between the middle
// two.
func spline(t float64) [4]float64 {
	return [4]float64{
		t * (-0.5 + t*(1-0.5*t)),
		1 + t*t*(-2.5+1.5*t),
		t * (0.5 + t*(2-1.5*t)),
		t * t * (-0.5 + 0.5*t),
	}
}

// octaves of noise: from about 3.7 km down to 60 m, each 0.55 as strong.
const octaves = 7

// noise lies in about −1 to 1; its first octave has one feature a unit along
// both axes (the caller's units, some 900 m each, are widened by four).
func (r *Relief) noise(x, y float64) float64 {
	sum, strength, scale := 0.0, 0.5, 0.25
	for octave := range octaves {
		sum += strength * lattice(x*scale, y*scale, r.seed+uint64(octave)*0x9e3779b97f4a7c15)
		strength *= 0.55
		scale *= 2
	}
	return sum
}

// lattice is value noise in −1 to 1: random corners, joined smoothly.
func lattice(x, y float64, seed uint64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int64(fx), int64(fy)
	tx, ty := x-fx, y-fy
	tx, ty = tx*tx*(3-2*tx), ty*ty*(3-2*ty)
	south := corner(i, j, seed)*(1-tx) + corner(i+1, j, seed)*tx
	north := corner(i, j+1, seed)*(1-tx) + corner(i+1, j+1, seed)*tx
	return south*(1-ty) + north*ty
}

// corner is a hash of a lattice point in −1 to 1 (the finaliser of Steele, Lea
// and Flood's SplitMix, OOPSLA 2014).
func corner(i, j int64, seed uint64) float64 {
	z := seed + uint64(i)*0xbf58476d1ce4e5b9 + uint64(j)*0x94d049bb133111eb
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(int64(z)>>11) / (1 << 52)
}
