package scene

import (
	"fmt"
	"math"
	"math/rand/v2"

	"marsad/fuse/recorded"
)

// Families lists the names that Make knows.
func Families() []string {
	return []string{"a", "b", "c", "c2", "dense", "crossing", "close", "many", "biased", "fast",
		"dense crossing", "dense close", "c more", "line",
		"a x10", "b x10", "c x10", "parallel", "line 2000", "off", "silent", "burst", "jump", "turned"}
}

// Make gives the scene of a family and a seed:
//
//	a        one position sensor, ten things at walking pace
//	b        one radar, fifty things that halt, turn and go on
//	c        four cameras, a radar, twenty fence sensors, ten things
//	c2       as c, the radar blind beyond 3 km
//	dense    as b with four times the clutter
//	crossing pairs whose ways cross at small angles, one position sensor
//	close    pairs that go side by side 15 m apart for a minute
//	many     as b with 500 things and 500 false detections
//	biased   as c, every camera and the radar turned by up to half a degree
//	fast     as a with vehicles at 10 to 30 m/s
//	dense crossing, dense close: as those, with four times the clutter
//	c more   as c with thirty things
//	line     as b, at ten radars in a row: see Line
//	a x10, b x10, c x10: as those, with ten times the clutter
//	parallel pairs that go side by side for three minutes, one to three σ of the
//	         sensor apart
//	line 2000: as line, with 2,000 things before forty radars
//	off      as c, cameras and radar turned by up to 1°, the radar's range off by
//	         up to 30 m, their clocks by up to 0.5 s
//	silent   as c, the radar and two cameras blind from 40 s to 60 s
//	burst    as a, with ten times the clutter from 40 s to 60 s
//	jump     as c, one camera's clock 2 s ahead from 50 s on
//	turned   as c, one camera turned by 1° from 50 s on
func Make(family string, seed uint64) (*Scene, error) {
	rng := rand.New(rand.NewPCG(seed, 0x5ce2e))
	switch family {
	case "a":
		return familyA(rng, 1, 4, 0.02, 10, nil), nil
	case "fast":
		return familyA(rng, 10, 30, 0.2, 10, nil), nil
	case "b":
		return familyB(rng, 50, 50), nil
	case "dense":
		return familyB(rng, 50, 200), nil
	case "many":
		return familyB(rng, 500, 500), nil
	case "c":
		return familyC(rng, 10, false, 1, nil), nil
	case "c2":
		return familyC(rng, 10, true, 1, nil), nil
	case "biased":
		return familyC(rng, 10, false, 1, turnedAll), nil
	case "crossing":
		return pairs(rng, true, 20), nil
	case "close":
		return pairs(rng, false, 20), nil
	case "dense crossing":
		return pairs(rng, true, 80), nil
	case "dense close":
		return pairs(rng, false, 80), nil
	case "c more":
		return familyC(rng, 30, false, 1, nil), nil
	case "line":
		return Line(500, 100, seed), nil
	case "a x10":
		return familyA(rng, 1, 4, 0.02, 100, nil), nil
	case "b x10":
		return familyB(rng, 50, 500), nil
	case "c x10":
		return familyC(rng, 10, false, 10, nil), nil
	case "parallel":
		return parallel(rng), nil
	case "line 2000":
		return Line(2000, 60, seed), nil
	case "off":
		return familyC(rng, 10, false, 1, offAll), nil
	case "silent":
		blind := flaw{silent: true, from: 40, until: 60}
		return familyC(rng, 10, false, 1, only(map[string]flaw{"radar1": blind, "cam2": blind, "cam3": blind})), nil
	case "burst":
		return familyA(rng, 1, 4, 0.02, 10, map[string]flaw{"pos1": {burst: 10, from: 40, until: 60}}), nil
	case "jump":
		return familyC(rng, 10, false, 1, only(map[string]flaw{"cam2": {clock: 2, from: 50}})), nil
	case "turned":
		return familyC(rng, 10, false, 1, only(map[string]flaw{"cam2": {az: math.Pi / 180, from: 50}})), nil
	}
	return nil, fmt.Errorf("%q is not a family; the families are %v", family, Families())
}

func base(dt float64, scans int, area [4]float64, c float64) *recorded.Scenario {
	s := &recorded.Scenario{DT: dt, Scans: scans, Area: area, NoiseQ: 0.1, Speed: 12}
	s.Score.C, s.Score.P, s.Score.Threshold = c, 2, c
	return s
}

func square(a, b float64) [][]float64 { return [][]float64{{a, 0}, {0, b}} }

func position(s *recorded.Scenario, pd, clutter float64) recorded.Sensor {
	area := (s.Area[2] - s.Area[0]) * (s.Area[3] - s.Area[1])
	return recorded.Sensor{ID: "pos1", Type: recorded.XY, Pd: pd, Clutter: clutter, Density: clutter / area, R: square(25, 25)}
}

