package video

import (
	"math"

	"marsad/geo"
	"marsad/sense"
	"marsad/sim"
)

// form is one warm shape that stands on the ground: its middle at the foot, in
// pixels, its half width and height in pixels, and how warm it is.
type form struct {
	x, y, half, tall float64
	warmth           float64
	part             func(u, v float64) float64 // share of warmth at u −1…1 across and v 0…1 up
}

// flight is how high slow aircraft are drawn, metres above the ground: the world
// itself knows no height.
const flight = 90.0

// farthest is beyond which nothing is drawn, in metres.
const farthest = 8_000.0

// forms of a thing at an instant, seconds after the moment that tells where it is.
func (c *eye) forms(into []form, t *sim.Thing, later, walked float64) []form {
	if t.Hidden || t.Count < 1 && t.Unit == "" {
		return into
	}
	at := t.Point
	at.Lat += t.VN * later / metresPerDegree
	at.Lon += t.VE * later / (metresPerDegree * math.Cos(at.Lat*math.Pi/180))
	put := func(east, north, above, across, tall, warmth float64, part func(u, v float64) float64) {
		p := at
		p.Lat += north / metresPerDegree
		p.Lon += east / (metresPerDegree * math.Cos(p.Lat*math.Pi/180))
		x, y, r, ahead := c.lens.pixel(p, above)
		if !ahead || r > farthest {
			return
		}
		k := c.lens.focal / r
		into = append(into, form{x: x, y: y, half: across / 2 * k, tall: tall * k, warmth: warmth, part: part})
	}
	speed := math.Hypot(t.VE, t.VN)
	switch t.Class {
	case sense.Vehicle, sense.Convoy:
		// Seen from the side it is long, from ahead narrow.
		across := 2.0
		if speed > 0 {
			side := math.Abs(t.VE*c.lens.cosA-t.VN*c.lens.sinA) / speed
			across = 1.9*math.Sqrt(1-side*side) + 4.6*side
		}
		put(0, 0, 0, across, 1.8, 62, car)
	case sense.SlowAir:
		put(0, 0, flight, 1.8, 0.7, 48, disc)
	case sense.Float:
		put(0, 0, 0, 2.2, 0.8, 40, disc)
	case sense.Animal:
		for k := range min(t.Count, 80) {
			h := mix(uint64(t.Body), int64(k), 3)
			e, n := scatter(h, 2.5*math.Sqrt(float64(t.Count)))
			put(e, n, 0, 1.1, 0.85, 44, disc)
		}
	default:
		people := max(t.Count, 1)
		for k := range min(people, 40) {
			h := mix(uint64(t.Body), int64(k), 5)
			e, n := 0.0, 0.0
			if people > 1 {
				e, n = scatter(h, 1.3*math.Sqrt(float64(people)))
			}
			tall := 1.72
			if people > 2 && k%2 == 1 { // some are small
				tall = 1.05 + 0.5*unit(h>>30)
			}
			stride := 0.0
			if speed > 0.1 {
				stride = math.Sin(2 * math.Pi * (walked*speed/1.4 + unit(h>>7)))
			}
			put(e, n, 0, 0.62, tall, 72, walker(stride))
		}
	}
	return into
}

const metresPerDegree = 111_320.0

func scatter(h uint64, spread float64) (east, north float64) {
	r := spread * math.Sqrt(unit(h))
	sin, cos := math.Sincos(2 * math.Pi * unit(h>>22))
	return r * sin, r * cos
}

// plants are the shrubs and stones within a few kilometres: one in some cells of
// 24 m, cooler than the ground by night, a few of them warm.
func (l *lens) plants(seed uint64) (plants []form) {
	const cell, far = 24.0, 4_000.0
	wide := math.Ceil(far * l.cx / l.focal / cell)
	for i := math.Floor(l.above / cell); i < far/cell; i++ {
		for j := -wide; j <= wide; j++ {
			h := mix(seed^0x5b, int64(i), int64(j))
			if h%7 > 1 {
				continue
			}
			ahead, right := (i+unit(h>>20))*cell, (j+unit(h>>32))*cell
			x, y, r, on := l.turned(ahead, right, -l.above-ahead*ahead/(2*earth))
			if !on {
				continue
			}
			k, size := l.focal/r, 0.5+1.3*unit(h>>8)
			plants = append(plants, form{x: x, y: y, half: size * k, tall: size * k, warmth: 24*unit(h>>44) - 18, part: bush(h)})
		}
	}
	return plants
}

// bush is a dome with a ragged outline and leaves of unequal warmth.
func bush(seed uint64) func(u, v float64) float64 {
	return func(u, v float64) float64 {
		if v > math.Sqrt(1-u*u)*(0.75+0.25*smooth(seed, 4*u, 0)) {
			return 0
		}
		return 0.6 + 0.4*smooth(seed, 5*u, 5*v)
	}
}

// build puts a house with a lit window on a home's plot.
func (e *eye) build(h Home) {
	middle := geo.Point{}
	for _, p := range h.Outline {
		middle.Lat += p.Lat / float64(len(h.Outline))
		middle.Lon += p.Lon / float64(len(h.Outline))
	}
	x, y, r, ahead := e.lens.pixel(middle, 0)
	if !ahead {
		return
	}
	k := e.lens.focal / r
	e.paint(&form{x: x, y: y, half: 7 * k, tall: 3.4 * k, warmth: 30, part: func(u, v float64) float64 {
		if v > 0.35 && v < 0.7 && math.Abs(u-0.4) < 0.12 {
			return 2.5
		}
		return 0.8
	}})
}

// walker is a head, a trunk and two legs that swing.
func walker(stride float64) func(u, v float64) float64 {
	return func(u, v float64) float64 {
		switch {
		case v > 0.86:
			if du, dv := u/0.36, (v-0.93)/0.07; du*du+dv*dv <= 1 {
				return 1.15
			}
		case v > 0.45:
			if math.Abs(u) < 0.72 {
				return 0.85
			}
		default:
			spread := stride * 0.55 * (0.45 - v) / 0.45
			if math.Abs(u-spread) < 0.27 || math.Abs(u+spread) < 0.27 {
				return 0.75
			}
		}
		return 0
	}
}

// car is warm all over and hot at one end.
func car(u, v float64) float64 {
	if v > 0.55 && math.Abs(u) > 0.62 {
		return 0
	}
	if v < 0.5 && u > 0.45 {
		return 1.5
	}
	return 0.7
}

func disc(u, v float64) float64 {
	if d := 2*v - 1; u*u+d*d <= 1 {
		return 1
	}
	return 0
}