func radar(id string, x, y, pd, rmin, rmax, clutter, sr, sazDeg float64) recorded.Sensor {
	saz := sazDeg * math.Pi / 180
	return recorded.Sensor{
		ID: id, Type: recorded.BearingRange, Pos: [2]float64{x, y}, Pd: pd, RMin: rmin, RMax: rmax,
		Sector: &[2]float64{0, math.Pi}, Clutter: clutter, Density: clutter / (math.Pi * (rmax - rmin)), R: square(saz*saz, sr*sr),
	}
}

func familyA(rng *rand.Rand, slow, fast, q, clutter float64, flaws map[string]flaw) *Scene {
	s := base(1, 100, [4]float64{0, 0, 1000, 1000}, 20)
	s.Speed = 3 * fast
	s.Sensors = []recorded.Sensor{position(s, 0.9, clutter)}
	var things []mover
	for i := range 10 {
		v, h := slow+(fast-slow)*rng.Float64(), 2*math.Pi*rng.Float64()
		m := mover{id: int64(i), born: 1 + rng.IntN(10), dies: 100, x: 250 + 400*rng.Float64(), y: 250 + 400*rng.Float64(), vx: v * math.Cos(h), vy: v * math.Sin(h), q: q}
		if rng.Float64() < 0.4 {
			m.dies = 70 + rng.IntN(30)
		}
		things = append(things, m)
	}
	return play(s, things, flaws, rng)
}

var restless = style{legs: true, haltShare: 0.25, turnShare: 0.3, legMin: 15, span: 45}

func familyB(rng *rand.Rand, n, clutter int) *Scene {
	s := base(2, 100, [4]float64{0, 0, 20000, 10000}, 150)
	s.NoiseQ, s.Speed = 0.3, 22
	s.Sensors = []recorded.Sensor{radar("radar1", 10000, 0, 0.9, 200, 11500, float64(clutter), 8, 0.4)}
	return play(s, walkers(rng, n, 0), nil, rng)
}

// walkers is n things in the 20 × 10 km in front of the radar at east + 10 km.
func walkers(rng *rand.Rand, n int, east float64) (things []mover) {
	for i := range n {
		m := mover{id: int64(i), born: rng.IntN(11), dies: 100, style: restless, q: 0.008, cruise: 0.8 + 1.2*rng.Float64()}
		if rng.Float64() < 0.4 {
			m.q, m.cruise = 0.1, 6+14*rng.Float64()
		}
		if rng.Float64() < 0.2 {
			m.dies = 60 + rng.IntN(40)
		}
		for {
			m.x, m.y = 500+19000*rng.Float64(), 300+9400*rng.Float64()
			if r := math.Hypot(m.x-10000, m.y); r > 400 && r < 11000 {
				break
			}
		}
		h := 2 * math.Pi * rng.Float64()
		m.vx, m.vy = m.cruise*math.Cos(h), m.cruise*math.Sin(h)
		m.left = 60 * rng.Float64()
		m.x += east
		things = append(things, m)
	}
	return things
}

// Line is n things, fifty to each radar, along a line of radars 20 km apart:
// the same density whatever the number. It never has fewer than fifty.
func Line(n, scans int, seed uint64) *Scene {
	rng := rand.New(rand.NewPCG(seed, 0x11e))
	radars := max(1, n/50)
	s := base(2, scans, [4]float64{0, 0, 20000 * float64(radars), 10000}, 150)
	s.NoiseQ, s.Speed = 0.3, 22
	var things []mover
	for i := range radars {
		east := 20000 * float64(i)
		s.Sensors = append(s.Sensors, radar(fmt.Sprintf("radar%d", i+1), east+10000, 0, 0.9, 200, 11500, 50, 8, 0.4))
		for _, m := range walkers(rng, 50, east) {
			m.id += int64(50 * i)
			things = append(things, m)
		}
	}
	return play(s, things, nil, rng)
}

func familyC(rng *rand.Rand, n int, blind bool, dense float64, flaws func([]recorded.Sensor, *rand.Rand) map[string]flaw) *Scene {
	s := base(1, 100, [4]float64{0, 0, 6000, 4000}, 100)
	s.Speed = 16
	saz := 0.15 * math.Pi / 180
	for i := range 4 {
		s.Sensors = append(s.Sensors, recorded.Sensor{
			ID: fmt.Sprintf("cam%d", i+1), Type: recorded.Bearing, Pos: [2]float64{600 + 1600*float64(i), 0},
			Pd: 0.85, RMax: 4200, Sector: &[2]float64{0, math.Pi}, Clutter: 2 * dense, Density: 2 * dense / math.Pi, R: [][]float64{{saz * saz}},
		})
	}
	r := radar("radar1", 3000, 0, 0.85, 150, 5000, 8*dense, 8, 0.5)
	if blind {
		x := 3000.0
		r.XMax = &x
	}
	s.Sensors = append(s.Sensors, r)
	for i := range 20 {
		s.Sensors = append(s.Sensors, recorded.Sensor{
			ID: fmt.Sprintf("pt%02d", i+1), Type: recorded.Point, Pos: [2]float64{150 + 300*float64(i), 2000},
			Pd: 0.8, Radius: 150, FalseAlarm: 0.005, Clutter: 0.005, R: square(5625, 5625),
		})
	}
	var things []mover
	for i := range n {
		m := mover{id: int64(i), born: 2 + rng.IntN(10), dies: 100, q: 0.01, cruise: 0.8 + 1.2*rng.Float64(), x: 600 + 4900*rng.Float64(), y: 2030 + 130*rng.Float64()}
		if i%2 == 1 {
			m.q, m.cruise, m.y = 0.05, 6+9*rng.Float64(), 2200+1300*rng.Float64()
		}
		h := -math.Pi/2 + 0.3*rng.NormFloat64()
		m.vx, m.vy = m.cruise*math.Cos(h), m.cruise*math.Sin(h)
		things = append(things, m)
	}
	var off map[string]flaw
	if flaws != nil {
		off = flaws(s.Sensors[:5], rng)
	}
	return play(s, things, off, rng)
}

// turnedAll turns every camera and the radar by up to half a degree.
func turnedAll(sensors []recorded.Sensor, rng *rand.Rand) map[string]flaw {
	out := map[string]flaw{}
	for _, q := range sensors {
		out[q.ID] = flaw{az: within(rng, 0.5*math.Pi/180)}
	}
	return out
}

// offAll has everything wrong with every camera and the radar.
func offAll(sensors []recorded.Sensor, rng *rand.Rand) map[string]flaw {
	out := map[string]flaw{}
	for _, q := range sensors {
		out[q.ID] = flaw{az: within(rng, math.Pi/180), rng: within(rng, 30), clock: within(rng, 0.5)}
	}
	return out
}

func only(flaws map[string]flaw) func([]recorded.Sensor, *rand.Rand) map[string]flaw {
	return func([]recorded.Sensor, *rand.Rand) map[string]flaw { return flaws }
}

// within draws evenly from −most to most.
func within(rng *rand.Rand, most float64) float64 { return (2*rng.Float64() - 1) * most }

// parallel is ten things in five pairs that go side by side all the time.
func parallel(rng *rand.Rand) *Scene {
	s := base(1, 180, [4]float64{0, 0, 2000, 2000}, 20)
	s.Sensors = []recorded.Sensor{position(s, 0.9, 20)}
	var things []mover
	for i := range 5 {
		x, y, h, v := 700+600*rng.Float64(), 700+600*rng.Float64(), 2*math.Pi*rng.Float64(), 1+3*rng.Float64()
		apart := 5 + 10*rng.Float64()
		for k := range 2 {
			side := apart * (float64(k) - 0.5)
			things = append(things, mover{
				id: int64(2*i + k), born: rng.IntN(5), dies: 180, vx: v * math.Cos(h), vy: v * math.Sin(h),
				x: x - side*math.Sin(h), y: y + side*math.Cos(h),
			})
		}
	}
	return play(s, things, nil, rng)
}

// pairs is ten things in five pairs, whose ways cross or run side by side.
func pairs(rng *rand.Rand, cross bool, clutter float64) *Scene {
	s := base(1, 100, [4]float64{0, 0, 2000, 2000}, 20)
	s.Sensors = []recorded.Sensor{position(s, 0.9, clutter)}
	var things []mover
	for i := range 5 {
		x, y, h, v := 600+800*rng.Float64(), 600+800*rng.Float64(), 2*math.Pi*rng.Float64(), 2+4*rng.Float64()
		for k := range 2 {
			m := mover{id: int64(2*i + k), born: rng.IntN(5), dies: 100, q: 0.005}
			a := h
			side := 7.5 * float64(2*k-1)
			back := 50 * v
			if cross {
				// Both are at (x, y) at 50 s.
				a += (0.15 + 0.25*rng.Float64()) * float64(2*k-1)
				side = 0
			}
			m.vx, m.vy = v*math.Cos(a), v*math.Sin(a)
			m.x = x - back*math.Cos(a) - side*math.Sin(a)
			m.y = y - back*math.Sin(a) + side*math.Cos(a)
			m.x += m.vx * float64(m.born)
			m.y += m.vy * float64(m.born)
			things = append(things, m)
		}
	}
	return play(s, things, nil, rng)
}
